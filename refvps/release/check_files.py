"""Checks of a clip's files: every frame and every mask is opened and decoded."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from refvps.errors import DataError
from refvps.frames import decode_frame
from refvps.mask_png import VOID_LABEL, Encoding, decode_labels, read_file
from refvps.release.finding import Finding, error, warning
from refvps.release.schema import ANNOTATIONS, FRAMES, VideoEntry
from refvps.types import Size


@dataclass(frozen=True, slots=True)
class ClipFiles:
    """What was found in a clip's folders.

    Attributes:
        findings: what is wrong.
        checksums: SHA-256 of every file read, by path below the release.
    """

    findings: tuple[Finding, ...]
    checksums: dict[str, str]


def check_clip_files(root: Path, clip_id: str, entry: VideoEntry) -> ClipFiles:
    """Decode every frame and mask of a clip and compare them with its entry."""
    check = _ClipCheck(root, clip_id, entry)
    findings = [*check.frames(), *check.masks()]
    return ClipFiles(tuple(findings), check.checksums)


class _ClipCheck:
    """The state of one clip's check: its size, and the checksums of what was read."""

    def __init__(self, root: Path, clip_id: str, entry: VideoEntry) -> None:
        self._root, self._clip_id, self._entry = root, clip_id, entry
        self._size: Size | None = None
        self.checksums: dict[str, str] = {}

    def frames(self) -> Iterator[Finding]:
        folder = f"{FRAMES}/{self._clip_id}"
        stored = _names(self._root / folder)
        listed = {f"{frame_id}.jpg" for frame_id in self._entry.frames}
        missing = sorted(listed - stored)
        for name in missing:
            yield error(f"{folder}/{name}", "frame-missing", "frame is listed but missing")
        for name in sorted(stored - listed):
            yield error(f"{folder}/{name}", "frame-unlisted", "file is no frame of the clip's list")
        for name in sorted(stored & listed):
            yield from self._frame(f"{folder}/{name}")

    def masks(self) -> Iterator[Finding]:
        folder = f"{ANNOTATIONS}/{self._clip_id}"
        stored = _names(self._root / folder)
        grid = set(self._entry.frames[:: self._entry.annotation_stride])
        frames = set(self._entry.frames)
        for name in sorted(stored):
            yield from self._place(f"{folder}/{name}", Path(name), grid, frames)
            if name.endswith(".png"):
                yield from self._mask(f"{folder}/{name}")
        absent = sorted(grid - {Path(name).stem for name in stored})
        if absent and len(absent) == len(grid):
            yield error(folder, "masks-missing", "clip has no mask on any frame of the grid")
        elif absent:
            message = f"{len(absent)} of {len(grid)} frames of the grid have no mask: {absent[0]}"
            yield warning(folder, "mask-missing", message + (", …" if len(absent) > 1 else ""))

    def _frame(self, name: str) -> Iterator[Finding]:
        try:
            frame = decode_frame(self._root / name, self._content(name))
        except DataError as problem:
            yield error(name, "frame-undecodable", problem.problem)
            return
        yield from self._sized(name, Size(*frame.shape[:2]), "frame-size", "frame")

    def _place(self, path: str, name: Path, grid: set[str], frames: set[str]) -> Iterator[Finding]:
        if name.suffix != ".png":
            yield error(path, "mask-unlisted", "file is no mask; expected FRAME.png")
        elif name.stem not in frames:
            yield error(path, "mask-without-frame", "mask has no frame of that id")
        elif name.stem not in grid:
            stride = self._entry.annotation_stride
            message = f"mask is off the annotation grid of every {stride}th frame"
            yield error(path, "mask-off-grid", message)

    def _mask(self, name: str) -> Iterator[Finding]:
        try:
            image = decode_labels(self._root / name, self._content(name))
        except DataError as problem:
            yield error(name, "mask-undecodable", problem.problem)
            return
        if image.encoding is not Encoding.PALETTE:
            message = f"mask is {image.encoding.value}; expected a palette image"
            yield error(name, "mask-encoding", message)
        targets = {int(e.obj_id) for e in self._entry.expressions.values() if e.obj_id.isdecimal()}
        strange = sorted(set(map(int, np.unique(image.labels))) - {0, VOID_LABEL} - targets)
        if strange:
            expected = ", ".join(map(str, sorted({0, VOID_LABEL} | targets)))
            yield error(name, "mask-label", f"labels {strange} are not among {expected}")
        yield from self._sized(name, Size(*image.labels.shape), "mask-size", "mask")

    def _sized(self, name: str, size: Size, code: str, what: str) -> Iterator[Finding]:
        if self._size is None:
            self._size = size
        elif size != self._size:
            yield error(name, code, f"{what} is {size}; the clip's first frame is {self._size}")

    def _content(self, name: str) -> bytes:
        content = read_file(self._root / name)
        self.checksums[name] = hashlib.sha256(content).hexdigest()
        return content


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()
