"""How much a target moves and changes its shape, from its masks alone."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from refvps.errors import ShapeError
from refvps.types import BoolArray


@dataclass(frozen=True, slots=True)
class TrackChange:
    """How a target changes from one annotated frame to the next.

    Attributes:
        motion: mean over steps of the distance its centroid moves, divided by the square root of
            its area, so that it does not depend on resolution; None without a step.
        shape_change: mean over steps of 1 - J of its two masks, the first laid onto the second's
            centroid: 0 for a rigid shift, towards 1 for another shape; None without a step.
        steps: pairs of consecutive annotated frames that both show the target.
        broken: pairs of which at least one is annotated as empty: a mask without a pixel has no
            centroid, so nothing is measured across it.
    """

    motion: float | None
    shape_change: float | None
    steps: int
    broken: int


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A mask cut to its bounding box.

    Attributes:
        top: the box's first row.
        left: its first column.
        pixels: bool ``[h, w]``.
        area: how many are set, at least one.
        centroid: mean row and column of the set pixels.
    """

    top: int
    left: int
    pixels: BoolArray
    area: int
    centroid: tuple[float, float]


def track_change(masks: Iterable[BoolArray]) -> TrackChange:
    """Return how a target changes over its annotated frames.

    Args:
        masks: the target on each annotated frame in order, bool ``[H, W]`` of one size, void left
            out.

    Raises:
        ShapeError: the masks differ in size.
    """
    moved: list[float] = []
    changed: list[float] = []
    broken, before, size = 0, None, None
    for place, mask in enumerate(masks):
        if size is not None and mask.shape != size:
            raise ShapeError(f"masks of one track differ in size: {size} and {mask.shape}")
        size, shape = mask.shape, shape_of(mask)
        if before is not None and shape is not None:
            moved.append(motion(before, shape))
            changed.append(shape_change(before, shape))
        elif place:
            broken += 1
        before = shape
    return TrackChange(_mean(moved), _mean(changed), len(moved), broken)


def shape_of(mask: BoolArray) -> Shape | None:
    """Return a mask cut to its bounding box, or None if it has no pixel."""
    by_row, by_column = mask.sum(axis=1, dtype=np.int64), mask.sum(axis=0, dtype=np.int64)
    rows, columns = np.flatnonzero(by_row), np.flatnonzero(by_column)
    if not len(rows):
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    area = int(by_row.sum())
    centroid = (
        int(by_row @ np.arange(len(by_row))) / area,
        int(by_column @ np.arange(len(by_column))) / area,
    )
    return Shape(top, left, mask[top:bottom, left:right], area, centroid)


def motion(first: Shape, second: Shape) -> float:
    """Return the distance between two centroids over the square root of the mean area."""
    down, right = (b - a for a, b in zip(first.centroid, second.centroid, strict=True))
    return math.sqrt((down * down + right * right) / ((first.area + second.area) / 2))


def shape_change(first: Shape, second: Shape) -> float:
    """Return 1 - J of two shapes, the first shifted by whole pixels onto the second's centroid.

    No pixel is lost in the shift: shapes are compared in the plane and not in the frame. What the
    frame's edge cuts off a target does change its shape.
    """
    down, right = (
        math.floor(b - a + 0.5) for a, b in zip(first.centroid, second.centroid, strict=True)
    )
    # The first box's place as seen from the second's corner.
    top, left = first.top + down - second.top, first.left + right - second.left
    shared = _shared(first.pixels, second.pixels, top, left)
    return 1 - shared / (first.area + second.area - shared)


def _shared(moved: BoolArray, still: BoolArray, top: int, left: int) -> int:
    """Return how many pixels two arrays share when the first's corner lies at (top, left)."""
    rows = slice(max(top, 0), max(min(top + moved.shape[0], still.shape[0]), 0))
    columns = slice(max(left, 0), max(min(left + moved.shape[1], still.shape[1]), 0))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return 0
    part = moved[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return int(np.count_nonzero(part & still[rows, columns]))


def _mean(values: list[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
