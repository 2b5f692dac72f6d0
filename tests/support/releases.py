"""Releases of moving squares, written by the real writer, to be used or broken."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from refvps.release.digest import dataset_digest, format_checksums, hash_files
from refvps.release.schema import CHECKSUMS, HEADER, META_EXPRESSIONS, ReleaseHeader
from refvps.release.writer import ClipDraft, write_release
from refvps.types import Expression

SIZE = (24, 32)
FRAMES = 9
STRIDE = 4
GROUP = "motion patterns"


def square(index: int) -> np.ndarray:
    """Where the square is in a frame, bool [H, W]; it moves right, two pixels a frame."""
    mask = np.zeros(SIZE, bool)
    mask[6:14, 2 * index : 2 * index + 8] = True
    return mask


def draft(clip_id: str, *, void: bool = False, video: str | None = None) -> ClipDraft:
    """A clip of a moving square, annotated on frames 0, 4 and 8; absent from the last."""
    frames, labels = [], {}
    for index in range(FRAMES):
        frame = np.full((*SIZE, 3), 60, np.uint8)
        frame[square(index)] = (220, 120, 40)
        frames.append(frame)
        if index % STRIDE == 0:
            label = square(index).astype(np.uint8)
            if index == FRAMES - 1:
                label[:] = 0
            if void:
                label[:, 16:20] = 255
            labels[index] = label
    return ClipDraft(
        clip_id=clip_id,
        frames=frames,
        labels=labels,
        expressions=tuple(
            Expression(str(k), f"the square of {clip_id}, said {k}", "1", f"a{1 + k // 2}")
            for k in range(4)
        ),
        video=video or clip_id,
        concept="moving square",
        groups=(GROUP,),
        provenance={"source": "drawn by the tests"},
    )


def squares(root: Path, clips: int = 3) -> Path:
    """Write the release and return its folder."""
    drafts = [draft(f"clip-{k}", void=k == 1) for k in range(clips)]
    write_release(root, header(), drafts)
    return root


def header() -> ReleaseHeader:
    return ReleaseHeader(
        name="squares",
        version="1.0.0",
        licence="CC0-1.0",
        description="Moving squares.",
        concepts={"moving square": (GROUP,)},
    )


def reseal(root: Path) -> None:
    """Make checksums and digest fit the files as they are now, if the header can be read."""
    checksums = hash_files(root)
    (root / CHECKSUMS).write_bytes(format_checksums(checksums))
    document = json.loads((root / HEADER).read_text())
    document["digest"] = None
    digest = dataset_digest(checksums, ReleaseHeader.model_validate(document))
    (root / HEADER).write_text(json.dumps({**document, "digest": digest}))


def edit_json(root: Path, name: str, edit: Callable[[dict], object]) -> None:
    document = json.loads((root / name).read_text("utf-8"))
    edit(document)
    (root / name).write_text(json.dumps(document, ensure_ascii=False), "utf-8")


def edit_clip(root: Path, clip_id: str, edit: Callable[[dict], object]) -> None:
    """Change one clip's entry in ``meta_expressions.json``."""
    edit_json(root, META_EXPRESSIONS, lambda document: edit(document["videos"][clip_id]))
