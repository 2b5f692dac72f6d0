"""Writes a release, whole or not at all."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from refvps.atomic import new_folder
from refvps.errors import DataError
from refvps.frames import decode_frame, encode_frame, frame_size
from refvps.mask_png import VOID_LABEL, encode_labels, read_file
from refvps.names import require_safe_name
from refvps.release.digest import dataset_digest, format_checksums
from refvps.release.schema import (
    ANNOTATIONS,
    CHECKSUMS,
    FRAMES,
    HEADER,
    META_EXPRESSIONS,
    PROVENANCE,
    ReleaseHeader,
)
from refvps.types import Expression, Size, UInt8Array


@dataclass(frozen=True, slots=True)
class ClipDraft:
    """One clip to be written.

    Attributes:
        clip_id: unique in the release, safe as a file name.
        frames: RGB uint8 ``[H, W, 3]`` at the release's rate, in order; or JPEG files, by path or
            as bytes, which are taken byte for byte.
        labels: frame index to uint8 ``[H, W]`` of 0, target labels and 255; every annotated frame.
        expressions: its referring expressions.
        video: the video it was cut from.
        concept: one of the header's concepts.
        groups: the concept's groups.
        provenance: where it comes from, for ``provenance.jsonl``.
    """

    clip_id: str
    frames: Sequence[UInt8Array | Path | bytes]
    labels: Mapping[int, UInt8Array]
    expressions: tuple[Expression, ...]
    video: str
    concept: str
    groups: tuple[str, ...]
    provenance: Mapping[str, str]


def write_release(root: Path, header: ReleaseHeader, clips: Iterable[ClipDraft]) -> None:
    """Write a release to a new folder.

    Raises:
        DataError: the folder is there already, a draft breaks the format, or the disk is full;
            nothing is left behind.
    """
    if root.exists():
        raise DataError(root, "is there already; write a release to a new folder")
    with new_folder(root) as folder:
        writer = _Writer(folder, header)
        for draft in clips:
            writer.add(draft)
        writer.finish()


class _Writer:
    """Collects checksums and metadata while files are written."""

    def __init__(self, folder: Path, header: ReleaseHeader) -> None:
        self._folder, self._header = folder, header
        self._checksums: dict[str, str] = {}
        self._videos: dict[str, object] = {}
        self._provenance: list[str] = []

    def add(self, draft: ClipDraft) -> None:
        _require_sound(draft, self._header, self._videos.keys())
        for index, frame in enumerate(draft.frames):
            self._write(f"{FRAMES}/{draft.clip_id}/{index:05}.jpg", _jpeg(frame))
        for index, labels in sorted(draft.labels.items()):
            self._write(f"{ANNOTATIONS}/{draft.clip_id}/{index:05}.png", encode_labels(labels))
        self._videos[draft.clip_id] = {
            "expressions": {
                expression.expression_id: {
                    "exp": expression.text,
                    "obj_id": expression.target_id,
                    "annotator": expression.annotator,
                }
                for expression in draft.expressions
            },
            "frames": [f"{index:05}" for index in range(len(draft.frames))],
            "video": draft.video,
            "concept": draft.concept,
            "groups": list(draft.groups),
            "fps": self._header.fps,
            "annotation_stride": self._header.annotation_stride,
        }
        line = {"clip_id": draft.clip_id, **draft.provenance}
        self._provenance.append(json.dumps(line, ensure_ascii=False))

    def finish(self) -> None:
        self._write(META_EXPRESSIONS, _json({"videos": self._videos}))
        self._write(PROVENANCE, "".join(f"{line}\n" for line in self._provenance).encode())
        digest = dataset_digest(self._checksums, self._header)
        header = self._header.model_copy(update={"digest": digest})
        self._put(HEADER, _json(header.model_dump(mode="json", by_alias=True)))
        self._put(CHECKSUMS, format_checksums(self._checksums))

    def _write(self, name: str, content: bytes) -> None:
        self._checksums[name] = hashlib.sha256(content).hexdigest()
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._put(name, content)

    def _put(self, name: str, content: bytes) -> None:
        try:
            with (self._folder / name).open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise DataError(name, f"cannot be written: {error.strerror or error}") from error


def _jpeg(frame: UInt8Array | Path | bytes) -> bytes:
    if isinstance(frame, Path):
        return read_file(frame)
    return frame if isinstance(frame, bytes) else encode_frame(frame)


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _require_sound(draft: ClipDraft, header: ReleaseHeader, taken: Iterable[str]) -> None:
    clip_id = require_safe_name(draft.clip_id, "clip id")
    if clip_id in set(taken):
        raise DataError(clip_id, "clip id occurs twice")
    if not len(draft.frames):
        raise DataError(clip_id, "clip has no frames")
    expression_ids = [
        require_safe_name(expression.expression_id, f"expression id of {clip_id}")
        for expression in draft.expressions
    ]
    if len(set(expression_ids)) != len(expression_ids):
        raise DataError(clip_id, "an expression id occurs twice")
    if draft.concept not in header.concepts:
        raise DataError(clip_id, f"concept {draft.concept!r} is not declared in the header")
    size = _frame_size(draft.frames[0])
    allowed = {0, VOID_LABEL, *(int(expression.target_id) for expression in draft.expressions)}
    for index, labels in draft.labels.items():
        _require_sound_labels(f"{clip_id}, frame {index}", labels, size, allowed)
        if index % header.annotation_stride or not 0 <= index < len(draft.frames):
            raise DataError(
                f"{clip_id}, frame {index}",
                f"is no frame of the annotation grid, every {header.annotation_stride}th "
                f"of {len(draft.frames)}",
            )


def _require_sound_labels(where: str, labels: UInt8Array, size: Size, allowed: set[int]) -> None:
    if labels.dtype != np.uint8 or labels.shape != size:
        raise DataError(
            where,
            f"labels are {labels.dtype} {list(labels.shape)}; the frames need uint8 {list(size)}",
        )
    strange = set(map(int, np.unique(labels))) - allowed
    if strange:
        raise DataError(where, f"label {min(strange)} is not one of {sorted(allowed)}")


def _frame_size(frame: UInt8Array | Path | bytes) -> Size:
    if isinstance(frame, Path):
        return frame_size(frame)
    pixels = decode_frame(Path("frame"), frame) if isinstance(frame, bytes) else frame
    return Size(*pixels.shape[:2])
