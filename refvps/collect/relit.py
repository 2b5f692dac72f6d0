"""Whether a sudden change is one of light alone: edges stay where they are and point as before.

A lamp that is switched on moves brightness, colour and contrast, and burns out a part of the
picture; of what can be seen before and after, edges keep their directions. After a cut they do
not. What moves from frame to frame anyway is allowed for: the measure is how much worse edges
agree over the change than they do between the frames on either side of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from refvps.types import UInt8Array

PARTS = 5
"""The picture is looked at in so many rows and columns of parts."""

MAY_DIFFER = 2
"""So many parts may differ: the lamp itself, and where nothing but light is left."""

LOSS = 0.4
"""Agreement, of 1, that a part may lose."""

FEW_EDGES = 0.01
"""A part with a smaller share of all edges says nothing."""

LEAST_PARTS = 6
"""With fewer parts that say something, a change is not taken for one of light."""

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How well edges of two pictures agree.

    Attributes:
        parts: mean cosine of the angle between edges, -1 to 1, ``[PARTS, PARTS]``.
        share: of all edges, ``[PARTS, PARTS]``.
    """

    parts: FloatArray
    share: FloatArray


def is_relit(thumbs: UInt8Array, first: int, last: int, until: int) -> bool:
    """Return whether a change shows the same things in another light.

    Args:
        thumbs: frames of a video, grey, uint8 ``[N, h, w]``.
        first: the first frame after the change began, at least 1.
        last: the last frame of the change.
        until: the last frame before the next change.
    """
    before = thumbs[first - 1]
    over = max(
        (agreement(before, thumbs[place]) for place in range(last, min(last + 1, until) + 1)),
        key=lambda found: float((found.parts * found.share).sum()),
    )
    pairs = [first - 2] * (first >= 2) + [last] * (last < until)
    beside = [agreement(thumbs[place], thumbs[place + 1]).parts for place in pairs]
    usual = np.min(beside, axis=0) if beside else np.ones_like(over.parts)
    lost = np.sort((usual - over.parts)[says_something(over)])
    return len(lost) >= LEAST_PARTS and bool(lost[-1 - MAY_DIFFER] <= LOSS)


def says_something(found: Agreement) -> NDArray[np.bool_]:
    """Return which parts hold edges enough to be judged by, ``[PARTS, PARTS]``."""
    return np.asarray(found.share >= FEW_EDGES)


def agreement(one: UInt8Array, other: UInt8Array) -> Agreement:
    """Return how well the edges of two grey pictures agree; those count that both show.

    >>> ramp = np.tile(np.arange(0, 200, 4, dtype=np.uint8), (50, 1))
    >>> bool(agreement(ramp, ramp // 3 + 90).parts.min() > 0.99)
    True
    """
    import cv2

    (x, y), (other_x, other_y) = _slopes(one), _slopes(other)
    steep, other_steep = np.hypot(x, y), np.hypot(other_x, other_y)
    seen = np.minimum(steep / (steep.mean() + 1e-3), other_steep / (other_steep.mean() + 1e-3))
    alike = seen * (x * other_x + y * other_y) / (steep * other_steep + 1e-6)
    size, how = (PARTS, PARTS), cv2.INTER_AREA
    weight = np.asarray(cv2.resize(seen, size, interpolation=how), np.float32)
    parts = np.asarray(cv2.resize(alike, size, interpolation=how), np.float32) / (weight + 1e-6)
    return Agreement(parts, weight / (weight.sum() + 1e-9))


def _slopes(picture: UInt8Array) -> tuple[FloatArray, FloatArray]:
    import cv2

    soft = cv2.GaussianBlur(picture, (0, 0), 1.0).astype(np.float32)
    x = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3)
    y = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3)
    return np.asarray(x, np.float32), np.asarray(y, np.float32)
