"""The wave equation on a grid."""

import numpy as np


class WaveTank:
    """Height of a water surface, with damping that grows towards the rim so waves leave.

    Attributes:
        height: float32 ``[h, w]`` around 0.
    """

    def __init__(self, shape: tuple[int, int], speed: float, keep: float) -> None:
        """Start flat.

        Args:
            shape: cells (h, w).
            speed: cells a step, below 0.7.
            keep: part of the motion left after a step.
        """
        self.height = np.zeros(shape, np.float32)
        self._before = np.zeros(shape, np.float32)
        self._push = speed * speed
        self._keep = np.full(shape, keep, np.float32)
        for layer in range(8):
            rim = slice(layer, -layer if layer else None)
            self._keep[rim, rim] = keep - 0.02 * (7 - layer)

    def step(self) -> None:
        """Advance by one step."""
        height = self.height
        bend = -4 * height
        bend[1:] += height[:-1]
        bend[:-1] += height[1:]
        bend[:, 1:] += height[:, :-1]
        bend[:, :-1] += height[:, 1:]
        speed = (height - self._before) * self._keep
        after = height + speed + self._push * bend
        self._before = height
        self.height = np.where(np.abs(after) < 1e-6, np.float32(0), after)
