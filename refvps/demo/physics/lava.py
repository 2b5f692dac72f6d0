"""A thick fluid that runs down a slope, cools and stops (a yield-stress height field)."""

import numpy as np

from refvps.demo.randomness import Field
from refvps.demo.shading import clamp


class ThickFlow:
    """Depth and heat of a flow over terrain.

    Attributes:
        depth: float32 ``[h, w]``, not negative.
        heat: temperature in [0, 1], float32 ``[h, w]``.
    """

    def __init__(self, terrain: Field, cooling: float) -> None:
        """Start empty.

        Args:
            terrain: height of the ground, float32 ``[h, w]``.
            cooling: part of the heat that a thin flow loses in a step.
        """
        self.depth, self.heat = np.zeros_like(terrain), np.zeros_like(terrain)
        self._terrain, self._cooling = terrain, cooling

    def pour(self, amount: Field) -> None:
        """Add hot fluid, float32 ``[h, w]``."""
        mixed = self.depth + amount
        self.heat = np.where(
            amount > 0, (self.heat * self.depth + amount) / (mixed + 1e-6), self.heat
        )
        self.depth = mixed

    def step(self) -> None:
        """Advance by one step: fluid runs to lower neighbours where the slope overcomes it."""
        wet = self.depth > 0
        rows, columns = np.flatnonzero(wet.any(axis=1)), np.flatnonzero(wet.any(axis=0))
        if rows.size:
            window = (
                slice(max(int(rows[0]) - 1, 0), int(rows[-1]) + 2),
                slice(max(int(columns[0]) - 1, 0), int(columns[-1]) + 2),
            )
            depth, heat = self.depth[window], self.heat[window]
            self.depth[window], self.heat[window] = self._moved(self._terrain[window], depth, heat)

    def _moved(self, terrain: Field, depth: Field, heat: Field) -> tuple[Field, Field]:
        """Return depth and heat of a window after one step."""
        surface = terrain + depth
        energy = depth * heat
        gain, gain_energy = np.zeros_like(surface), np.zeros_like(surface)
        ease = 0.2 * clamp(heat * 1.6 - 0.15)
        for axis in (0, 1):
            here = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
            there = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
            fall = surface[here] - surface[there]
            go = np.maximum(fall - 0.02, 0) * ease[here]
            back = np.maximum(-fall - 0.02, 0) * ease[there]
            go = np.minimum(go, 0.22 * depth[here])
            back = np.minimum(back, 0.22 * depth[there])
            flow = go - back
            flow_energy = go * heat[here] - back * heat[there]
            gain[here] -= flow
            gain[there] += flow
            gain_energy[here] -= flow_energy
            gain_energy[there] += flow_energy
        depth = np.maximum(depth + gain, 0)
        depth = np.where(depth < 1e-4, np.float32(0), depth)
        heat = np.maximum(energy + gain_energy, 0) / (depth + 1e-4)
        heat = clamp(heat * (1 - self._cooling / (0.4 + depth)))
        return depth, np.where(depth > 0, heat, np.float32(0))
