"""Light that changes: a lamp that flickers or swells, caustics, and shadows that sweep."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.randomness import Field, Random, index_grid, noise_tile, sample, scroll
from refvps.demo.scene import Painted
from refvps.demo.shading import Colour, clamp, ease, smoothstep, sway
from refvps.demo.shapes import box, ellipse


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool of light on a wall or floor; lengths in pixels, times in seconds.

    Attributes:
        at: (row, column) of its middle.
        radii: (rows, columns).
        colour: of the light.
        start: when the lamp comes on.
        stop: when it goes out.
        beat: swells a second.
        unrest: depth of the flicker, 0 to 1.
    """

    at: tuple[float, float]
    radii: tuple[float, float]
    colour: Colour
    start: float
    stop: float
    beat: float
    unrest: float


class LampLight:
    """A soft pool of light whose strength flickers or swells; present while it is lit."""

    def __init__(self, shape: tuple[int, int], pool: Pool, random: Random) -> None:
        self._pool = pool
        rows, columns = index_grid(*shape)
        distance = ellipse(rows, columns, pool.at, pool.radii) / min(pool.radii)
        self._spread = smoothstep(0.25, -0.75, distance)
        self._reach = clamp(1 - (distance + 1) / 3.2)
        self._reach = self._reach * self._reach
        self._noise, self._phase = noise_tile(random, 32, 3), random.uniform()

    def paint(self, second: float, picture: Field) -> Painted:
        """Brighten what the lamp falls on."""
        pool = self._pool
        lit_now = ease(pool.start, pool.start + 0.12, second) * ease(
            pool.stop, pool.stop - 0.15, second
        )
        jitter = float(scroll(self._noise, second * 150, 7, (1, 1))[0, 0]) - 0.5
        swell = 0.5 + 0.5 * sway(second * pool.beat + self._phase)
        strength = lit_now * (
            0.72 + 0.5 * (1 - pool.unrest) * (swell - 0.5) + 2.0 * pool.unrest * jitter
        )
        strength = min(max(strength, 0.25 * lit_now), 1.25)
        light = self._spread * (1.15 * strength) + self._reach * (0.4 * strength)
        for channel in range(3):
            picture[..., channel] *= 1 + 2.1 * pool.colour[channel] * light
        return Painted(self._spread * min(lit_now * 1.0, 1.0), None)


@dataclass(frozen=True, slots=True)
class Panel:
    """A patch of daylight with a slanted frame; lengths in pixels.

    Attributes:
        edges: (top, left, bottom, right) before the slant.
        slant: columns moved for every row.
        colour: of the light.
        pace: how fast its pattern moves.
    """

    edges: tuple[float, float, float, float]
    slant: float
    colour: Colour
    pace: float


class Caustics:
    """A net of light thrown by moving water: sharp lines where two bent noises agree."""

    def __init__(self, shape: tuple[int, int], panel: Panel, random: Random) -> None:
        self._shape, self._panel = shape, panel
        rows, columns = index_grid(*shape)
        self._rows, self._columns = rows, columns
        skewed = columns - panel.slant * (rows - panel.edges[0])
        distance = box(rows, skewed, panel.edges, 4)
        self._patch = smoothstep(4.0, -4.0, distance)
        self._first, self._second = noise_tile(random, 8, 2), noise_tile(random, 8, 2)
        self._bend = noise_tile(random, 4, 2)

    def paint(self, second: float, picture: Field) -> Painted:
        """Throw the net of light."""
        panel, go = self._panel, second * self._panel.pace
        bend = scroll(self._bend, go * 0.6, -go * 0.4, self._shape) * 16
        first = sample(self._first, self._rows * 1.3 + bend + go, self._columns * 1.3 + bend)
        other = sample(self._second, self._rows * 1.3 - bend, self._columns * 1.3 + bend - go)
        line = clamp(1 - np.abs(first - other) * 7)
        net = line * line * (0.6 + 0.8 * first)
        light = self._patch * (0.5 + 1.1 * net)
        for channel in range(3):
            picture[..., channel] *= 1 + 1.25 * panel.colour[channel] * light
        return Painted(self._patch, None)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A shadow that crosses the picture; lengths in pixels, times in seconds.

    Attributes:
        start: column of its middle at second 0.
        speed: pixels a second to the right.
        width: of the shadow.
        soft: width of its soft rim.
        deep: how dark it is, 0 to 1.
        rows: (top, bottom) of it.
        lobed: how uneven its edges are, in pixels.
    """

    start: float
    speed: float
    width: float
    soft: float
    deep: float
    rows: tuple[float, float]
    lobed: float


class Shadow:
    """A soft-edged round shadow, lobed as a cloud's is or smooth."""

    def __init__(self, shape: tuple[int, int], sweep: Sweep, random: Random) -> None:
        self._sweep = sweep
        self._rows, self._columns = index_grid(*shape)
        self._edge = noise_tile(random, 8, 3)

    def paint(self, second: float, picture: Field) -> Painted:
        """Darken what the shadow falls on."""
        sweep = self._sweep
        middle = sweep.start + sweep.speed * second
        top, bottom = sweep.rows
        radii = ((bottom - top) / 2, sweep.width / 2)
        outside = ellipse(self._rows, self._columns, ((top + bottom) / 2, middle), radii)
        uneven = sample(self._edge, self._rows, self._columns - middle) - 0.5
        dark = smoothstep(sweep.soft, -sweep.soft, outside + sweep.lobed * uneven)
        picture *= (1 - sweep.deep * dark)[..., None]
        return Painted(dark, None)
