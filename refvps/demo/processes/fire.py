"""Flames: heat that rises, is eaten by cooler eddies, and glows."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from refvps.demo.randomness import Field, Random, index_grid, noise_tile, sample
from refvps.demo.scene import Painted
from refvps.demo.shading import Colour, blur, clamp, ease, lighten, over, ramp, smoothstep, sway

Stops = tuple[tuple[float, Colour], ...]
ORANGE: Stops = (
    (0.05, (0.25, 0.02, 0.0)),
    (0.3, (0.85, 0.2, 0.02)),
    (0.55, (1.0, 0.55, 0.08)),
    (0.8, (1.0, 0.86, 0.4)),
    (1.1, (1.0, 0.98, 0.85)),
)
BLUE: Stops = (
    (0.05, (0.02, 0.04, 0.25)),
    (0.3, (0.08, 0.2, 0.85)),
    (0.55, (0.2, 0.5, 1.0)),
    (0.8, (0.55, 0.8, 1.0)),
    (1.1, (0.92, 0.98, 1.0)),
)


@dataclass(frozen=True, slots=True)
class Fire:
    """A fire bed; lengths in pixels.

    Attributes:
        at: (row, column) of the middle of the bed.
        width: of the bed.
        tall: height of full flames.
        strength: (second, strength in [0, 1]) knots, eased between; constant beyond.
        wind: how far the tips lean to the right, as a part of the height.
        colours: from cool to hot.
    """

    at: tuple[float, float]
    width: float
    tall: float
    strength: tuple[tuple[float, float], ...]
    wind: float
    colours: Stops


class Flames:
    """Tongues of heat: a column of hot gas, eaten by cool eddies that the gas carries up."""

    def __init__(self, shape: tuple[int, int], fire: Fire, random: Random) -> None:
        self._shape, self._fire = shape, fire
        self._rows, self._columns = index_grid(*shape)
        self._cool, self._fine = noise_tile(random, 8, 3), noise_tile(random, 16, 3)
        self._bend = noise_tile(random, 8, 2)
        self._above = (fire.at[0] - self._rows) / fire.tall
        reach = fire.tall * 1.1
        down, right = self._rows - fire.at[0], self._columns - fire.at[1]
        self._glow = 1 / (1 + (down * down + right * right) / (reach * reach))
        self._warm = random.uniform()

    def paint(self, second: float, picture: Field) -> Painted:
        """Let the eddies rise by one frame; add the fire's glow and light."""
        fire = self._fire
        strength = _between(fire.strength, second)
        if strength < 0.01:
            return Painted(np.zeros(self._shape, np.float32), None)
        heat = self._heat(second, strength)
        glow = strength * (0.85 + 0.15 * sway(second * 3.1 + self._warm))
        lighten(picture, fire.colours[1][1], self._glow * (0.26 * glow))
        body = smoothstep(0.08, 0.3, heat)
        over(picture, ramp(heat, fire.colours), 0.95 * body)
        lighten(picture, fire.colours[2][1], 0.22 * blur(body, 4))
        return Painted(body, body)

    def _heat(self, second: float, strength: float) -> Field:
        fire, above = self._fire, clamp(self._above, -0.2, 2.0)
        tall = 0.25 + 0.75 * strength
        part = above / tall
        risen = second * 150
        bend = sample(self._bend, self._rows * 0.8 + 0.75 * risen, self._columns * 0.5) - 0.5
        lean = fire.tall * above * (fire.wind + 0.55 * bend)
        across = (self._columns - fire.at[1] - lean) / (fire.width * (0.32 + 0.2 * strength))
        cool = sample(self._cool, self._rows * 0.75 + risen, self._columns * 1.7 + 30 * bend)
        fine = sample(self._fine, self._rows * 0.9 + 1.3 * risen, self._columns * 1.6 + 40 * bend)
        column = 1 - across * across * (1 + 1.6 * clamp(part))
        eaten = (0.35 + 1.25 * clamp(part, 0.0, 1.4)) * (1.15 * cool + 0.4 * fine)
        heat = 0.62 + 0.6 * column - eaten - 0.25 * part
        return clamp(heat * smoothstep(-0.04, 0.03, above), 0.0, 1.25)


def _between(knots: tuple[tuple[float, float], ...], second: float) -> float:
    value = knots[0][1]
    for (before, low), (after, high) in pairwise(knots):
        value += (high - low) * ease(before, after, second)
    return value
