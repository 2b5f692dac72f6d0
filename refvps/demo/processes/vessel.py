"""Liquid in a glass: a stream fills it, or it drains, and the surface sloshes."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.randomness import Field, Random, index_grid, noise_tile, scroll
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
from refvps.demo.shapes import box, covered


@dataclass(frozen=True, slots=True)
class Vessel:
    """A straight glass; lengths in pixels, times in seconds.

    Attributes:
        edges: (top, left, bottom, right) of the inside.
        start: when the level begins to change.
        end: when it stops.
        before: level at first, as a part of the height.
        after: level at last.
        colour: of the liquid in full light.
    """

    edges: tuple[float, float, float, float]
    start: float
    end: float
    before: float
    after: float
    colour: Colour


class Liquid:
    """A level that rises under a stream or falls, with one-dimensional waves on top."""

    def __init__(self, shape: tuple[int, int], vessel: Vessel, random: Random) -> None:
        self._vessel = vessel
        self._rows, self._columns = index_grid(*shape)
        top, left, bottom, right = vessel.edges
        self._inside = covered(box(self._rows, self._columns, (top, left, bottom, right), 5))
        self._wall = covered(
            box(self._rows, self._columns, (top - 4, left - 4, bottom + 7, right + 4), 6)
        )
        self._wall = clamp(self._wall - self._inside)
        self._count = int(right - left)
        self._surface: Field = np.zeros(self._count, np.float32)
        self._speed: Field = np.zeros(self._count, np.float32)
        self._noise, self._foam = noise_tile(random, 32, 2), noise_tile(random, 64, 3)
        across = (self._columns - left) / (right - left)
        self._shine = smoothstep(0.07, 0.1, across) * smoothstep(0.2, 0.13, across)
        self._shine = self._shine + 0.5 * smoothstep(0.84, 0.88, across) * smoothstep(
            0.95, 0.92, across
        )

    def paint(self, second: float, picture: Field) -> Painted:
        """Move the level and the waves; paint liquid, bubbles, stream and glass."""
        vessel = self._vessel
        top, _, bottom, _ = vessel.edges
        moving = vessel.start < second < vessel.end
        part = clamp01((second - vessel.start) / (vessel.end - vessel.start))
        level = vessel.before + (vessel.after - vessel.before) * part
        filling = vessel.after > vessel.before
        self._slosh(second, moving, filling)
        surface = bottom - level * (bottom - top) - blur(self._surface, 2)
        if level < 0.01:
            surface = surface + 4
        at = np.clip(self._columns.astype(np.int32) - int(vessel.edges[1]), 0, self._count - 1)
        depth = self._rows - surface[at]
        wet = self._inside * clamp(depth + 0.5)
        picture *= (1 - 0.18 * self._inside * (1 - wet))[..., None]
        over(
            picture, flat(vessel.colour) * (1.08 - 0.4 * clamp(depth / 140))[..., None], 0.55 * wet
        )
        filter_through(picture, vessel.colour, wet * 0.6)
        self._bubbles(second, picture, wet, depth, moving)
        lip = self._inside * clamp(1 - np.abs(depth - 1) / 1.6)
        lighten(picture, (0.9, 0.95, 1.0), 0.45 * lip)
        stream = self._stream(second, picture, depth) if moving and filling else None
        lighten(picture, (0.85, 0.92, 1.0), 0.3 * self._shine * self._inside + 0.2 * self._wall)
        presence = wet if stream is None else np.maximum(wet, stream)
        return Painted(presence, None)

    def _slosh(self, second: float, moving: bool, filling: bool) -> None:
        for _ in range(2):
            wave = self._surface
            bend = np.zeros_like(wave)
            bend[1:-1] = wave[2:] + wave[:-2] - 2 * wave[1:-1]
            bend[0], bend[-1] = wave[1] - wave[0], wave[-2] - wave[-1]
            self._speed = (self._speed + 0.35 * bend) * 0.975
            if moving:
                kick = scroll(self._noise, second * 333, 0, (1, self._count))[0] - 0.5
                middle = self._count // 2
                spread = 5 if filling else 12
                spot = slice(middle - spread, middle + spread)
                self._speed[spot] += (2.2 if filling else 0.5) * kick[spot]
            wave = wave + self._speed
            self._surface = np.where(
                np.abs(wave) < 1e-5, np.float32(0), clamp(wave * 0.992, -7.0, 7.0)
            )

    def _bubbles(
        self, second: float, picture: Field, wet: Field, depth: Field, moving: bool
    ) -> None:
        shape = (picture.shape[0], picture.shape[1])
        specks = scroll(self._foam, second * 70, second * 7, shape)
        strength = 0.55 if moving else 0.15
        lighten(picture, (0.9, 0.95, 1.0), wet * smoothstep(0.72, 0.85, specks) * strength)
        if moving:
            lighten(picture, (0.9, 0.95, 1.0), wet * smoothstep(16.0, 0.0, depth) * 0.45 * specks)

    def _stream(self, second: float, picture: Field, depth: Field) -> Field:
        vessel = self._vessel
        _, left, _, right = vessel.edges
        middle = (left + right) / 2
        shape = (picture.shape[0], picture.shape[1])
        wobble = scroll(self._noise, -second * 260, 9, (shape[0], 1)) - 0.5
        width = 4.2 + 2.4 * wobble
        off = np.abs(self._columns - middle - 3 * wobble)
        stream = (
            clamp(width - off + 0.5)
            * clamp(-depth + 3)
            * ease(vessel.start, vessel.start + 0.2, second)
        )
        filter_through(picture, vessel.colour, 0.8 * stream)
        bright = clamp(1 - np.abs(off - width * 0.4) / 1.5) * stream
        lighten(picture, (0.9, 0.95, 1.0), 0.35 * bright)
        return stream


def clamp01(value: float) -> float:
    """Return a number limited to [0, 1]."""
    return min(max(value, 0.0), 1.0)
