"""Ice that grows branches on a hexagonal lattice (Reiter, Chaos Solitons & Fractals 2005)."""

import numpy as np

from refvps.demo.randomness import Random, white_noise


class IceLattice:
    """Vapour that diffuses and freezes onto a crystal.

    Rows of the lattice are sheared: the six neighbours of a cell are the four beside it and two
    of the diagonals.

    Attributes:
        ice: amount of water in each cell, float32 ``[n, n]``; frozen from 1.
    """

    def __init__(self, side: int, vapour: float, supply: float, random: Random) -> None:
        """Fill with vapour, a little unevenly so that arms differ.

        Args:
            side: cells a side.
            vapour: water at the start, below 1; less makes thinner branches.
            supply: water added to a frozen cell at each step.
            random: the unevenness.
        """
        uneven = white_noise(side, side, random.below(1 << 30)) - 0.5
        self.ice = vapour + 0.1 * uneven
        self._vapour, self._supply = vapour, supply

    def seed(self, row: int, column: int) -> None:
        """Freeze one cell."""
        self.ice[row, column] = 1

    def step(self) -> None:
        """Advance by one step."""
        frozen = self.ice >= 1
        near = frozen.copy()
        for target, source in _NEIGHBOURS:
            near[target] |= frozen[source]
        still = np.where(near, self.ice, np.float32(0))
        vapour = self.ice - still
        around = -6 * vapour
        for target, source in _NEIGHBOURS:
            around[target] += vapour[source]
        self.ice = still + vapour + around / 12 + np.where(near, np.float32(self._supply), 0)
        for rim in (0, -1):
            self.ice[rim], self.ice[:, rim] = self._vapour, self._vapour


_ALL, _AFTER, _BEFORE = slice(None), slice(1, None), slice(None, -1)
_NEIGHBOURS = (
    ((_AFTER, _ALL), (_BEFORE, _ALL)),
    ((_BEFORE, _ALL), (_AFTER, _ALL)),
    ((_ALL, _AFTER), (_ALL, _BEFORE)),
    ((_ALL, _BEFORE), (_ALL, _AFTER)),
    ((_AFTER, _BEFORE), (_BEFORE, _AFTER)),
    ((_BEFORE, _AFTER), (_AFTER, _BEFORE)),
)
