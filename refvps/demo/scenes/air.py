"""Smoke, clouds, fog, lamps and shadows."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.backgrounds import bricks, gradient, ground, hills, mottled, plaster, wood
from refvps.demo.processes.light import Caustics, LampLight, Panel, Pool, Shadow, Sweep
from refvps.demo.processes.plume import Plume, Smoke
from refvps.demo.processes.sky import CloudBand, Clouds, Fog, FogBank
from refvps.demo.randomness import Field, Random, index_grid
from refvps.demo.scene import LANDSCAPE, Actor, Scene, canvas, some_camera
from refvps.demo.scenes.places import side_of
from refvps.demo.shading import Colour, flat, over, smoothstep
from refvps.demo.shapes import box, covered
from refvps.demo.video import Words

WHITE, GREY, DARK = (0.93, 0.94, 0.95), (0.62, 0.61, 0.6), (0.24, 0.23, 0.24)
PAINTS = ((0.4, 0.37, 0.33), (0.33, 0.37, 0.4), (0.4, 0.36, 0.38))
DRIFTS = {1: "drifts to the right", -1: "drifts to the left"}
SLIDES = {1: "slides to the right", -1: "slides to the left"}


def chimneys(random: Random) -> Scene:
    """Two chimneys above the roofs: one smokes steadily, one in puffs."""
    shape = canvas(LANDSCAPE)
    picture = gradient(
        shape, ((0.0, (0.33, 0.47, 0.67)), (0.55, (0.77, 0.75, 0.72)), (0.8, (0.93, 0.79, 0.62)))
    )
    hills(picture, random, 0.86, 0.2, (0.36, 0.42, 0.47))
    seconds = random.uniform(3.6, 4.2)
    left, right = random.uniform(0.2, 0.32) * shape[1], random.uniform(0.66, 0.78) * shape[1]
    row = random.uniform(0.68, 0.74) * shape[0]
    _roofs(picture, random, row + 16, (left, right))
    same = random.choice(((GREY, "grey"), (WHITE, "white"), (DARK, "black")))
    first = same
    second = same if random.chance(0.7) else random.choice(((WHITE, "white"), (DARK, "black")))
    ways = random.choice(((-1, 1), (-1, 1), (1, 1), (-1, -1)))
    puffing = random.below(2)
    actors = []
    for number, (column, (colour, word)) in enumerate(((left, first), (right, second))):
        is_puffing = number == puffing
        push = ways[number] * random.uniform(0.9, 1.6)
        plume = Plume(
            (row, column),
            random.uniform(13, 18),
            push,
            random.uniform(0.0, 0.4) if is_puffing else -2.0,
            99.0,
            random.uniform(1.0, 1.5) if is_puffing else 0.0,
            colour,
            random.uniform(0.75, 0.95),
        )
        place = side_of(column, shape[1])
        lean = "leans to the right" if push > 0 else "leans to the left"
        behaviour = f"comes in puffs and {lean}" if is_puffing else f"rises steadily and {lean}"
        words = Words("smoke dispersing", "smoke", word, place, behaviour)
        name = "puffs" if is_puffing else "stream"
        actors.append(Actor(Smoke(shape, plume, random.fork()), name, words, 0.18, 0.42))
    return Scene(LANDSCAPE, seconds, picture, tuple(actors), some_camera(random))


def _roofs(picture: Field, random: Random, row: float, columns: tuple[float, float]) -> None:
    shape = (picture.shape[0], picture.shape[1])
    rows, across = index_grid(*shape)
    wall = bricks(shape, random, (0.5, 0.3, 0.24))
    for column in columns:
        chimney = covered(box(rows, across, (row - 14, column - 11, row + 60, column + 11)))
        over(picture, wall * 0.8, chimney)
        cap = covered(box(rows, across, (row - 17, column - 14, row - 11, column + 14), 1))
        over(picture, flat((0.33, 0.29, 0.28)), cap)
    middle = (columns[0] + columns[1]) / 2
    for centre, drop in ((columns[0] - 8, 0.5), (columns[1] + 8, 0.45)):
        slope = rows - (row + 16) - drop * np.abs(across - centre)
        roof = covered(-slope)
        tiles = rows / 7 - np.floor(rows / 7)
        tone = 0.55 + 0.5 * tiles + 0.1 * (across < centre)
        over(picture, flat((0.4, 0.2, 0.16)) * tone[..., None], roof)
    gap = covered(box(rows, across, (row + 48, middle - 30, row + 200, middle + 30)))
    over(picture, wall * 0.6, gap)


@dataclass(frozen=True, slots=True)
class _Hour:
    """Colours of a time of day: of the sky, of the hills, of clouds in light and in shade."""

    top: Colour
    low: Colour
    far: Colour
    near: Colour
    bright: Colour
    shade: Colour


NOON = _Hour(
    (0.2, 0.38, 0.7),
    (0.68, 0.8, 0.9),
    (0.37, 0.46, 0.56),
    (0.25, 0.36, 0.33),
    (0.99, 0.98, 0.96),
    (0.63, 0.69, 0.78),
)
SUNSET = _Hour(
    (0.28, 0.3, 0.52),
    (0.96, 0.66, 0.46),
    (0.42, 0.36, 0.46),
    (0.27, 0.26, 0.33),
    (1.0, 0.86, 0.74),
    (0.6, 0.46, 0.52),
)


def valley(random: Random) -> Scene:
    """High clouds drift one way, low clouds the other, and fog creeps into the valley."""
    shape = canvas(LANDSCAPE)
    hour = SUNSET if random.chance(0.5) else NOON
    picture = gradient(shape, ((0.0, hour.top), (0.62, hour.low), (0.75, hour.low)))
    hills(picture, random, 0.74, 0.22, hour.far)
    hills(picture, random, 0.84, 0.2, hour.near)
    ground(picture, random, 0.83, (0.2, 0.3, 0.14), (0.3, 0.4, 0.25))
    way = 1 if random.chance(0.5) else -1
    light = hour.bright, hour.shade
    high = CloudBand((-20.0, 88.0), 30.0 * way, 1.9, random.uniform(0.3, 0.42), *light, 14.0)
    low = CloudBand((78.0, 168.0), -34.0 * way, 1.1, random.uniform(0.3, 0.42), *light, 20.0)
    bank, creep = _fog(random, -way)
    above = Words("clouds drifting", "cloud", "white", "at the top", DRIFTS[way])
    below = Words("clouds drifting", "cloud", "white", "above the hills", DRIFTS[-way])
    fog = Words("fog rolling", "fog", "white", "at the bottom", creep)
    actors = (
        Actor(Clouds(shape, high, random.fork()), "high", above, 0.15, 0.45),
        Actor(Clouds(shape, low, random.fork()), "low", below, 0.15, 0.45),
        Actor(Fog(shape, bank, random.fork()), "fog", fog, 0.2, 0.6),
    )
    return Scene(LANDSCAPE, random.uniform(3.4, 4.0), picture, actors, some_camera(random, 3.0))


def _fog(random: Random, side: int) -> tuple[FogBank, str]:
    """Return fog at a side (-1 left, 1 right), and what it does."""
    advancing = random.chance(0.6)
    bank = FogBank(
        random.uniform(182, 192),
        62.0,
        side,
        random.uniform(-20, 10) if advancing else 300.0,
        random.uniform(62, 80) * (1 if advancing else -1),
        (0.9, 0.91, 0.93),
    )
    edge = "left" if side < 0 else "right"
    return bank, f"rolls in from the {edge}" if advancing else f"withdraws to the {edge}"


def _skirting(picture: Field, random: Random) -> None:
    """Paint a floor and a skirting board along the bottom."""
    shape = (picture.shape[0], picture.shape[1])
    rows, columns = index_grid(*shape)
    top = 0.86 * shape[0]
    floor = wood(shape, random, (0.26, 0.17, 0.11), 9)
    over(picture, floor, smoothstep(top + 12, top + 14, rows) + 0 * columns)
    board = smoothstep(top - 1, top + 1, rows) * smoothstep(top + 14, top + 12, rows)
    light = 0.8 + 0.4 * smoothstep(3.0, 0.0, np.abs(rows - top - 2))
    over(picture, flat((0.34, 0.31, 0.28)) * (light + 0 * columns)[..., None], board + 0 * columns)


def wall(random: Random) -> Scene:
    """Lamplight that flickers, daylight off water, and a passing shadow."""
    shape = canvas(LANDSCAPE)
    picture = plaster(shape, random, random.choice(PAINTS))
    mottled(picture, random, 0.2)
    picture *= 0.8
    _skirting(picture, random)
    seconds = random.uniform(3.6, 4.2)
    left = random.chance(0.5)
    lamp_column = shape[1] * (0.22 if left else 0.78)
    other_column = shape[1] * (0.74 if left else 0.26)
    way = 1 if left else -1
    lamp = _lamp(random, lamp_column, seconds)
    panel = _daylight(random, other_column)
    sweep = _passing(shape, way, seconds)
    behind, place = side_of(other_column, shape[1]), side_of(lamp_column, shape[1])
    shimmer = Words("light fluctuating", "patch of light", "", behind, "shimmers like water")
    flicker = Words("light fluctuating", "pool of light", "warm", place, "flickers and goes out")
    slide = Words("shadow sweeping", "shadow", "dark", "at the bottom", SLIDES[way])
    actors = (
        Actor(Caustics(shape, panel, random.fork()), "caustics", shimmer, 0.2, 0.7),
        Actor(LampLight(shape, lamp, random.fork()), "lamp", flicker, 0.2, 0.6),
        Actor(Shadow(shape, sweep, random.fork()), "shadow", slide, 0.15, 0.6),
    )
    return Scene(LANDSCAPE, seconds, picture, actors, some_camera(random))


def _lamp(random: Random, column: float, seconds: float) -> Pool:
    return Pool(
        (random.uniform(80, 120), column),
        (58.0, random.uniform(44, 54)),
        (1.0, 0.8, 0.5),
        random.uniform(0.4, 0.8),
        random.uniform(0.78, 0.9) * seconds,
        1.0,
        0.85,
    )


def _daylight(random: Random, column: float) -> Panel:
    top = random.uniform(34, 60)
    edges = (top, column - 46, top + random.uniform(90, 110), column + 46)
    return Panel(edges, 0.18, (0.8, 0.95, 1.0), random.uniform(26, 36))


def _passing(shape: tuple[int, int], way: int, seconds: float) -> Sweep:
    """Return a shadow that crosses the foot of the wall once."""
    begins = -30.0 if way > 0 else shape[1] + 30.0
    speed = way * (shape[1] + 60) / seconds
    return Sweep(begins, speed, 62.0, 5.0, 0.6, (shape[0] * 0.68, shape[0] * 0.97), 6.0)
