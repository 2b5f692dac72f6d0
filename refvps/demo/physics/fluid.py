"""Incompressible flow on a grid that carries dye (Stam, "Stable Fluids", SIGGRAPH 1999)."""

import numpy as np

from refvps.demo.randomness import Field, index_grid, interpolated
from refvps.demo.shading import clamp

PRESSURE_SWEEPS = 14


class Fluid:
    """Velocity, pressure and dye on cells of a closed box, whose top may be open.

    Attributes:
        down: velocity in cells a step, positive downwards, float32 ``[h, w]``.
        right: velocity in cells a step, float32 ``[h, w]``.
        dye: what is carried, float32 ``[h, w]``, not negative.
    """

    def __init__(self, shape: tuple[int, int], swirl: float, keep: float) -> None:
        """Start at rest.

        Args:
            shape: cells (h, w).
            swirl: strength of the vorticity confinement that keeps small eddies alive.
            keep: part of the dye left after a step.
        """
        self.down: Field = np.zeros(shape, np.float32)
        self.right: Field = np.zeros(shape, np.float32)
        self.dye: Field = np.zeros(shape, np.float32)
        self._pressure = np.zeros((shape[0] + 2, shape[1] + 2), np.float32)
        self._rows, self._columns = index_grid(*shape)
        self._swirl, self._keep = swirl, keep

    def step(self, push_down: Field, push_right: Field | float, drift: Field | float = 0.0) -> None:
        """Advance by one step under a force in cells a step².

        ``drift`` is a steady wind to the right in cells a step, the same along each row, so that
        it neither gathers nor thins.
        """
        self.down = self.down + push_down
        self.right = self.right + push_right
        if self._swirl:
            self._confine()
        self._project()
        self.down, self.right, self.dye = self._advected(drift)
        dye = self.dye * self._keep
        self.dye = np.where(dye < 1e-4, np.float32(0), dye)

    def _advected(self, drift: Field | float) -> list[Field]:
        height, width = self.dye.shape
        rows = clamp(self._rows - self.down, 0.0, height - 1.001)
        columns = clamp(self._columns - self.right - drift, 0.0, width - 1.001)
        return [interpolated(values, rows, columns) for values in (self.down, self.right, self.dye)]

    def _project(self) -> None:
        down, right, pressure = self.down, self.right, self._pressure
        down[0], down[-1], right[:, 0], right[:, -1] = 0, 0, 0, 0
        source = np.zeros_like(down)
        source[1:-1] += down[2:] - down[:-2]
        source[:, 1:-1] += right[:, 2:] - right[:, :-2]
        source *= 0.5
        for _ in range(PRESSURE_SWEEPS):
            around = pressure[:-2, 1:-1] + pressure[2:, 1:-1]
            around += pressure[1:-1, :-2]
            around += pressure[1:-1, 2:]
            around -= source
            pressure[1:-1, 1:-1] = around * 0.25
        inner = pressure[1:-1, 1:-1]
        down[1:-1] -= 0.5 * (inner[2:] - inner[:-2])
        right[:, 1:-1] -= 0.5 * (inner[:, 2:] - inner[:, :-2])

    def _confine(self) -> None:
        curl = np.zeros_like(self.down)
        curl[:, 1:-1] += self.down[:, 2:] - self.down[:, :-2]
        curl[1:-1] -= self.right[2:] - self.right[:-2]
        strength = np.abs(curl)
        up = np.zeros_like(curl)
        across = np.zeros_like(curl)
        up[1:-1] = strength[2:] - strength[:-2]
        across[:, 1:-1] = strength[:, 2:] - strength[:, :-2]
        length = np.sqrt(up * up + across * across) + 1e-4
        self.down -= self._swirl * curl * across / length
        self.right += self._swirl * curl * up / length
