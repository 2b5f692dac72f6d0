"""Which frames of a clip are annotated: every fourth of 24 a second, so six a second."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from refvps.errors import ShapeError

STRIDE = 4
FPS = 24


@dataclass(frozen=True, slots=True)
class Schedule:
    """The keyframes of one clip.

    A keyframe has an ordinal ``k``, by which people and segmenters name it, and an index among
    all frames of the clip, by which files name it.

    Attributes:
        frames: of the clip at its full rate, at least one.
        stride: every how many frames there is a keyframe, from the first frame on.

    >>> Schedule(9).keyframes, Schedule(9).index(2), Schedule(10).ordinal(8)
    (3, 8, 2)
    """

    frames: int
    stride: int = STRIDE

    def __post_init__(self) -> None:
        """Check that there is a frame and that the stride goes forward."""
        if self.frames < 1 or self.stride < 1:
            raise ShapeError(
                f"a schedule needs frames and a stride of at least 1; got {self.frames} "
                f"and {self.stride}"
            )

    @property
    def keyframes(self) -> int:
        """How many keyframes there are."""
        return -(-self.frames // self.stride)

    def index(self, k: int) -> int:
        """Return the frame index of a keyframe.

        Raises:
            ShapeError: there is no such keyframe.
        """
        self.require(k)
        return k * self.stride

    def ordinal(self, index: int) -> int:
        """Return the keyframe of a frame index.

        Raises:
            ShapeError: the frame is no keyframe, or beyond the clip.
        """
        if index % self.stride or not 0 <= index < self.frames:
            raise ShapeError(
                f"frame {index} is no keyframe: every {self.stride}th of {self.frames} is"
            )
        return index // self.stride

    def require(self, k: int) -> None:
        """Raise ``ShapeError`` if there is no keyframe ``k``."""
        if not 0 <= k < self.keyframes:
            raise ShapeError(f"there is no keyframe {k}; the clip has {self.keyframes}, from 0")

    def until_barrier(self, start: int, *, forward: bool, barriers: Set[int]) -> int:
        """Return where a propagation from ``start`` stops: at the next barrier, exclusive.

        ``start`` itself is no barrier. Without one the end is that of the clip: ``keyframes``
        forward, -1 backward.

        >>> Schedule(40).until_barrier(2, forward=True, barriers={0, 2, 6})
        6
        """
        self.require(start)
        step, end = (1, self.keyframes) if forward else (-1, -1)
        return next((k for k in range(start + step, end, step) if k in barriers), end)


def middle_of_largest_gap(schedule: Schedule, done: Set[int] | Mapping[int, object]) -> int | None:
    """Return the middle of the longest run of keyframes that are not done; None if all are.

    Of two runs that are as long, the earlier one.

    >>> middle_of_largest_gap(Schedule(40), {0, 3, 9})
    6
    """
    best: tuple[int, int] = (0, 0)
    start = 0
    for k in range(schedule.keyframes + 1):
        if k == schedule.keyframes or k in done:
            if k - start > best[1] - best[0]:
                best = (start, k)
            start = k + 1
    first, end = best
    return (first + end) // 2 if end > first else None
