"""When each frame of a video is shown: its table of time stamps, and exact look-ups in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from refvps.errors import ShapeError

Int64Array: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The time stamps of all frames of a video that can be decoded, in order.

    Times in seconds count from the first frame: sound comes and goes with the rendition of a
    video, and would move a clock that starts with the earliest stream.

    Attributes:
        pts: int64 ``[N]``, strictly increasing, at least one; in units of ``base``.
        base: seconds.
        lasts: for how long the last frame is shown, in units of ``base``; at least 1.
    """

    pts: Int64Array
    base: Fraction
    lasts: int

    def __post_init__(self) -> None:
        """Check the table."""
        if self.pts.dtype != np.int64 or self.pts.ndim != 1 or not len(self.pts):
            raise ShapeError(
                f"time stamps are int64 [N], N at least 1; got {self.pts.dtype} {self.pts.shape}"
            )
        if (np.diff(self.pts) <= 0).any():
            place = int((np.diff(self.pts) <= 0).argmax()) + 1
            raise ShapeError(f"time stamps increase; the one of frame {place} does not")
        if self.base <= 0 or self.lasts < 1:
            raise ShapeError(
                f"expected units and a last step above 0; got {self.base}, {self.lasts}"
            )

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.pts)

    @property
    def end(self) -> Fraction:
        """When the last frame is no longer shown."""
        return (int(self.pts[-1] - self.pts[0]) + self.lasts) * self.base

    @property
    def is_uneven(self) -> bool:
        """Whether steps differ by more than the rounding of their unit."""
        steps = np.diff(self.pts)
        return bool(len(steps)) and int(steps.max() - steps.min()) > 1

    def time(self, index: int) -> Fraction:
        """Return when a frame is first shown."""
        return int(self.pts[index] - self.pts[0]) * self.base

    def times(self) -> NDArray[np.float64]:
        """Return all times as floats, for plots and statistics; never to choose frames by."""
        times: NDArray[np.float64] = (self.pts - self.pts[0]) * float(self.base)
        return times

    def at(self, time: Fraction) -> int:
        """Return which frame is on screen: the latest that is not later than ``time``.

        Exact: stamps are integers, so the floor of the time in their unit decides.

        Raises:
            ShapeError: the time is before the first frame, or the last is no longer shown.

        >>> Timeline(np.array([100, 104, 110]), Fraction(1, 10), 5).at(Fraction(99, 100))
        1
        """
        if not 0 <= time < self.end:
            raise ShapeError(f"no frame is shown at {time} s; the video lasts {self.end} s")
        stamp = int(self.pts[0]) + time // self.base
        return int(np.searchsorted(self.pts, stamp, side="right")) - 1

    def place(self, pts: int) -> int:
        """Return the index of the frame with a stamp.

        Raises:
            ShapeError: no frame has it.
        """
        index = int(np.searchsorted(self.pts, pts))
        if index == len(self.pts) or int(self.pts[index]) != pts:
            raise ShapeError(f"no frame has the time stamp {pts}")
        return index


def timeline_of(pts: Sequence[int], base: Fraction, lasts: int | None) -> Timeline:
    """Return a table; the last frame stays for the median step where a file does not say.

    >>> timeline_of([0, 3, 6, 10], Fraction(1, 30), None).lasts
    3
    """
    table = np.asarray(pts, np.int64)
    if not lasts:
        lasts = int(np.median(np.diff(table))) if len(table) > 1 else round(Fraction(1, 24) / base)
    return Timeline(table, base, max(1, lasts))
