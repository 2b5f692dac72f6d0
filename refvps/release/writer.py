"""Writes a release, whole or not at all."""

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from refvps.atomic import new_folder, write_within
from refvps.errors import DataError
from refvps.frames import encode_frame
from refvps.json_lines import json_lines
from refvps.mask_png import VOID_LABEL, encode_labels, read_file
from refvps.names import clashes, require_safe_name
from refvps.release.digest import dataset_digest, format_checksums
from refvps.release.schema import (
    ANNOTATIONS,
    CHECKSUMS,
    FRAMES,
    FULL,
    HEADER,
    META_EXPRESSIONS,
    PROVENANCE,
    ReleaseHeader,
    header_document,
    is_target_id,
)
from refvps.types import Expression, Size, UInt8Array


@dataclass(frozen=True, slots=True)
class ClipDraft:
    """One clip to be written.

    Attributes:
        clip_id: unique in the release, safe as a file name.
        frames: RGB uint8 ``[H, W, 3]`` at the release's rate, in order; or JPEG files, by path or
            as bytes, which are taken byte for byte.
        labels: frame index to uint8 ``[H, W]`` of 0, target labels and 255; every annotated frame,
            at least one.
        expressions: its referring expressions.
        video: the video it was cut from.
        concept: one of the header's concepts.
        groups: the concept's groups.
        provenance: where it comes from, for ``provenance.jsonl``; not ``clip_id``, which is added.
    """

    clip_id: str
    frames: Sequence[UInt8Array | Path | bytes]
    labels: Mapping[int, UInt8Array]
    expressions: tuple[Expression, ...]
    video: str
    concept: str
    groups: tuple[str, ...]
    provenance: Mapping[str, str]


Documents = Callable[[Mapping[str, str], Sequence[Mapping[str, str]]], Mapping[str, bytes]]
"""Makes documents from the checksums of all data files and the lines of provenance."""


def write_release(
    root: Path,
    header: ReleaseHeader,
    clips: Iterable[ClipDraft],
    documents: Documents | None = None,
) -> None:
    """Write a release to a new folder; one of kind ``ids-only`` without frames.

    Args:
        root: must not exist.
        header: what it says about itself.
        clips: what is in it.
        documents: makes what lies beside the data, by file name; None for nothing.

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
        writer.finish(documents)


def format_provenance(lines: Iterable[Mapping[str, str]]) -> bytes:
    """Return ``provenance.jsonl``: one line a clip."""
    return json_lines(lines).encode()


def entry_document(draft: ClipDraft, header: ReleaseHeader) -> dict[str, object]:
    """Return a clip's entry in ``meta_expressions.json``."""
    return {
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
        "fps": header.fps,
        "annotation_stride": header.annotation_stride,
    }


class _Writer:
    """Collects checksums and metadata while files are written."""

    def __init__(self, folder: Path, header: ReleaseHeader) -> None:
        self._folder, self._header = folder, header
        self._checksums: dict[str, str] = {}
        self._videos: dict[str, object] = {}
        self._provenance: list[Mapping[str, str]] = []

    def add(self, draft: ClipDraft) -> None:
        _require_sound_words(draft, self._header, self._videos.keys())
        _require_on_grid(draft, self._header.annotation_stride)
        size = self._write_frames(draft)
        allowed = {0, VOID_LABEL, *(int(each.target_id) for each in draft.expressions)}
        for index, labels in sorted(draft.labels.items()):
            _require_sound_labels(f"{draft.clip_id}, frame {index}", labels, size, allowed)
            self._write(f"{ANNOTATIONS}/{draft.clip_id}/{index:05}.png", encode_labels(labels))
        self._videos[draft.clip_id] = entry_document(draft, self._header)
        self._provenance.append({"clip_id": draft.clip_id, **draft.provenance})

    def _write_frames(self, draft: ClipDraft) -> Size:
        sizes: list[Size] = []
        for index, frame in enumerate(draft.frames):
            where = f"{draft.clip_id}, frame {index}"
            content, size = _jpeg(where, frame)
            sizes.append(size)
            if size != sizes[0]:
                raise DataError(where, f"frame is {size}; the clip's first frame is {sizes[0]}")
            if self._header.kind == FULL:
                self._write(f"{FRAMES}/{draft.clip_id}/{index:05}.jpg", content)
        return sizes[0]

    def finish(self, documents: Documents | None = None) -> None:
        self._write(META_EXPRESSIONS, json_bytes({"videos": self._videos}))
        self._write(PROVENANCE, format_provenance(self._provenance))
        made = documents(self._checksums, self._provenance) if documents is not None else {}
        for name, content in sorted(made.items()):
            self._write(name, content)
        digest = dataset_digest(self._checksums, self._header)
        header = self._header.model_copy(update={"digest": digest})
        write_within(self._folder, HEADER, json_bytes(header_document(header)))
        write_within(self._folder, CHECKSUMS, format_checksums(self._checksums))

    def _write(self, name: str, content: bytes) -> None:
        self._checksums[name] = hashlib.sha256(content).hexdigest()
        write_within(self._folder, name, content)


def _jpeg(where: str, frame: UInt8Array | Path | bytes) -> tuple[bytes, Size]:
    """Return a frame as a JPEG file, with its size."""
    if isinstance(frame, np.ndarray):
        if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
            found = f"{frame.dtype} {list(frame.shape)}"
            raise DataError(where, f"frame is {found}; expected RGB uint8 [H, W, 3]")
        return encode_frame(frame), Size(*frame.shape[:2])
    content = read_file(frame) if isinstance(frame, Path) else frame
    try:
        # The header alone is read: files are taken as they are, and checked by the validator.
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            return content, Size(image.height, image.width)
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(where, "frame is not a JPEG file; expected one, or an array") from error


def json_bytes(value: object) -> bytes:
    """Return a JSON file of a release."""
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _require_sound_words(draft: ClipDraft, header: ReleaseHeader, taken: Iterable[str]) -> None:
    clip_id = require_safe_name(draft.clip_id, "clip id")
    if clip_id in taken:
        raise DataError(clip_id, "clip id occurs twice")
    for earlier, later in clashes([*taken, clip_id]):
        raise DataError(later, f"clip id differs from {earlier} in letter case only")
    _require_sound_expressions(draft)
    if draft.concept not in header.concepts:
        raise DataError(clip_id, f"concept {draft.concept!r} is not declared in the header")
    if set(draft.groups) != set(header.concepts[draft.concept]):
        declared = list(header.concepts[draft.concept])
        problem = f"groups are {list(draft.groups)}; the header gives its concept {declared}"
        raise DataError(clip_id, problem)
    if "clip_id" in draft.provenance:
        raise DataError(clip_id, "provenance has a clip_id of its own; leave it out")
    _require_unicode(draft)


def _require_sound_expressions(draft: ClipDraft) -> None:
    clip_id = draft.clip_id
    expression_ids = [
        require_safe_name(expression.expression_id, f"expression id of {clip_id}")
        for expression in draft.expressions
    ]
    if len({name.casefold() for name in expression_ids}) != len(expression_ids):
        raise DataError(clip_id, "an expression id occurs twice")
    for expression in draft.expressions:
        if not is_target_id(expression.target_id):
            problem = f"target id is {expression.target_id!r}; expected a label from 1 to 254"
            raise DataError(f"{clip_id}, expression {expression.expression_id}", problem)


def _require_unicode(draft: ClipDraft) -> None:
    """Refuse lone surrogates, which no UTF-8 file can hold."""
    texts = [draft.video, *draft.provenance, *draft.provenance.values()]
    for expression in draft.expressions:
        texts += [expression.text, expression.annotator or ""]
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise DataError(draft.clip_id, f"{text!r} is no valid Unicode text") from error


def _require_on_grid(draft: ClipDraft, stride: int) -> None:
    if not len(draft.frames):
        raise DataError(draft.clip_id, "clip has no frames")
    if not draft.labels:
        raise DataError(draft.clip_id, "clip has no annotated frames")
    for index in draft.labels:
        if index % stride or not 0 <= index < len(draft.frames):
            raise DataError(
                f"{draft.clip_id}, frame {index}",
                f"is no frame of the annotation grid, every {stride}th of {len(draft.frames)}",
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
