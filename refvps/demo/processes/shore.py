"""A beach from above: a sheet of water that runs up the sand and drains back."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.randomness import Field, Random, index_grid, noise_tile, sample, scroll
from refvps.demo.scene import Painted
from refvps.demo.shading import (
    Colour,
    blur,
    clamp,
    ease,
    filter_through,
    flat,
    lighten,
    over,
    smoothstep,
)


@dataclass(frozen=True, slots=True)
class Swash:
    """One wave on the beach; lengths in pixels, times in seconds. The sea is below.

    Attributes:
        rest: row of the water's edge at rest.
        reach: how far it runs up.
        arrives: when its front passes the edge.
        lasts: until it has drained back.
        columns: (left, right) between which it runs up.
        colour: what light is left after passing through the water.
    """

    rest: float
    reach: float
    arrives: float
    lasts: float
    columns: tuple[float, float]
    colour: Colour


class RunUp:
    """A lobed front that shoots up, halts and slips back, with a rim of foam and wet sand."""

    def __init__(self, shape: tuple[int, int], swash: Swash, random: Random) -> None:
        self._shape, self._swash = shape, swash
        self._rows, self._columns = index_grid(*shape)
        self._lobes, self._foam = noise_tile(random, 8, 3), noise_tile(random, 16, 4, 0.55)
        left, right = swash.columns
        off = (2 * self._columns - left - right) / (right - left)
        self._across = np.sqrt(clamp(1 - off * off))
        self._wet = np.zeros(shape, np.float32)

    def paint(self, second: float, picture: Field) -> Painted:
        """Move the front; paint wet sand, water and foam."""
        swash = self._swash
        part = (second - swash.arrives) / swash.lasts
        front = self._front(min(max(part, 0.0), 1.0))
        depth = self._rows - front
        sheet = clamp(depth + 0.5) * smoothstep(swash.rest + 14, swash.rest + 2, self._rows)
        if not 0 < part < 1:
            sheet = 0 * sheet
        self._wet = np.maximum(self._wet * 0.992, sheet)
        filter_through(picture, (0.62, 0.58, 0.55), 0.75 * blur(self._wet, 1))
        thin = smoothstep(0.0, 46.0, depth)
        filter_through(picture, swash.colour, sheet * (0.5 + 0.4 * thin))
        over(picture, flat((0.5, 0.68, 0.7)), sheet * (0.2 + 0.3 * thin))
        back = 1.0 if part < 0.45 else -0.6
        lace = scroll(self._foam, -back * second * 40, second * 6, self._shape)
        lines = smoothstep(0.05, 0.0, np.abs(lace - 0.5))
        foam = (
            clamp(smoothstep(9.0, 1.0, depth) * (0.5 + lace) + 0.3 * lines * (1 - 0.4 * thin))
            * sheet
        )
        foam = foam * (1 - 0.55 * ease(0.45, 1.0, part))
        over(picture, flat((0.95, 0.97, 0.97)), 0.9 * foam)
        lighten(picture, (0.8, 0.9, 1.0), 0.1 * sheet * smoothstep(0.6, 0.8, lace))
        return Painted(sheet, None)

    def _front(self, part: float) -> Field:
        swash = self._swash
        up = 1 - (1 - min(part / 0.4, 1.0)) * (1 - min(part / 0.4, 1.0))
        back = ease(0.4, 1.0, part)
        lobes = sample(self._lobes, 0 * self._columns + 20 * part, self._columns)
        lift = swash.reach * (up - back) * (0.62 + 0.62 * (lobes - 0.3)) * self._across
        return swash.rest + 6 - lift


class Breakers:
    """Lines of foam that travel in from the sea towards the beach and dissolve at its edge."""

    def __init__(self, shape: tuple[int, int], rest: float, spacing: float, random: Random) -> None:
        self._shape, self._rest, self._spacing = shape, rest, spacing
        self._rows, self._columns = index_grid(*shape)
        self._bend, self._foam = noise_tile(random, 4, 3), noise_tile(random, 32, 4, 0.6)
        self._phase = random.uniform()

    def paint(self, second: float, picture: Field) -> Painted:
        """Paint the sea with its moving crests; the foam of the crests is the process."""
        depth = (
            self._rows
            - self._rest
            + 5 * sample(self._bend, 0 * self._columns + 9 * second, self._columns)
        )
        sea = smoothstep(0.0, 5.0, depth)
        over(
            picture,
            flat((0.2, 0.5, 0.55)) * (1.05 - 0.35 * smoothstep(0.0, 110.0, depth))[..., None],
            sea * (0.25 + 0.6 * smoothstep(0.0, 40.0, depth)),
        )
        bend = 26 * sample(self._bend, self._rows * 0.4, self._columns * 0.7 + 3 * second)
        turns = (self._rows + bend + second * 34) / self._spacing + self._phase
        part = turns - np.floor(turns)
        crest = smoothstep(0.0, 0.06, part) * smoothstep(0.34, 0.1, part)
        lace = scroll(self._foam, second * 30, second * 9, self._shape)
        foam = crest * smoothstep(0.28, 0.55, lace + 0.25 * smoothstep(0.16, 0.04, part))
        near = smoothstep(10.0, 24.0, depth)
        lighten(
            picture, (0.3, 0.55, 0.6), 0.22 * sea * smoothstep(0.86, 0.99, part) - 0.1 * sea * crest
        )
        over(picture, flat((0.95, 0.97, 0.98)), 0.92 * foam * near)
        return Painted(smoothstep(0.15, 0.5, blur(foam * near, 2)), None)
