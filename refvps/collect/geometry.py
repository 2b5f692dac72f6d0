"""Black bars around a picture."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from refvps.errors import ShapeError
from refvps.types import UInt8Array

DARK = 12
"""Rows and columns with a mean below this, of 255, are black."""

OFTEN = 0.95
"""In this share of frames a bar is black."""


@dataclass(frozen=True, slots=True)
class Bars:
    """How much of a picture is bars, as fractions of its height and width."""

    top: Fraction = Fraction(0)
    bottom: Fraction = Fraction(0)
    left: Fraction = Fraction(0)
    right: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        """Check that a picture is left."""
        if min(self.top, self.bottom, self.left, self.right) < 0:
            raise ShapeError(f"bars are 0 or wider; got {self}")
        if self.top + self.bottom >= 1 or self.left + self.right >= 1:
            raise ShapeError(f"bars leave a picture; got {self}")

    @property
    def share(self) -> float:
        """Which part of the area is bars."""
        return float(1 - (1 - self.top - self.bottom) * (1 - self.left - self.right))


def find_bars(stills: UInt8Array) -> Bars:
    """Return the bars of grey frames, uint8 ``[M, H, W]``; none where all is dark.

    >>> picture = np.full((3, 10, 8), 200, np.uint8)
    >>> picture[:, :2] = 0
    >>> find_bars(picture).top
    Fraction(1, 5)
    """
    top, bottom = _dark_ends(stills.mean(axis=2))
    left, right = _dark_ends(stills.mean(axis=1))
    return Bars(top, bottom, left, right)


def without_bars(picture: UInt8Array, bars: Bars) -> UInt8Array:
    """Return the part of a picture ``[H, W, ...]`` that is no bar."""
    height, width = picture.shape[:2]
    rows = slice(round(height * bars.top), height - round(height * bars.bottom))
    columns = slice(round(width * bars.left), width - round(width * bars.right))
    return picture[rows, columns]


def _dark_ends(means: np.ndarray) -> tuple[Fraction, Fraction]:
    """Return which fractions of lines at the two ends, ``[M, lines]``, are nearly always black."""
    lit = np.flatnonzero((means < DARK).mean(axis=0) < OFTEN)
    if not len(lit):
        return Fraction(0), Fraction(0)
    lines = means.shape[1]
    return Fraction(int(lit[0]), lines), Fraction(lines - 1 - int(lit[-1]), lines)
