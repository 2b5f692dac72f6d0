"""A scoop that softens, sags, drips and becomes a puddle: one shape that changes."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.randomness import Field, Random, index_grid, noise_tile, sample, scroll
from refvps.demo.scene import Painted
from refvps.demo.shading import Colour, ease, flat, lit, over, shifted
from refvps.demo.shapes import blend, covered, dome, ellipse, stroke


@dataclass(frozen=True, slots=True)
class Scoop:
    """Something that melts; lengths in pixels, times in seconds.

    Attributes:
        foot: (row, column) of the middle of what it stands on.
        radius: half its width.
        tall: its height.
        start: when it begins to melt.
        end: when only a puddle is left.
        left_over: part of the height that is left at the end.
        colour: in full light.
    """

    foot: tuple[float, float]
    radius: float
    tall: float
    start: float
    end: float
    left_over: float
    colour: Colour


class Melting:
    """The body shrinks as drips, which stay joined to it, carry it down into a puddle."""

    def __init__(self, shape: tuple[int, int], scoop: Scoop, random: Random) -> None:
        self._canvas, self._scoop = shape, scoop
        top = max(int(scoop.foot[0] - 1.25 * scoop.tall), 0)
        left = max(int(scoop.foot[1] - 2 * scoop.radius), 0)
        right = min(int(scoop.foot[1] + 2 * scoop.radius), shape[1])
        self._window = (slice(top, shape[0]), slice(left, right))
        rows, columns = index_grid(*shape)
        self._rows, self._columns = rows[top:], columns[:, left:right]
        shape = (shape[0] - top, right - left)
        self._lumps, self._grain = noise_tile(random, 16, 3), noise_tile(random, 64, 2)
        self._texture = scroll(self._grain, 0, 0, shape)
        self._ridges = np.zeros_like(self._texture)
        self._drips = [
            (
                random.uniform(-0.85, 0.85),
                random.uniform(0.0, 0.7),
                random.uniform(0.25, 0.6),
                random.uniform(0.07, 0.12),
            )
            for _ in range(8)
        ]

    def paint(self, second: float, picture: Field) -> Painted:
        """Shape the body for this moment and shade it as soft, wet matter."""
        scoop = self._scoop
        gone = (second - scoop.start) / (scoop.end - scoop.start)
        gone = min(max(gone, 0.0), 1.0)
        distance = self._shape(gone)
        shadow = covered(shifted(distance, 5, 6) / 7)
        seen = picture[self._window]
        seen *= (1 - 0.42 * shadow)[..., None]
        height = dome(distance, scoop.radius * 0.8)
        facing, shine = lit(
            height + 0.012 * self._texture + 0.16 * self._ridges, scoop.radius * 0.75
        )
        wet = 0.25 + 0.6 * ease(0.0, 0.15, gone)
        tone = 0.56 + 0.58 * facing
        alpha = covered(distance)
        over(seen, flat(scoop.colour) * tone[..., None] + (wet * shine)[..., None], alpha)
        presence = np.zeros(self._canvas, np.float32)
        presence[self._window] = alpha
        return Painted(presence, presence)

    def _shape(self, gone: float) -> Field:
        scoop = self._scoop
        self._ridges = np.zeros_like(self._texture)
        base, middle = scoop.foot
        left = 1 - (1 - scoop.left_over) * gone
        tall, wide = scoop.tall * left, scoop.radius * (1 - 0.25 * gone) * (0.55 + 0.45 * left)
        lumps = sample(self._lumps, self._rows / left, self._columns + 0 * self._rows) - 0.5
        crown = ellipse(
            self._rows, self._columns, (base - tall * 0.52, middle), (tall * 0.52, wide)
        )
        body = crown + 3.5 * lumps * (1 - 0.6 * gone)
        skirt = self._skirt((base - tall * 0.2, middle), (tall * 0.22 + 1, wide))
        body = blend(body, skirt + 2 * lumps, 7.0)
        for place, begin, lasts, thick in self._drips:
            run = ease(begin, begin + lasts, gone)
            if run > 0:
                column = middle + place * wide
                start = (base - tall * (0.55 - 0.35 * abs(place)), column)
                end = (start[0] + (base + 3 - start[0]) * run, column + 2 * place * run)
                drip = stroke(self._rows, self._columns, start, end)
                drip = drip - scoop.radius * thick * (0.6 + 0.4 * left)
                body = blend(body, drip, 5.0)
                self._ridges = np.maximum(self._ridges, dome(drip, scoop.radius * thick))
        spread = scoop.radius * (0.5 + 0.95 * gone)
        puddle = ellipse(self._rows, self._columns, (base + 2, middle), (3 + 7 * gone, spread))
        return blend(body, puddle + 2.5 * lumps, 4.0 + 5 * gone)

    def _skirt(self, centre: tuple[float, float], reach: tuple[float, float]) -> Field:
        """Return the ruffle that a scoop leaves around its foot."""
        skirt = ellipse(self._rows, self._columns, centre, (reach[0] * 0.7, reach[1]))
        for number in range(9):
            off = (number - 4) / 4
            at = (centre[0] + reach[0] * (0.5 - 0.3 * off * off), centre[1] + off * reach[1])
            lobe = ellipse(
                self._rows,
                self._columns,
                at,
                (reach[0] * (0.36 + 0.1 * (number * 5 % 3)), reach[1] * 0.2),
            )
            skirt = blend(skirt, lobe, 6.0)
        return skirt
