"""Signed distances of simple shapes in pixels, negative inside, and what they cover."""

import numpy as np

from refvps.demo.randomness import Field
from refvps.demo.shading import clamp


def ellipse(
    rows: Field, columns: Field, centre: tuple[float, float], radii: tuple[float, float]
) -> Field:
    """Return the distance to an ellipse, near its edge; radii are (rows, columns)."""
    down, right = (rows - centre[0]) / radii[0], (columns - centre[1]) / radii[1]
    distance: Field = (np.sqrt(down * down + right * right) - 1) * min(radii)
    return distance


def box(
    rows: Field, columns: Field, edges: tuple[float, float, float, float], corner: float = 0
) -> Field:
    """Return the distance to a box given as (top, left, bottom, right) with rounded corners."""
    top, left, bottom, right = edges
    outside_down = np.abs(rows - (top + bottom) / 2) - (bottom - top) / 2 + corner
    outside_right = np.abs(columns - (left + right) / 2) - (right - left) / 2 + corner
    down, across = np.maximum(outside_down, 0), np.maximum(outside_right, 0)
    inner = np.minimum(np.maximum(outside_down, outside_right), 0)
    distance: Field = np.sqrt(down * down + across * across) + inner - corner
    return distance


def stroke(
    rows: Field, columns: Field, start: tuple[float, float], end: tuple[float, float]
) -> Field:
    """Return the distance to a line segment between two (row, column) points; never negative."""
    along_down, along_right = end[0] - start[0], end[1] - start[1]
    length = along_down * along_down + along_right * along_right + 1e-6
    down, right = rows - start[0], columns - start[1]
    part = clamp((down * along_down + right * along_right) / length)
    off_down, off_right = down - part * along_down, right - part * along_right
    distance: Field = np.sqrt(off_down * off_down + off_right * off_right)
    return distance


def blend(first: Field, second: Field, radius: float) -> Field:
    """Return the union of two shapes with the seam rounded over ``radius`` pixels."""
    part = clamp(0.5 + 0.5 * (second - first) / radius)
    return second + part * (first - second) - radius * part * (1 - part)


def covered(distance: Field) -> Field:
    """Return how much of each pixel a shape covers, in [0, 1]."""
    return clamp(0.5 - distance)


def dome(distance: Field, reach: float) -> Field:
    """Return a height that rises from 0 at the edge to 1, ``reach`` pixels inside."""
    part = clamp(-distance / reach)
    return np.sqrt(part * (2 - part))
