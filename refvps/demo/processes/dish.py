"""Patterns that grow in a dish: spots that split, and waves that run outwards."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.physics.reactions import ExcitableMedium, GrayScott
from refvps.demo.randomness import Field, Random, index_grid
from refvps.demo.scene import Painted
from refvps.demo.shading import Colour, blur, clamp, enlarged, flat, lit, over, smoothstep


@dataclass(frozen=True, slots=True)
class Culture:
    """Where a pattern lives; lengths in pixels, times in seconds.

    Attributes:
        at: (row, column) of the middle of its dish.
        radius: inner radius of the dish.
        start: when it is seeded.
        seeds: how many places it starts from.
        colour: of the pattern.
        dark: of its valleys.
        kind: feed and kill rates, or for waves (beat in seconds, 0).
    """

    at: tuple[float, float]
    radius: float
    start: float
    seeds: int
    colour: Colour
    dark: Colour
    kind: tuple[float, float]


class Spots:
    """A Gray-Scott colony in a round dish, simulated at half size."""

    def __init__(self, shape: tuple[int, int], culture: Culture, random: Random) -> None:
        self._shape, self._culture = shape, culture
        self._window, self._inside = dish_window(shape, culture)
        self._reaction = GrayScott(self._inside.shape, *culture.kind)
        self._seeds = some_seeds(self._inside.shape, culture.seeds, random)
        self._seeded = False

    def paint(self, second: float, picture: Field) -> Painted:
        """Feed, react, and paint the colony as a relief."""
        culture, reaction = self._culture, self._reaction
        if second >= culture.start:
            if not self._seeded:
                self._seeded = True
                for row, column in self._seeds:
                    reaction.growth[row - 3 : row + 3, column - 3 : column + 3] = 0.5
                    reaction.food[row - 3 : row + 3, column - 3 : column + 3] = 0.4
            for _ in range(11):
                reaction.step()
                reaction.growth *= self._inside
        height = clamp(reaction.growth * 3.2)
        body = smoothstep(0.12, 0.6, height)
        region = smoothstep(0.05, 0.3, blur(body, 3))
        return _in_relief(picture, self._window, culture, (height, body, region))


class Waves:
    """Rings of an excitable medium that a pacemaker sends out, simulated at half size."""

    def __init__(self, shape: tuple[int, int], culture: Culture, random: Random) -> None:
        self._shape, self._culture = shape, culture
        self._window, self._inside = dish_window(shape, culture)
        self._medium = ExcitableMedium(self._inside.shape)
        self._seeds = some_seeds(self._inside.shape, culture.seeds, random)
        self._next = culture.start

    def paint(self, second: float, picture: Field) -> Painted:
        """Fire the pacemakers, run, and paint the rings."""
        culture, medium = self._culture, self._medium
        if second >= self._next:
            self._next += culture.kind[0]
            for row, column in self._seeds:
                spot = (slice(row - 3, row + 3), slice(column - 3, column + 3))
                medium.excited[spot] = np.where(
                    medium.tired[spot] < 0.15, np.float32(1), medium.excited[spot]
                )
        for _ in range(6):
            medium.step()
            medium.excited *= self._inside
        height = blur(medium.excited, 1)
        trail = clamp(medium.tired * 1.6)
        body = clamp(np.maximum(smoothstep(0.15, 0.6, height), 0.55 * smoothstep(0.1, 0.5, trail)))
        region = smoothstep(0.25, 0.5, blur(np.maximum(height, trail), 2))
        return _in_relief(picture, self._window, culture, (height + 0.4 * trail, body, region))


def dish_window(shape: tuple[int, int], culture: Culture) -> tuple[tuple[slice, slice], Field]:
    """Return the half-size window around a dish, and 1 inside the dish, else 0."""
    reach = int(culture.radius / 2)
    row, column = int(culture.at[0] / 2), int(culture.at[1] / 2)
    top, left = max(row - reach, 0), max(column - reach, 0)
    bottom, right = min(row + reach, shape[0] // 2), min(column + reach, shape[1] // 2)
    rows, columns = index_grid(bottom - top, right - left)
    down, across = rows + (top - row), columns + (left - column)
    inside = (down * down + across * across < (reach - 1.5) * (reach - 1.5)).astype(np.float32)
    return (slice(top, bottom), slice(left, right)), inside


def some_seeds(shape: tuple[int, ...], count: int, random: Random) -> list[tuple[int, int]]:
    """Return places (row, column) in the inner part of a window."""
    return [
        (int(shape[0] * random.uniform(0.33, 0.67)), int(shape[1] * random.uniform(0.33, 0.67)))
        for _ in range(count)
    ]


def _in_relief(
    picture: Field,
    window: tuple[slice, slice],
    culture: Culture,
    layers: tuple[Field, Field, Field],
) -> Painted:
    """Paint (height, body, region) of a half-size window; return the region."""
    height, body, region = layers
    spot = tuple(slice(2 * part.start, 2 * part.stop) for part in window)
    target = picture[spot[0], spot[1]]
    size = (target.shape[0], target.shape[1])
    facing, shine = lit(enlarged(height, size), 5.0)
    raised = enlarged(height, size)[..., None]
    colour = flat(culture.dark) + raised * (flat(culture.colour) - flat(culture.dark))
    over(
        target,
        colour * (0.35 + 0.85 * facing)[..., None] + (0.35 * shine)[..., None],
        enlarged(body, size),
    )
    presence = np.zeros(picture.shape[:2], np.float32)
    presence[spot[0], spot[1]] = enlarged(region, size)
    return Painted(presence, None)
