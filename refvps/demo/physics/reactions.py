"""Two-species reactions that spread by diffusion, on a grid that wraps around."""

import numpy as np

from refvps.demo.randomness import Field
from refvps.demo.shading import clamp


def spread(values: Field) -> Field:
    """Return the five-point Laplacian; the rim sees itself."""
    wide = np.empty((values.shape[0] + 2, values.shape[1] + 2), np.float32)
    wide[1:-1, 1:-1] = values
    wide[0, 1:-1], wide[-1, 1:-1] = values[0], values[-1]
    wide[1:-1, 0], wide[1:-1, -1] = values[:, 0], values[:, -1]
    around = wide[:-2, 1:-1] + wide[2:, 1:-1]
    around += wide[1:-1, :-2]
    around += wide[1:-1, 2:]
    around -= 4 * values
    return around


class GrayScott:
    """Spots that feed, split and spread (Pearson, Science 1993).

    Attributes:
        food: float32 ``[h, w]``, 1 where nothing grows.
        growth: float32 ``[h, w]``, 0 where nothing grows, up to about 0.4.
    """

    def __init__(self, shape: tuple[int, int], feed: float, kill: float) -> None:
        self.food = np.ones(shape, np.float32)
        self.growth = np.zeros(shape, np.float32)
        self._feed, self._kill = feed, kill

    def step(self) -> None:
        """Advance by one unit of time."""
        food, growth = self.food, self.growth
        reaction = food * growth * growth
        self.food = food + 0.2 * spread(food) - reaction + self._feed * (1 - food)
        grown = growth + 0.1 * spread(growth) + reaction - (self._feed + self._kill) * growth
        self.growth = np.where(grown < 1e-5, np.float32(0), grown)


class ExcitableMedium:
    """Waves of excitation with a refractory tail (Barkley, Physica D 1991).

    Attributes:
        excited: float32 ``[h, w]`` in [0, 1].
        tired: float32 ``[h, w]`` in [0, 1].
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.excited = np.zeros(shape, np.float32)
        self.tired = np.zeros(shape, np.float32)

    def step(self) -> None:
        """Advance by one step.

        Excitation stays below 1: at exactly 1 the reaction rests and nothing would recover.
        """
        excited, tired = self.excited, self.tired
        threshold = (tired + 0.03) / 0.75
        rate = 2.2 * excited * (1 - excited) * (excited - threshold)
        fresh = clamp(excited + rate + 0.16 * spread(excited), 0.0, 0.98)
        self.tired = tired + 0.07 * (excited - tired)
        self.excited = np.where(fresh < 1e-5, np.float32(0), fresh)
