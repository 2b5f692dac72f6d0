"""Dust thrown up by a blow, and drops thrown up by a splash: particles with drag and weight."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.randomness import Field, Random, index_grid, noise_tile, scroll
from refvps.demo.scene import Painted
from refvps.demo.shading import (
    Colour,
    blur,
    clamp,
    ease,
    enlarged,
    fade,
    flat,
    over,
    shifted,
    smoothstep,
)
from refvps.demo.shapes import covered, ellipse


@dataclass(frozen=True, slots=True)
class Blow:
    """A ball that falls and what it throws up; lengths in pixels, times in seconds.

    Attributes:
        at: (row, column) where it lands.
        when: the moment it lands.
        force: speed of what it throws up, pixels a second.
        radius: of the ball.
        ball: colour of the ball.
        colour: of what it throws up.
    """

    at: tuple[float, float]
    when: float
    force: float
    radius: float
    ball: Colour
    colour: Colour


class FallingBall:
    """Scenery: the ball, in free fall until it lands and then half sunk or gone."""

    def __init__(self, shape: tuple[int, int], blow: Blow, sinks: bool) -> None:
        self._blow, self._sinks = blow, sinks
        self._rows, self._columns = index_grid(*shape)

    def paint(self, second: float, picture: Field) -> Painted:
        """Paint the ball where gravity has brought it."""
        blow = self._blow
        before = blow.when - second
        row = blow.at[0] - blow.radius * 0.4 - max(before, 0.0) * (190 + 380 * max(before, 0.0))
        if before < 0 and self._sinks:
            row += 3.2 * blow.radius * ease(0.0, 0.12, -before)
        down, right = (self._rows - row) / blow.radius, (self._columns - blow.at[1]) / blow.radius
        light = clamp(0.95 - 0.45 * (right + down) - 0.25 * (down * down + right * right))
        distance = ellipse(self._rows, self._columns, (row, blow.at[1]), (blow.radius, blow.radius))
        spot_down, spot_right = down + 0.4, right + 0.4
        shine = clamp(1 - 12 * (spot_down * spot_down + spot_right * spot_right))
        alpha = covered(distance)
        if self._sinks:
            alpha = alpha * smoothstep(blow.at[0] + 2, blow.at[0] - 2, self._rows)
        over(
            picture,
            flat(blow.ball) * (0.25 + 0.8 * light)[..., None] + (0.6 * shine)[..., None],
            alpha,
        )
        return Painted(alpha, alpha)


class Dust:
    """Soft puffs that burst outwards, slow down in the air, swell and thin out."""

    def __init__(self, shape: tuple[int, int], blow: Blow, random: Random) -> None:
        self._shape, self._blow = shape, blow
        self._noise = noise_tile(random, 16, 4, 0.6)
        self._puffs = []
        for _ in range(64):
            side = random.uniform(-1, 1)
            rise = random.uniform(0.0, 1.0) * (1.15 - 0.6 * side * side)
            self._puffs.append(
                (
                    side * random.uniform(0.15, 1.0),
                    rise,
                    random.uniform(0.6, 1.4),
                    random.uniform(0.6, 1.3),
                )
            )

    def paint(self, second: float, picture: Field) -> Painted:
        """Move all puffs, add them up at half size, light and blend."""
        blow, half = self._blow, (self._shape[0] // 2, self._shape[1] // 2)
        density: Field = np.zeros(half, np.float32)
        since = second - blow.when
        if since > 0:
            for puff in self._puffs:
                self._splat(density, puff, since)
        noise = scroll(self._noise, 12 * second, 4 * second, half)
        density = density * smoothstep(0.05, 0.7, noise) * 1.6
        thick = blur(density, 2)
        light = clamp(0.6 + 0.6 * (density - shifted(thick, 3, 3)) - 0.16 * thick)
        alpha = enlarged(fade(1.5 * density), self._shape)
        alpha = alpha * smoothstep(blow.at[0] + 16, blow.at[0] + 4, index_grid(*self._shape)[0])
        shade = (0.5 + 0.7 * enlarged(light, self._shape))[..., None] * flat(blow.colour)
        over(picture, shade, 0.95 * alpha)
        return Painted(alpha, alpha)

    def _splat(self, density: Field, puff: tuple[float, float, float, float], since: float) -> None:
        side, rise, size, lasts = puff
        blow = self._blow
        slowed = since / (1 + 2.6 * since)
        row = (blow.at[0] - blow.force * rise * slowed - 5 * since + 26 * since * since * 0.5) / 2
        column = (blow.at[1] + 1.25 * blow.force * side * slowed) / 2
        radius = (6 + 38 * slowed) * size
        amount = (
            0.8
            * ease(0.0, 0.08, since)
            / (1 + 1.7 * since * since)
            * ease(3.2 * lasts, 0.9 * lasts, since)
        )
        top, left = max(int(row - radius), 0), max(int(column - radius), 0)
        bottom = min(int(row + radius) + 2, density.shape[0])
        right = min(int(column + radius) + 2, density.shape[1])
        if top >= bottom or left >= right or amount <= 0:
            return
        rows, columns = index_grid(bottom - top, right - left)
        down, across = (rows + (top - row)) / radius, (columns + (left - column)) / radius
        ball = clamp(1 - down * down - across * across)
        density[top:bottom, left:right] += ball * ball * amount


class Splash:
    """A crown of water and drops on ballistic paths, then a jet; present while water is up."""

    def __init__(self, shape: tuple[int, int], blow: Blow, random: Random) -> None:
        self._shape, self._blow = shape, blow
        self._rows, self._columns = index_grid(*shape)
        self._drops = [
            (
                random.uniform(-1, 1),
                random.uniform(0.5, 1.15),
                random.uniform(1.4, 3.4),
                random.uniform(0, 0.22),
            )
            for _ in range(44)
        ]
        self._ragged = noise_tile(random, 32, 3)

    def paint(self, second: float, picture: Field) -> Painted:
        """Paint crown, jet and drops as bright, thin water."""
        blow = self._blow
        since = second - blow.when
        body = np.zeros(self._shape, np.float32)
        if 0 < since < 2.6:
            body = np.maximum(self._crown(since), self._jet(since))
            for drop in self._drops:
                self._drop(body, drop, since)
        soft = blur(body, 1)
        edge = clamp(soft - shifted(soft, 2, 2), -0.5, 0.6)
        tone = (
            0.72
            + 0.9 * edge
            + 0.25 * smoothstep(0.5, 0.8, scroll(self._ragged, second * 200, 0, self._shape))
        )
        over(picture, flat(blow.colour) * tone[..., None], 0.82 * body)
        region = smoothstep(0.1, 0.45, blur(body, 2))
        return Painted(region, 0.8 * body)

    def _crown(self, since: float) -> Field:
        blow = self._blow
        tall = blow.force * 0.62 * (since * 3.4) * clamp_number(1 - since * 1.05)
        wide = blow.radius * (1.1 + 2.2 * since / (0.4 + since))
        off = (self._columns - blow.at[1]) / wide
        above = (blow.at[0] - self._rows) / max(tall, 0.5)
        ragged = scroll(self._ragged, 0, since * 14, (1, self._shape[1])) - 0.5
        flare = np.abs(off) / (1 + 0.45 * clamp(above))
        wall = smoothstep(0.5, 0.8, flare) * smoothstep(1.12, 0.98, flare) + 0.5 * smoothstep(
            0.95, 0.8, flare
        )
        lip = smoothstep(1.05 + 1.1 * ragged, 0.85 + 1.1 * ragged, above)
        return clamp(wall) * lip * (above > -0.05) * smoothstep(1.0, 4.0, tall + 0 * wall)

    def _jet(self, since: float) -> Field:
        blow = self._blow
        late = since - 0.55
        tall = max(blow.force * 1.15 * late * (1 - late / 1.1) * 1.6, 0.0) if late > 0 else 0.0
        if tall < 1:
            return np.zeros(self._shape, np.float32)
        above = (blow.at[0] - self._rows) / tall
        width = blow.radius * (
            0.16 + 1.1 * clamp(0.35 - above) + 0.14 * smoothstep(0.8, 0.93, above)
        )
        off = np.abs(self._columns - blow.at[1])
        return clamp(width - off + 0.5) * smoothstep(1.02, 0.98, above) * (above > -0.04)

    def _drop(self, body: Field, drop: tuple[float, float, float, float], since: float) -> None:
        side, lift, radius, late = drop
        blow, since = self._blow, since - late
        if since <= 0:
            return
        row = blow.at[0] - blow.force * 1.7 * lift * since + 230 * since * since
        column = blow.at[1] + blow.force * 0.75 * side * since + blow.radius * side
        if row > blow.at[0]:
            return
        top, left = int(row - radius - 2), int(column - radius - 2)
        side_length = int(2 * radius + 5)
        if (
            top < 0
            or left < 0
            or top + side_length > body.shape[0]
            or left + side_length > body.shape[1]
        ):
            return
        rows, columns = index_grid(side_length, side_length)
        down, across = rows + (top - row), columns + (left - column)
        spot = (slice(top, top + side_length), slice(left, left + side_length))
        body[spot] = np.maximum(
            body[spot], clamp(radius + 0.5 - np.sqrt(down * down + across * across))
        )


def clamp_number(value: float) -> float:
    """Return a number limited to [0, 1]."""
    return min(max(value, 0.0), 1.0)
