"""Panes that break: one bursts into flying shards, one crazes cell by cell and stays."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.randomness import Field, IntField, Random, index_grid, noise_tile, scroll, voronoi
from refvps.demo.scene import Painted
from refvps.demo.shading import Colour, blur, clamp, flat, over, smoothstep
from refvps.demo.shapes import covered, ellipse


@dataclass(frozen=True, slots=True)
class Pane:
    """A pane of glass; lengths in pixels, times in seconds.

    Attributes:
        edges: (top, left, bottom, right), whole pixels.
        hit: (row, column) where it is struck.
        when: the moment it is struck.
        colour: tint of the glass.
        ball: colour of what strikes it.
    """

    edges: tuple[int, int, int, int]
    hit: tuple[float, float]
    when: float
    colour: Colour
    ball: Colour


@dataclass(frozen=True, slots=True)
class Shard:
    """One piece: its picture, where it is and how it moves (pixels, seconds, turns a second)."""

    alpha: Field
    light: Field
    middle: tuple[float, float]
    speed: tuple[float, float]
    spin: float
    delay: float


class Shattering:
    """A pane that bursts; present only while its shards fly."""

    def __init__(self, shape: tuple[int, int], pane: Pane, random: Random) -> None:
        self._shape, self._pane = shape, pane
        top, left, bottom, right = pane.edges
        size = (bottom - top, right - left)
        near = (pane.hit[0] - top, pane.hit[1] - left)
        owner = voronoi(random, size, impact_points(random, size, near, 46))
        self._sheen = glass(size, random)
        self._shards = [
            piece for number in range(46) if (piece := self._piece(owner, number, near, random))
        ]

    def _piece(
        self, owner: IntField, number: int, near: tuple[float, float], random: Random
    ) -> Shard | None:
        inside = owner == number
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        if not rows.size:
            return None
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        left, right = int(columns[0]), int(columns[-1]) + 1
        side = max(bottom - top, right - left) + 4
        alpha = np.zeros((side, side), np.float32)
        light = np.zeros((side, side), np.float32)
        down, across = (side - bottom + top) // 2, (side - right + left) // 2
        spot = (slice(down, down + bottom - top), slice(across, across + right - left))
        alpha[spot] = inside[top:bottom, left:right]
        light[spot] = self._sheen[top:bottom, left:right]
        middle = ((top + bottom) / 2, (left + right) / 2)
        away = (middle[0] - near[0], middle[1] - near[1])
        far = away[0] * away[0] + away[1] * away[1]
        force = random.uniform(70, 130) / (1 + far / 1600)
        speed = (away[0] * force / 22 - random.uniform(0, 60), away[1] * force / 14)
        delay = 0.0009 * far / (1 + far / 900) * random.uniform(0.6, 1.2)
        return Shard(alpha, light, middle, speed, random.uniform(-1.6, 1.6), min(delay, 0.3))

    def paint(self, second: float, picture: Field) -> Painted:
        """Paint the pane while it is whole, then every shard on its way."""
        pane = self._pane
        top, left, bottom, right = pane.edges
        presence = np.zeros(self._shape, np.float32)
        since = second - pane.when
        if since < 0:
            region = picture[top:bottom, left:right]
            over(
                region,
                flat(pane.colour) * (0.7 + 0.5 * self._sheen)[..., None],
                0.3 + 0.25 * self._sheen,
            )
            throw_ball(picture, pane, since)
            return Painted(presence, None)
        for shard in self._shards:
            self._fly(shard, max(since - shard.delay, 0.0), picture, presence)
        return Painted(presence, 0.6 * presence)

    def _fly(self, shard: Shard, since: float, picture: Field, presence: Field) -> None:
        pane, side = self._pane, shard.alpha.shape[0]
        row = pane.edges[0] + shard.middle[0] + shard.speed[0] * since + 170 * since * since
        column = pane.edges[1] + shard.middle[1] + shard.speed[1] * since
        top, left = int((row - side / 2) // 1), int((column - side / 2) // 1)
        height, width = self._shape
        if top < 0 or left < 0 or top + side > height or left + side > width:
            return
        alpha, light = (
            turned(shard.alpha, shard.spin * since),
            turned(shard.light, shard.spin * since),
        )
        spot = (slice(top, top + side), slice(left, left + side))
        edge = alpha - shifted_in(alpha)
        flash = 0.35 * clamp(1 - abs(shard.spin * since - 0.35) * 4 * np.ones_like(alpha))
        bright = flat(pane.colour) * (0.75 + 0.45 * light + flash)[..., None]
        bright = bright + (1.1 * clamp(edge))[..., None]
        over(picture[spot], bright, alpha * clamp(0.55 + 0.3 * light + clamp(edge)))
        presence[spot] = np.maximum(presence[spot], alpha)


class Crazing:
    """A pane in which cracks run from cell to cell; the crazed patch turns white and stays."""

    def __init__(self, shape: tuple[int, int], pane: Pane, random: Random, lasts: float) -> None:
        self._shape, self._pane, self._lasts = shape, pane, lasts
        top, left, bottom, right = pane.edges
        size = (bottom - top, right - left)
        near = (pane.hit[0] - top, pane.hit[1] - left)
        points = impact_points(random, size, near, 110)
        owner = voronoi(random, size, points)
        far = []
        for row, column in points:
            down, across = row - near[0], (column - near[1])
            far.append(
                float(np.sqrt(np.float32(down * down + across * across)))
                * random.uniform(0.75, 1.25)
            )
        self._when = np.asarray(far, np.float32)[owner] / (0.62 * max(size))
        cell = np.asarray([random.uniform() for _ in points], np.float32)[owner]
        line = (owner != np.roll(owner, 1, axis=0)) | (owner != np.roll(owner, 1, axis=1))
        self._lines = clamp(blur(line.astype(np.float32), 1) * 1.7)
        self._tone, self._sheen = 0.6 + 0.4 * cell, glass(size, random)

    def paint(self, second: float, picture: Field) -> Painted:
        """Paint the pane, crazed as far as the cracks have come."""
        pane = self._pane
        top, left, bottom, right = pane.edges
        presence = np.zeros(self._shape, np.float32)
        since = second - pane.when
        region = picture[top:bottom, left:right]
        over(
            region,
            flat(pane.colour) * (0.7 + 0.5 * self._sheen)[..., None],
            0.3 + 0.25 * self._sheen,
        )
        if since < 0:
            throw_ball(picture, pane, since)
            return Painted(presence, None)
        part = 1 - 1 / (1 + 3.2 * since / self._lasts)
        crazed = blur(smoothstep(0.0, 0.03, part * 1.25 - self._when), 1)
        fresh = clamp(1 - (part * 1.25 - self._when) * 9) * crazed
        white = flat((0.9, 0.95, 0.97)) * (0.62 + 0.3 * self._tone + 0.25 * fresh)[..., None]
        over(region, white, crazed * (0.28 + 0.3 * self._tone))
        over(region, flat((0.97, 0.99, 1.0)), crazed * self._lines * 0.85)
        presence[top:bottom, left:right] = crazed
        return Painted(presence, None)


def impact_points(
    random: Random, size: tuple[int, int], near: tuple[float, float], count: int
) -> list[tuple[float, float]]:
    """Return points in a pane (pixels), denser towards the point of impact."""
    points: list[tuple[float, float]] = []
    while len(points) < count:
        row, column = random.uniform(0, size[0]), random.uniform(0, size[1])
        pull = random.uniform(0.0, 0.6)
        points.append((row + (near[0] - row) * pull, column + (near[1] - column) * pull))
    return points


def glass(size: tuple[int, int], random: Random) -> Field:
    """Return the reflections in a pane: slanted bands of light in [0, 1]."""
    rows, columns = index_grid(*size)
    slant = columns + 0.6 * rows
    line = scroll(noise_tile(random, 8, 2), 0, 0, (1, 256))[0]
    return smoothstep(0.45, 0.75, line[slant.astype(np.int32) & 255])


def throw_ball(picture: Field, pane: Pane, since: float) -> None:
    """Paint a ball that flies at the pane and strikes it when ``since`` is 0."""
    if since < -0.6:
        return
    row, column = pane.hit[0] - 150 * since * (1 + since), pane.hit[1] + 150 * since
    rows, columns = index_grid(*picture.shape[:2])
    radius = 6.0 * (1 - 1.2 * since)
    distance = ellipse(rows, columns, (row, column), (radius, radius))
    light = clamp(
        1
        - ((rows - row + 2) * (rows - row + 2) + (columns - column + 2) * (columns - column + 2))
        / (radius * radius * 2.2)
    )
    over(picture, flat(pane.ball) * (0.35 + 0.8 * light)[..., None], covered(distance))


def turned(patch: Field, turns: float) -> Field:
    """Return a square patch turned about its middle, bilinear.

    The rotation is the rational one, (1 - t²) / (1 + t²) and 2t / (1 + t²), exact on every
    machine.
    """
    half = turns * 1.5707964
    even, odd = (1 - half * half) / (1 + half * half), 2 * half / (1 + half * half)
    side = patch.shape[0]
    rows, columns = index_grid(side, side)
    down, right = rows - (side - 1) / 2, columns - (side - 1) / 2
    from_row = clamp(even * down - odd * right + (side - 1) / 2, 0.0, side - 1.001)
    from_column = clamp(odd * down + even * right + (side - 1) / 2, 0.0, side - 1.001)
    top, left = from_row.astype(np.int32), from_column.astype(np.int32)
    part_row, part_column = from_row - top.astype(np.float32), from_column - left.astype(np.float32)
    above = patch[top, left] * (1 - part_column) + patch[top, left + 1] * part_column
    below = patch[top + 1, left] * (1 - part_column) + patch[top + 1, left + 1] * part_column
    return above * (1 - part_row) + below * part_row


def shifted_in(alpha: Field) -> Field:
    """Return the part of a patch that is at least a pixel from its upper left edge."""
    inner = np.zeros_like(alpha)
    inner[1:, 1:] = np.minimum(np.minimum(alpha[:-1, 1:], alpha[1:, :-1]), alpha[1:, 1:])
    return inner
