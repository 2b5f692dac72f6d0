"""When a front arrives: travel time from some cells, over ground of varying resistance."""

import numpy as np

from refvps.demo.randomness import Field

FAR = 1e6
_DIAGONAL = 1.41421356


def arrival(cost: Field, starts: list[tuple[int, int]], sweeps: int) -> Field:
    """Return the time at which a front reaches each cell, float32 ``[h, w]``.

    Args:
        cost: time to cross a cell, positive, float32 ``[h, w]``.
        starts: cells (row, column) from which it leaves at time 0.
        sweeps: rounds of relaxation to the eight neighbours; a cell farther than that many
            steps keeps ``FAR``.
    """
    height, width = cost.shape
    wide = np.full((height + 2, width + 2), FAR, np.float32)
    inner = wide[1:-1, 1:-1]
    for row, column in starts:
        inner[row, column] = 0
    slant = cost * _DIAGONAL
    for _ in range(sweeps):
        beside = np.minimum(wide[:-2, 1:-1], wide[2:, 1:-1])
        beside = np.minimum(beside, np.minimum(wide[1:-1, :-2], wide[1:-1, 2:]))
        corner = np.minimum(wide[:-2, :-2], wide[2:, 2:])
        corner = np.minimum(corner, np.minimum(wide[:-2, 2:], wide[2:, :-2]))
        best = np.minimum(beside + cost, corner + slant)
        inner[...] = np.minimum(inner, best)
    return inner.copy()
