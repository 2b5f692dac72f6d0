"""Cream in coffee: stirred into spirals by a vortex, or blooming where it is poured."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.randomness import (
    Field,
    Random,
    index_grid,
    interpolated,
    noise_tile,
    sample,
    scroll,
)
from refvps.demo.scene import Painted
from refvps.demo.shading import Colour, blur, clamp, ease, flat, over, smoothstep


@dataclass(frozen=True, slots=True)
class Cup:
    """A cup seen from above; lengths in pixels, times in seconds.

    Attributes:
        at: (row, column) of its middle.
        radius: of the drink.
        start: when the cream is poured.
        stir: turns a second near the middle; 0 leaves it to bloom.
        lasts: for how long cream is poured.
        cream: its colour.
    """

    at: tuple[float, float]
    radius: float
    start: float
    stir: float
    lasts: float
    cream: Colour


class Cream:
    """Dye carried by a vortex, or pushed outwards by its own pouring and frayed by eddies."""

    def __init__(self, shape: tuple[int, int], cup: Cup, random: Random) -> None:
        self._shape, self._cup = shape, cup
        reach = int(cup.radius) + 2
        self._top, self._left = int(cup.at[0]) - reach, int(cup.at[1]) - reach
        side = 2 * reach
        self._dye = np.zeros((side, side), np.float32)
        rows, columns = index_grid(side, side)
        self._rows, self._columns = rows + 0 * columns, columns + 0 * rows
        self._down, self._right = self._rows - reach, self._columns - reach
        self._far = np.sqrt(self._down * self._down + self._right * self._right) / cup.radius
        self._inside = smoothstep(1.0, 0.96, self._far)
        self._eddy = noise_tile(random, 16, 2)
        place = 0.42 if cup.stir else 0.15
        self._pour = (
            cup.radius * place * random.choice((-1, 1)),
            cup.radius * random.uniform(-0.2, 0.2),
        )

    def paint(self, second: float, picture: Field) -> Painted:
        """Pour, carry, and paint cream floating on the drink."""
        cup = self._cup
        since = second - cup.start
        off_down, off_right = self._down - self._pour[0], self._right - self._pour[1]
        if 0 <= since < cup.lasts:
            distance = np.sqrt(off_down * off_down + off_right * off_right)
            stain = smoothstep(1.2, 0.7, distance / (cup.radius * 0.2))
            self._dye = clamp(self._dye + 0.5 * stain)
        if since > 0:
            self._carry(second, since, (off_down, off_right))
        body = smoothstep(0.08, 0.6, self._dye) * self._inside
        relief = self._dye - blur(self._dye, 3)
        spot = (slice(self._top, self._top + len(body)), slice(self._left, self._left + len(body)))
        over(picture[spot], flat(cup.cream) * (0.84 + 0.3 * relief)[..., None], 0.95 * body)
        presence = np.zeros(self._shape, np.float32)
        presence[spot] = smoothstep(0.12, 0.45, blur(self._dye * self._inside, 1))
        return Painted(presence, None)

    def _carry(self, second: float, since: float, off: tuple[Field, Field]) -> None:
        cup = self._cup
        bend = self._bent(second)
        rim = clamp(1.6 - 1.6 * self._far)
        if cup.stir:
            turn = cup.stir * 0.26 / (0.35 + 2.2 * self._far * self._far) * ease(0.0, 0.8, since)
            half = turn / 2
            even, odd = (1 - half * half) / (1 + half * half), 2 * half / (1 + half * half)
            go_down = self._down - (even * self._down - odd * self._right)
            go_right = self._right - (odd * self._down + even * self._right)
            eddies = 0.35
        else:
            distance = np.maximum(np.sqrt(off[0] * off[0] + off[1] * off[1]), 3.0)
            push = rim * (26.0 / (1 + 0.8 * since)) / (distance + 9.0)
            go_down, go_right = push * off[0] / distance, push * off[1] / distance
            eddies = 1.1
        go_down, go_right = go_down + eddies * bend[0] * rim, go_right + eddies * bend[1] * rim
        dye = self._taken(go_down, go_right) * self._inside
        self._dye = np.where(dye < 1e-4, np.float32(0), dye)

    def _bent(self, second: float) -> tuple[Field, Field]:
        """Return an eddying flow that neither gathers nor thins: the curl of a noise."""
        stream = scroll(self._eddy, second * 14, second * 8, self._dye.shape) * 9
        down, right = np.zeros_like(stream), np.zeros_like(stream)
        right[1:-1] = stream[2:] - stream[:-2]
        down[:, 1:-1] = stream[:, :-2] - stream[:, 2:]
        return down, right

    def _taken(self, go_down: Field, go_right: Field) -> Field:
        side = len(self._dye)
        rows = clamp(self._rows - go_down, 0.0, side - 1.001)
        columns = clamp(self._columns - go_right, 0.0, side - 1.001)
        return interpolated(self._dye, rows, columns)


class Coffee:
    """Scenery: a full cup."""

    def __init__(self, shape: tuple[int, int], cup: Cup, random: Random) -> None:
        rows, columns = index_grid(*shape)
        down, right = rows - cup.at[0], columns - cup.at[1]
        self._far = np.sqrt(down * down + right * right) / cup.radius
        self._slant = (right + down) / cup.radius
        self._sheen = sample(noise_tile(random, 4, 2), rows * 0.5, columns * 0.5)

    def onto(self, picture: Field, china: Colour) -> None:
        """Paint shadow, cup and drink."""
        far, slant = self._far, self._slant
        picture *= (1 - 0.45 * smoothstep(1.5, 1.1, far - 0.1 * slant))[..., None]
        wall = smoothstep(1.13, 1.11, far)
        bevel = clamp(1 - np.abs(far - 1.07) * 18)
        over(picture, flat(china) * (0.72 - 0.16 * slant + 0.3 * bevel)[..., None], wall)
        drink = smoothstep(1.02, 1.0, far)
        tone = 0.75 + 0.35 * self._sheen + 0.5 * smoothstep(0.9, 1.02, far) - 0.12 * slant
        over(picture, flat((0.21, 0.1, 0.045)) * tone[..., None], drink)
