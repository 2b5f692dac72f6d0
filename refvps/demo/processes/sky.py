"""Clouds that drift and change, and fog that creeps over the land."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.randomness import Field, Random, index_grid, noise_tile, sample
from refvps.demo.scene import Painted
from refvps.demo.shading import Colour, blur, clamp, enlarged, flat, over, shifted, smoothstep


@dataclass(frozen=True, slots=True)
class CloudBand:
    """A band of clouds; lengths in pixels.

    Attributes:
        rows: (top, bottom) between which clouds can be.
        speed: pixels a second to the right.
        stretch: how much longer than tall the clouds are.
        cover: part of the band that is cloud at first.
        colour: of the sunlit side.
        shade: of the side away from the sun.
        churn: how fast shapes change, in pixels a second.
    """

    rows: tuple[float, float]
    speed: float
    stretch: float
    cover: float
    colour: Colour
    shade: Colour
    churn: float


class Clouds:
    """Density is the sum of two noises that slide through each other while both drift."""

    def __init__(self, shape: tuple[int, int], band: CloudBand, random: Random) -> None:
        self._shape, self._band = shape, band
        self._rows, self._columns = index_grid(shape[0] // 2, shape[1] // 2)
        self._first, self._second = noise_tile(random, 4, 6, 0.55), noise_tile(random, 8, 5, 0.55)
        top, bottom = band.rows[0] / 2, band.rows[1] / 2
        edge = (bottom - top) * 0.35
        self._inside = smoothstep(top, top + edge, self._rows) * smoothstep(
            bottom, bottom - edge * 0.6, self._rows
        )
        self._from = (random.uniform(0, 256), random.uniform(0, 256))
        low, high = 0.0, 1.0
        density, cells = self._density(0.0), (bottom - top) * shape[1] / 2
        for _ in range(12):
            self._edge = (low + high) / 2
            if np.count_nonzero(density > self._edge) > band.cover * cells:
                low = self._edge
            else:
                high = self._edge

    def _density(self, second: float) -> Field:
        band = self._band
        along = (self._columns - second * band.speed / 2) / band.stretch
        first = sample(self._first, self._rows * 0.9 + self._from[0], along + self._from[1])
        churn = second * band.churn / 2
        other = sample(
            self._second, self._rows * 1.1 + churn, along * 1.2 + self._from[0] - 0.4 * churn
        )
        density: Field = (0.62 * first + 0.38 * other) * (0.45 + 0.55 * self._inside)
        return density

    def paint(self, second: float, picture: Field) -> Painted:
        """Drift, light from above, blend."""
        band = self._band
        body = smoothstep(-0.06, 0.09, self._density(second) - self._edge)
        thick = blur(body, 3)
        light = clamp(0.55 + 0.9 * (body - shifted(thick, 6, 4)) - 0.2 * thick)
        alpha = enlarged(body, self._shape) * 0.95
        mixed = enlarged(light, self._shape)[..., None]
        over(picture, flat(band.shade) + mixed * (flat(band.colour) - flat(band.shade)), alpha)
        return Painted(alpha, 0.8 * alpha)


@dataclass(frozen=True, slots=True)
class FogBank:
    """Fog that rolls in or out; lengths in pixels.

    Attributes:
        row: its upper edge.
        deep: its height.
        side: -1 comes from the left, 1 from the right.
        start: where its front is at second 0, in pixels from its side (may be negative).
        speed: pixels a second in which the front advances; negative withdraws.
        colour: of the fog.
    """

    row: float
    deep: float
    side: int
    start: float
    speed: float
    colour: Colour


class Fog:
    """A low layer with a lobed front; noise inside it rolls."""

    def __init__(self, shape: tuple[int, int], bank: FogBank, random: Random) -> None:
        self._shape, self._bank = shape, bank
        self._rows, self._columns = index_grid(shape[0] // 2, shape[1] // 2)
        self._lobes, self._wisps = noise_tile(random, 8, 4, 0.55), noise_tile(random, 16, 4, 0.6)

    def paint(self, second: float, picture: Field) -> Painted:
        """Roll on and blend."""
        bank = self._bank
        width = self._shape[1] / 2
        from_side = self._columns if bank.side < 0 else width - self._columns
        reach = (bank.start + bank.speed * second) / 2
        drift = second * 16
        lobes = sample(self._lobes, self._rows * 1.3 - 0.4 * drift, from_side * 0.9 - drift)
        wisps = sample(self._wisps, self._rows * 1.5 + 0.5 * drift, from_side - 1.3 * drift)
        front = (reach - from_side) / 26 + 1.9 * (lobes - 0.5)
        top = (self._rows - bank.row / 2) / 9 + 2.6 * (lobes - 0.5) + 0.7
        bottom = (bank.row / 2 + bank.deep / 2 - self._rows) / 11 + 1.2 * (wisps - 0.5)
        body = smoothstep(0.0, 1.0, np.minimum(np.minimum(front, top), bottom))
        tone = 0.72 + 0.36 * smoothstep(0.25, 0.75, wisps) + 0.22 * (body - blur(body, 3))
        alpha = enlarged(body * (0.62 + 0.38 * wisps), self._shape)
        over(picture, flat(bank.colour) * enlarged(tone, self._shape)[..., None], 0.95 * alpha)
        presence = enlarged(body, self._shape)
        return Painted(presence, 0.8 * presence)
