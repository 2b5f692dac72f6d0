"""Paper that burns: a glowing front eats it and leaves a charred rim."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.physics.fronts import arrival
from refvps.demo.randomness import Field, Random, index_grid, noise_tile, scroll
from refvps.demo.scene import Painted
from refvps.demo.shading import (
    Colour,
    blur,
    clamp,
    enlarged,
    flat,
    lighten,
    over,
    shifted,
    smoothstep,
)
from refvps.demo.shapes import box, covered


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper; lengths in pixels, times in seconds.

    Attributes:
        edges: (top, left, bottom, right).
        lit_at: (row, column) where it catches fire.
        when: the moment it catches fire.
        pace: pixels burnt in a second.
        colour: of the paper.
        lines: spacing of the lines written on it.
    """

    edges: tuple[float, float, float, float]
    lit_at: tuple[float, float]
    when: float
    pace: float
    colour: Colour
    lines: float


class Burning:
    """Burnt where the front has passed; the part that is left is the target."""

    def __init__(self, shape: tuple[int, int], sheet: Sheet, random: Random) -> None:
        self._sheet = sheet
        half = (shape[0] // 2, shape[1] // 2)
        patchy = scroll(noise_tile(random, 16, 4, 0.6), 0, 0, half)
        start = (int(sheet.lit_at[0] / 2), int(sheet.lit_at[1] / 2))
        cost = 0.35 + 1.5 * patchy * patchy
        self._arrival = blur(enlarged(arrival(cost, [start], 150), shape), 1) * 2
        rows, columns = index_grid(*shape)
        self._paper = covered(box(rows, columns, sheet.edges, 2))
        fibre = scroll(noise_tile(random, 64, 2), 9, 9, shape)
        across = (rows - sheet.edges[0]) / sheet.lines
        words = scroll(noise_tile(random, 32, 2), 50, 80, (1, shape[1]))
        line = smoothstep(0.2, 0.1, np.abs(across - np.floor(across) - 0.5)) * smoothstep(
            0.42, 0.5, words
        )
        margin = covered(box(rows, columns, _inset(sheet.edges, 9.0)))
        self._texture = flat(sheet.colour) * (0.86 + 0.14 * fibre - 0.5 * line * margin)[..., None]
        self._flicker = noise_tile(random, 32, 2)

    def paint(self, second: float, picture: Field) -> Painted:
        """Paint shadow, paper, char and embers as far as the front has come."""
        sheet = self._sheet
        reached = (second - sheet.when) * sheet.pace
        ahead = (
            clamp(self._arrival - reached, -60.0, 90.0) if reached > 0 else 90 + 0 * self._arrival
        )
        left = self._paper * smoothstep(-1.2, 0.8, ahead)
        picture *= (1 - 0.4 * shifted(blur(left, 3), 4, 5))[..., None]
        scorch = smoothstep(20.0, 2.0, ahead)
        char = smoothstep(7.0, 1.5, ahead)
        tone = self._texture * (1 - 0.62 * scorch[..., None] * flat((0.6, 0.95, 1.15)))
        tone = tone * (1 - 0.93 * char)[..., None]
        over(picture, tone, left)
        flicker = scroll(self._flicker, second * 60, second * 25, left.shape)
        ember = self._paper * clamp(1 - np.abs(ahead - 1.2) / 2.6) * smoothstep(0.25, 0.7, flicker)
        lighten(picture, (1.3, 0.48, 0.08), ember)
        lighten(picture, (0.5, 0.16, 0.02), blur(ember, 4) * 1.3)
        return Painted(left, left)


def _inset(
    edges: tuple[float, float, float, float], by: float
) -> tuple[float, float, float, float]:
    return edges[0] + by, edges[1] + by, edges[2] - by, edges[3] - by
