"""The paths of a clip's frames, made when they are asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from refvps.errors import ShapeError

_BETWEEN = "/"
"""Separates frame ids; no file name holds it."""


@dataclass(frozen=True, slots=True)
class FramePaths(Sequence[Path]):
    """Files ``FOLDER/FRAME + SUFFIX``; see ``frame_paths``.

    A path takes 300 bytes, and data sets name millions of frames; here one takes the letters of
    its id.

    Attributes:
        folder: where the frames lie.
        joined: the frame ids in order, with ``/`` between them.
        length: how many there are, at least one.
        suffix: what follows the frame id in the name of every file.
    """

    folder: Path
    joined: str
    length: int
    suffix: str

    @property
    def frame_ids(self) -> tuple[str, ...]:
        """The frame ids in order, built on request."""
        return tuple(self.joined.split(_BETWEEN))

    def __len__(self) -> int:
        """Return the number of frames."""
        return self.length

    @overload
    def __getitem__(self, index: int) -> Path: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Path]: ...
    def __getitem__(self, index: int | slice) -> Path | Sequence[Path]:
        """Return the path of one frame, or the paths of some."""
        if isinstance(index, slice):
            return frame_paths(self.folder, self.frame_ids[index], self.suffix)
        return self._path(self.frame_ids[index])

    def __iter__(self) -> Iterator[Path]:
        """Yield the paths in order."""
        return map(self._path, self.frame_ids)

    def _path(self, frame_id: str) -> Path:
        return self.folder / f"{frame_id}{self.suffix}"


def frame_paths(folder: Path, frame_ids: Sequence[str], suffix: str) -> Sequence[Path]:
    """Return the paths ``FOLDER/FRAME + SUFFIX``, empty where there are no frames.

    Args:
        folder: where the frames lie.
        frame_ids: file stems, in order.
        suffix: such as ".jpg".

    Raises:
        ShapeError: a frame id is empty or holds a ``/``, and so is no file name.

    >>> [path.as_posix() for path in frame_paths(Path("clip"), ["0", "1"], ".jpg")]
    ['clip/0.jpg', 'clip/1.jpg']
    """
    if not frame_ids:
        return ()
    joined = _BETWEEN.join(frame_ids)
    if joined.count(_BETWEEN) != len(frame_ids) - 1 or not all(frame_ids):
        raise ShapeError(f"{folder}: a frame id is empty or holds '/', and is no file name")
    return FramePaths(folder, joined, len(frame_ids), suffix)
