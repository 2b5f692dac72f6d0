"""Temporal windows: which frames the network sees together, and which of them it answers.

Its temporal layers see a whole window, so lengths change masks; the official ones are in
``rem.variants``. With the official rules every frame is answered exactly once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from refvps.errors import ConfigError
from rem.variants import WindowRule

SHORTEST_SHIFTED = 5
"""The shortest official window of the Wan model, in the table of Ref-YouTube-VOS."""


@dataclass(frozen=True, slots=True)
class Window:
    """Frames that go through the network together.

    Attributes:
        read: indices of the frames seen, in order; the last is repeated where there are too few.
        keep: the positions in ``read`` whose masks are used.
    """

    read: tuple[int, ...]
    keep: range

    @property
    def frames(self) -> tuple[int, ...]:
        """The indices of the frames it answers, in order."""
        return self.read[self.keep.start : self.keep.stop]


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """How the frames of a clip are divided.

    Attributes:
        rule: "consecutive" lets the last window be short, as the MS model runs; "shifted" moves it
            back so that it is full, as the Wan model needs, whose VAE takes ``4k + 1`` frames;
            "interleaved" gives each window every n-th frame, so that all see the whole clip.
        lengths: admissible lengths, longest first; "consecutive" uses the first.
        overlap: how many frames neighbouring windows share; their masks are blended. 0 is
            official.

    Raises:
        ConfigError: a length or overlap that cannot be.
    """

    rule: WindowRule
    lengths: tuple[int, ...]
    overlap: int = 0

    def __post_init__(self) -> None:
        """Check lengths and overlap."""
        if not self.lengths or min(self.lengths) < 1:
            raise ConfigError(f"a window has at least one frame; got lengths {self.lengths}")
        if self.rule == "shifted" and any(length % 4 != 1 for length in self.lengths):
            raise ConfigError(
                f"windows of {self.lengths[0]} frames: the Wan VAE takes 4k + 1 frames, such as "
                f"{4 * (self.lengths[0] // 4) + 1}"
            )
        if self.overlap and self.rule == "interleaved":
            raise ConfigError("overlap: windows that are interleaved share no frames")
        if not 0 <= self.overlap < self.lengths[0]:
            raise ConfigError(
                f"overlap={self.overlap}: must be at least 0 and below the window of "
                f"{self.lengths[0]} frames"
            )

    @property
    def longest(self) -> int:
        """The most frames seen at once."""
        return self.lengths[0]

    def windows(self, frames: int) -> tuple[Window, ...]:
        """Return the windows of a clip, in order.

        Args:
            frames: how many it has, at least 1.
        """
        length = self._length(frames)
        if frames <= length:
            padded = (*range(frames), *[frames - 1] * (length - frames))
            return (Window(padded, range(frames)),)
        if self.rule == "interleaved":
            return _interleaved(frames, length)
        if self.overlap:
            return _overlapping(frames, length, min(self.overlap, length - 1))
        if self.rule == "consecutive":
            return tuple(
                _whole(start, min(start + length, frames)) for start in range(0, frames, length)
            )
        return _shifted(frames, length)

    def _length(self, frames: int) -> int:
        if self.rule != "shifted":
            return min(self.lengths[0], frames)
        fitting = [length for length in self.lengths if length <= frames]
        if fitting:
            return fitting[0]
        # Shorter than any official window: the official code fails. A single frame is one
        # latent; from 5 on the shortest official window fits; between, the last is repeated.
        return 1 if frames == 1 else min(SHORTEST_SHIFTED, self.lengths[-1])


def blend_weights(length: int, overlap: int) -> tuple[int, ...]:
    """Return how much each frame of a window counts where windows overlap: a ramp at both ends.

    >>> blend_weights(6, 2)
    (1, 2, 3, 3, 2, 1)
    """
    return tuple(min(i + 1, length - i, overlap + 1) for i in range(length))


def _whole(start: int, stop: int) -> Window:
    return Window(tuple(range(start, stop)), range(stop - start))


def _shifted(frames: int, length: int) -> tuple[Window, ...]:
    windows: Sequence[Window] = [
        _whole(start, start + length) for start in range(0, frames - length + 1, length)
    ]
    left = frames % length
    if not left:
        return tuple(windows)
    last = Window(tuple(range(frames - length, frames)), range(length - left, length))
    return (*windows, last)


def _interleaved(frames: int, length: int) -> tuple[Window, ...]:
    count = -(-frames // length)
    spread = (tuple(range(first, frames, count)) for first in range(count))
    return tuple(Window(read, range(len(read))) for read in spread)


def _overlapping(frames: int, length: int, overlap: int) -> tuple[Window, ...]:
    starts = [*range(0, frames - length, length - overlap), frames - length]
    return tuple(_whole(start, start + length) for start in starts)
