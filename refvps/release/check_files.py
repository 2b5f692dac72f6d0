"""Checks of a clip's files: every frame and every mask is opened and decoded."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from refvps.atomic import TEMPORARY_PREFIX
from refvps.errors import DataError
from refvps.frames import decode_frame
from refvps.mask_png import VOID_LABEL, Encoding, decode_labels, read_file
from refvps.names import is_safe_name
from refvps.release.finding import Finding, error, warning
from refvps.release.schema import ANNOTATIONS, FRAMES, VideoEntry, is_target_id
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


def check_clip_files(
    root: Path, clip_id: str, entry: VideoEntry, *, with_frames: bool = True
) -> ClipFiles:
    """Decode every frame and mask of a clip and compare them with its entry.

    Args:
        root: the release.
        clip_id: the clip.
        entry: what it says of itself.
        with_frames: whether frames must be there; without, all of a clip's may be missing.
    """
    check = _ClipCheck(root, clip_id, entry, with_frames=with_frames)
    findings = [*check.frames(), *check.masks(), *check.sizes()]
    return ClipFiles(tuple(findings), check.checksums)


class _ClipCheck:
    """The state of one clip's check: the sizes and the checksums of what was read."""

    def __init__(self, root: Path, clip_id: str, entry: VideoEntry, *, with_frames: bool) -> None:
        self._root, self._clip_id, self._entry = root, clip_id, entry
        self._with_frames = with_frames
        self._frame_sizes: dict[str, Size] = {}
        self._mask_sizes: dict[str, Size] = {}
        self.checksums: dict[str, str] = {}

    def frames(self) -> Iterator[Finding]:
        folder = f"{FRAMES}/{self._clip_id}"
        stored = _names(self._root / folder)
        listed = {f"{frame_id}.jpg" for frame_id in self._entry.frames}
        if not self._with_frames and not stored:
            return
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
        grid = _grid(self._entry)
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

    def sizes(self) -> Iterator[Finding]:
        """Compare with the size of most frames, so that one odd frame is one finding."""
        sizes = self._frame_sizes or self._mask_sizes
        if not sizes:
            return
        ((usual, _),) = Counter(sizes.values()).most_common(1)
        for what, found in (("frame", self._frame_sizes), ("mask", self._mask_sizes)):
            for name, size in found.items():
                if size != usual:
                    yield error(name, f"{what}-size", f"{what} is {size}; the clip is {usual}")

    def _frame(self, name: str) -> Iterator[Finding]:
        try:
            frame = decode_frame(self._root / name, self._content(name))
        except DataError as problem:
            yield error(name, "frame-undecodable", problem.problem)
            return
        self._frame_sizes[name] = Size(*frame.shape[:2])

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
        targets = {
            int(expression.obj_id)
            for expression in self._entry.expressions.values()
            if is_target_id(expression.obj_id)
        }
        strange = sorted(set(map(int, np.unique(image.labels))) - {0, VOID_LABEL} - targets)
        if strange:
            expected = ", ".join(map(str, sorted({0, VOID_LABEL} | targets)))
            yield error(name, "mask-label", f"labels {strange} are not among {expected}")
        self._mask_sizes[name] = Size(*image.labels.shape)

    def _content(self, name: str) -> bytes:
        # A device or a pipe under a frame's name would be read for ever.
        if not (self._root / name).is_file():
            raise DataError(name, "is no regular file")
        content = read_file(self._root / name)
        self.checksums[name] = hashlib.sha256(content).hexdigest()
        return content


def _names(folder: Path) -> set[str]:
    """Return the names in a folder; what a cut-short write left is reported elsewhere."""
    if not folder.is_dir():
        return set()
    names = {path.name for path in folder.iterdir()}
    return {name for name in names if not name.startswith(TEMPORARY_PREFIX)}


def _grid(entry: VideoEntry) -> set[str]:
    """Return the frames that are to have masks.

    Frame ids are ordinals, so that a frame left out of the list does not move the grid; where they
    are not, which is a finding of its own, places in the list count.
    """
    stride = entry.annotation_stride
    if all(is_safe_name(frame_id) and frame_id.isdigit() for frame_id in entry.frames):
        return {frame_id for frame_id in entry.frames if int(frame_id) % stride == 0}
    return set(entry.frames[::stride])
