"""Smoke that rises from an opening, and ink that sinks through water: dye carried by a flow."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.physics.fluid import Fluid
from refvps.demo.randomness import Field, Random, index_grid, noise_tile, scroll
from refvps.demo.scene import Painted
from refvps.demo.shading import (
    Colour,
    blur,
    clamp,
    ease,
    enlarged,
    fade,
    filter_through,
    flat,
    over,
    shifted,
    smoothstep,
    sway,
)


@dataclass(frozen=True, slots=True)
class Plume:
    """Where smoke leaves and how it drifts; lengths in pixels, times in seconds.

    Attributes:
        at: (row, column) of the opening.
        width: of the opening.
        wind: drift to the right high above, in pixels a frame.
        start: when it begins; if negative, it has been flowing before the video starts.
        stop: when it ends.
        puffs: puffs a second; 0 is a steady stream.
        colour: of the smoke in full light.
        lift: buoyancy.
    """

    at: tuple[float, float]
    width: float
    wind: float
    start: float
    stop: float
    puffs: float
    colour: Colour
    lift: float = 1.0


class Smoke:
    """A plume simulated at half size."""

    def __init__(self, shape: tuple[int, int], plume: Plume, random: Random) -> None:
        self._shape, self._plume = shape, plume
        self._fluid = Fluid((shape[0] // 2, shape[1] // 2), swirl=0.2, keep=0.986)
        rows, columns = index_grid(shape[0] // 2, shape[1] // 2)
        down, right = rows - plume.at[0] / 2, columns - plume.at[1] / 2
        radius = plume.width / 4
        self._source = smoothstep(1.6, 0.4, np.sqrt(down * down + right * right) / radius)
        self._high = clamp((plume.at[0] / 2 - rows) / 50) + 0 * columns
        self._gusts, self._phase = noise_tile(random, 16, 3), random.uniform()
        self._clock = min(plume.start, 0.0) - 1 / 24

    def paint(self, second: float, picture: Field) -> Painted:
        """Feed, flow, and blend with light from the upper left."""
        while self._clock < second - 0.5 / 24:
            self._clock += 1 / 24
            self._flow(self._clock)
        return self._blend(picture)

    def _flow(self, second: float) -> None:
        plume, fluid = self._plume, self._fluid
        flowing = ease(plume.start, plume.start + 0.25, second) * ease(
            plume.stop, plume.stop - 0.3, second
        )
        if plume.puffs:
            flowing *= 1.6 if sway(second * plume.puffs + self._phase) > 0.1 else 0.0
        gust = scroll(self._gusts, second * 22, second * 9, fluid.dye.shape) - 0.5
        fluid.dye = clamp(fluid.dye + self._source * (0.5 * flowing), 0.0, 1.6)
        fluid.down -= self._source * (0.5 * flowing * plume.lift)
        wobble = 0.03 * sway(second * 0.7 + self._phase)
        fluid.step(
            -0.05 * plume.lift * fluid.dye,
            (wobble + 0.12 * gust) * clamp(fluid.dye * 2),
            (0.5 * plume.wind) * self._high,
        )

    def _blend(self, picture: Field) -> Painted:
        plume, fluid = self._plume, self._fluid
        density = enlarged(fluid.dye, self._shape)
        thick = blur(density, 2)
        side = clamp(0.62 + 0.9 * (density - shifted(thick, 5, 5)) - 0.25 * thick)
        shade = (0.45 + 0.75 * side)[..., None] * flat(plume.colour)
        alpha = 0.96 * fade(2.6 * density)
        over(picture, shade, alpha)
        return Painted(alpha, alpha)


@dataclass(frozen=True, slots=True)
class Drop:
    """A drop of ink; lengths in pixels, times in seconds.

    Attributes:
        at: (row, column) where it enters.
        radius: of the drop.
        start: when it enters.
        lasts: for how long ink keeps entering.
        weight: how fast it sinks; negative rises.
        drift: push to the right.
        colour: what light is left after passing through it.
    """

    at: tuple[float, float]
    radius: float
    start: float
    lasts: float
    weight: float
    drift: float
    colour: Colour


class Ink:
    """A drop that sinks, rolls up into mushrooms and disperses, simulated at half size."""

    def __init__(self, shape: tuple[int, int], drop: Drop, random: Random) -> None:
        self._shape, self._drop = shape, drop
        self._fluid = Fluid((shape[0] // 2, shape[1] // 2), swirl=0.3, keep=0.997)
        rows, columns = index_grid(shape[0] // 2, shape[1] // 2)
        down, right = rows - drop.at[0] / 2, columns - drop.at[1] / 2
        uneven = scroll(noise_tile(random, 32, 2), 0, 0, self._fluid.dye.shape)
        distance = np.sqrt(down * down + right * right) / (drop.radius / 2)
        self._source = smoothstep(1.15, 0.75, distance + 0.6 * (uneven - 0.5))

    def paint(self, second: float, picture: Field) -> Painted:
        """Feed, sink, and filter the light that passes."""
        drop, fluid = self._drop, self._fluid
        if drop.start <= second < drop.start + drop.lasts:
            fluid.dye = clamp(fluid.dye + 0.5 * self._source, 0.0, 1.2)
            fluid.down += self._source * (0.35 * drop.weight)
        fluid.step(0.045 * drop.weight * fluid.dye, drop.drift * fluid.dye)
        density = enlarged(fluid.dye, self._shape)
        depth = fade(4.5 * density)
        rim = clamp(density - shifted(density, 2, 2), -0.3, 0.3)
        filter_through(picture, drop.colour, 0.97 * depth)
        picture += (rim * 0.25 * depth)[..., None]
        return Painted(depth, 0.5 * depth)
