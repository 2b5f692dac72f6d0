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
        surface = self._terrain + self.depth
        energy = self.depth * self.heat
        gain, gain_energy = np.zeros_like(surface), np.zeros_like(surface)
        ease = 0.2 * clamp(self.heat * 1.6 - 0.15)
        for axis in (0, 1):
            here = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
            there = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
            fall = surface[here] - surface[there]
            go = np.maximum(fall - 0.02, 0) * ease[here]
            back = np.maximum(-fall - 0.02, 0) * ease[there]
            go = np.minimum(go, 0.22 * self.depth[here])
            back = np.minimum(back, 0.22 * self.depth[there])
            flow = go - back
            flow_energy = go * self.heat[here] - back * self.heat[there]
            gain[here] -= flow
            gain[there] += flow
            gain_energy[here] -= flow_energy
            gain_energy[there] += flow_energy
        depth = np.maximum(self.depth + gain, 0)
        self.depth = np.where(depth < 1e-4, np.float32(0), depth)
        heat = np.maximum(energy + gain_energy, 0) / (self.depth + 1e-4)
        heat = clamp(heat * (1 - self._cooling / (0.4 + self.depth)))
        self.heat = np.where(self.depth > 0, heat, np.float32(0))
