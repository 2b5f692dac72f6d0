"""Still backgrounds with light and texture, float32 ``[H, W, 3]`` in [0, 1]."""

import numpy as np

from refvps.demo.randomness import Field, Random, index_grid, noise_tile, sample, scroll
from refvps.demo.shading import Colour, clamp, flat, lit, over, ramp, smoothstep

Shape = tuple[int, int]


def gradient(shape: Shape, stops: tuple[tuple[float, Colour], ...]) -> Field:
    """Return a vertical gradient; stops are fractions of the height from the top."""
    rows, columns = index_grid(*shape)
    return ramp(rows / shape[0] + 0 * columns, stops)


def mottled(picture: Field, random: Random, amount: float, cells: int = 8) -> None:
    """Vary the brightness by fractal noise, in place."""
    noise = scroll(noise_tile(random, cells, 5), 30, 50, picture.shape[:2])
    picture *= (1 + amount * (noise - 0.5))[..., None]


def plaster(shape: Shape, random: Random, colour: Colour) -> Field:
    """Return a rough painted wall, lit from the upper left."""
    coarse = scroll(noise_tile(random, 8, 3), 0, 0, shape)
    fine = scroll(noise_tile(random, 64, 3), 10, 20, shape)
    facing, _ = lit(coarse * 1.2 + fine, 1.6)
    rows, columns = index_grid(*shape)
    fall = 1.12 - 0.3 * rows / shape[0] - 0.15 * columns / shape[1]
    wall: Field = flat(colour) * (fall * (0.55 + 0.7 * facing) * (0.9 + 0.2 * coarse))[..., None]
    return wall


def wood(shape: Shape, random: Random, colour: Colour, planks: int = 5) -> Field:
    """Return planks seen from above, grain along the width."""
    rows, columns = index_grid(*shape)
    warp = noise_tile(random, 4, 3)
    width = shape[0] / planks
    plank = np.floor(rows / width)
    bend = 10 * sample(warp, rows * 0.6 + 37 * plank, columns * 0.25 + 91 * plank)
    rings = sample(noise_tile(random, 32, 3), rows * 1.6 + 6 * bend, columns * 0.06 + 57 * plank)
    fine = sample(noise_tile(random, 128, 2), rows * 2 + bend, columns * 0.1)
    inside = rows - plank * width
    seam = smoothstep(0.0, 2.2, np.minimum(inside, width - inside))
    tone = (0.72 + 0.36 * rings + 0.14 * fine) * (0.45 + 0.55 * seam)
    tone = tone * (0.9 + 0.2 * sample(warp, 60 * plank, 0 * columns + 5))
    planked: Field = flat(colour) * (tone * (1.1 - 0.3 * columns / shape[1]))[..., None]
    return planked


def bricks(shape: Shape, random: Random, colour: Colour) -> Field:
    """Return a brick wall with mortar, in staggered rows."""
    rows, columns = index_grid(*shape)
    course = np.floor(rows / 14)
    across = columns + 17 * (course - 2 * np.floor(course / 2))
    brick = np.floor(across / 34)
    tile = noise_tile(random, 64, 1)
    tone = sample(tile, course * 41 + 0 * brick, brick * 29 + course * 7)
    inside_down, inside_across = rows - course * 14, across - brick * 34
    edge = np.minimum(
        np.minimum(inside_down, 14 - inside_down), np.minimum(inside_across, 34 - inside_across)
    )
    face = smoothstep(0.6, 2.4, edge + 0 * columns)
    rough = scroll(noise_tile(random, 64, 3), 0, 0, shape)
    facing, _ = lit(face * 2 + rough * 0.8, 1.2)
    picture = flat(colour) * (0.65 + 0.6 * tone)[..., None]
    over(picture, flat((0.62, 0.6, 0.57)), 1 - face)
    return picture * ((0.5 + 0.75 * facing) * (1.1 - 0.35 * rows / shape[0]))[..., None]


def ground(picture: Field, random: Random, horizon: float, near: Colour, far: Colour) -> None:
    """Paint rough ground below a horizon (a fraction of the height), in place."""
    shape = (picture.shape[0], picture.shape[1])
    rows, columns = index_grid(*shape)
    depth = clamp((rows / shape[0] - horizon) / (1 - horizon), 0.001)
    tile = noise_tile(random, 16, 5, 0.6)
    stretch = 1 / (0.25 + depth)
    noise = sample(tile, 60 * stretch + 2.0 * rows, (columns - shape[1] / 2) * stretch + 128)
    colour = flat(far) + (flat(near) - flat(far)) * (depth + 0 * columns)[..., None]
    below = smoothstep(-0.004, 0.004, rows / shape[0] - horizon + 0 * columns)
    over(picture, colour * (0.62 + 0.76 * noise)[..., None], below)


def hills(picture: Field, random: Random, level: float, height: float, colour: Colour) -> None:
    """Paint a rolling, hazy ridge up to ``level`` (fractions of the height), in place."""
    shape = (picture.shape[0], picture.shape[1])
    rows, columns = index_grid(*shape)
    tile = noise_tile(random, 4, 5, 0.45)
    ridge = sample(tile, 0 * columns + 11, columns * 0.55 + 31)
    depth = rows / shape[0] - (level - height * ridge)
    inside = smoothstep(0.0, 0.008, depth)
    trees = scroll(noise_tile(random, 64, 3), 0, 0, shape)
    tone = (0.9 + 0.2 * trees) * (1.1 - 1.2 * clamp(depth, 0.0, 0.3))
    over(picture, flat(colour) * tone[..., None], inside)


def pebbles(shape: Shape, random: Random, colour: Colour, count: int = 190) -> Field:
    """Return a bed of rounded stones, seen from above, each of its own tone."""
    rows, columns = index_grid(*shape)
    bend = noise_tile(random, 16, 2)
    rows = rows + 7 * scroll(bend, 0, 0, shape)
    columns = columns + 7 * scroll(bend, 90, 40, shape)
    nearest, second = np.full(shape, 1e4, np.float32), np.full(shape, 1e4, np.float32)
    tone = np.zeros(shape, np.float32)
    for _ in range(count):
        down = rows - random.uniform(-5, shape[0] + 8)
        right = columns - random.uniform(-5, shape[1] + 8)
        distance = np.sqrt(down * down + 0.7 * right * right)
        second = np.minimum(second, np.maximum(nearest, distance))
        tone = np.where(distance < nearest, np.float32(random.uniform(0.55, 1.2)), tone)
        nearest = np.minimum(nearest, distance)
    edge = clamp((second - nearest) / 9)
    rough = scroll(noise_tile(random, 32, 4), 0, 0, shape)
    facing, _ = lit(np.sqrt(edge * (2 - edge)) + 0.12 * rough, 5.0)
    shade = tone * (0.25 + 0.85 * facing) * (0.35 + 0.65 * smoothstep(0.0, 0.35, edge))
    tint = flat(colour)[None, None] + 0.09 * (tone - 0.85)[..., None] * flat((1.0, 0.2, -0.9))
    stones: Field = tint * (shade * (0.85 + 0.3 * rough))[..., None]
    return stones
