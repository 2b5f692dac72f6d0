"""The folder of VSPW: its list of videos, and the frames and masks of each."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from refvps.errors import DataError
from refvps.frame_paths import frame_paths
from refvps.frames import frame_size
from refvps.mask_png import read_file

FRAME, MASK = ".jpg", ".png"


@dataclass(frozen=True, slots=True)
class VideoFolder:
    """One video. Every frame has a mask of the same name.

    Attributes:
        path: ``data/VIDEO``.
        frame_ids: stems of its files, sorted.
        digest: SHA-256 over names and sizes in bytes of its mask files.
    """

    path: Path
    frame_ids: tuple[str, ...]
    digest: str

    @property
    def name(self) -> str:
        """The video's name."""
        return self.path.name

    @property
    def frames(self) -> Sequence[Path]:
        """Its frames, in order."""
        return frame_paths(self.path / "origin", self.frame_ids, FRAME)

    @property
    def masks(self) -> Sequence[Path]:
        """Its masks, in order."""
        return frame_paths(self.path / "mask", self.frame_ids, MASK)

    def stamp(self) -> str:
        """Return a digest of names, sizes and times of its mask files."""
        found = _stats(self.path / "mask", MASK)
        lines = (f"{name}\0{found[name].st_size}\0{found[name].st_mtime_ns}\n" for name in found)
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def open_videos(root: Path) -> tuple[VideoFolder, ...]:
    """Return the videos that ``val.txt`` names, sorted.

    Raises:
        DataError: a file or folder is missing, frames and masks do not pair, or differ in size.
    """
    path = root / "val.txt"
    names = _listed(path)
    return tuple(_open_video(root / "data" / name, path) for name in sorted(names))


def _listed(path: Path) -> list[str]:
    """Return the lines of the list of videos; a last line without its end counts, blanks do not."""
    try:
        lines = [line.strip() for line in read_file(path).decode().split("\n")]
    except UnicodeDecodeError as error:
        raise DataError(path, f"is no UTF-8 text ({error})") from error
    names = [line for line in lines if line]
    if not names:
        raise DataError(path, "names no videos; expected one a line")
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DataError(path, f"names video {name} twice")
        if "/" in name or "\\" in name or name in (".", ".."):
            raise DataError(path, f"{name[:60]!r} is no name of a video")
        seen.add(name)
    return names


def _open_video(path: Path, listed: Path) -> VideoFolder:
    if not path.is_dir():
        raise DataError(path, f"folder is missing; {listed.name} names this video")
    frames, masks = _stats(path / "origin", FRAME), _stats(path / "mask", MASK)
    if not frames:
        raise DataError(path / "origin", f"holds no frames; expected FRAME{FRAME} files")
    for stem in frames:
        if stem not in masks:
            raise DataError(path / "mask" / f"{stem}{MASK}", "file is missing, the mask of a frame")
    for stem in masks:
        if stem not in frames:
            raise DataError(path / "origin" / f"{stem}{FRAME}", "file is missing; it has a mask")
    first = next(iter(frames))
    problem = size_problem(path / "origin" / f"{first}{FRAME}", path / "mask" / f"{first}{MASK}")
    if problem is not None:
        raise DataError(path / "mask" / f"{first}{MASK}", problem)
    lines = "".join(f"{name} {stat.st_size}\n" for name, stat in masks.items())
    digest = hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()
    return VideoFolder(path, tuple(frames), digest)


def size_problem(frame: Path, mask: Path) -> str | None:
    """Return how a mask's size differs from its frame's, from their headers, or None.

    Raises:
        DataError: one is no image.
    """
    expected, found = frame_size(frame), frame_size(mask)
    return None if expected == found else f"mask is {found}; its frame is {expected}"


def _stats(folder: Path, suffix: str) -> Mapping[str, os.stat_result]:
    """Return the files of a folder that end in a suffix, by stem, sorted."""
    try:
        with os.scandir(folder) as entries:
            found = {
                entry.name.removesuffix(suffix): entry.stat()
                for entry in entries
                if entry.name.endswith(suffix) and not entry.name.startswith(".")
            }
    except OSError as error:
        raise DataError(folder, f"cannot be read ({error.strerror}); expected a folder") from error
    return dict(sorted(found.items()))
