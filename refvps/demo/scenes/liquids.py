"""Ink in a tank, glasses that fill and drain, cream in coffee."""

from refvps.demo.backgrounds import gradient, mottled, plaster, wood
from refvps.demo.processes.plume import Drop, Ink
from refvps.demo.processes.swirl import Coffee, Cream, Cup
from refvps.demo.processes.vessel import Liquid, Vessel
from refvps.demo.randomness import Field, Random, index_grid
from refvps.demo.scene import LANDSCAPE, PORTRAIT, Actor, Scene, canvas, some_camera
from refvps.demo.scenes.places import side_of
from refvps.demo.shading import Colour, over, smoothstep
from refvps.demo.video import Words

INKS: tuple[tuple[Colour, str], ...] = (
    ((0.1, 0.16, 0.5), "blue"),
    ((0.5, 0.08, 0.16), "red"),
    ((0.33, 0.1, 0.45), "purple"),
    ((0.08, 0.38, 0.28), "green"),
)


def tank(random: Random) -> Scene:
    """Ink sinks from the surface and other ink wells up from the floor of a tank."""
    shape = canvas(PORTRAIT)
    picture = gradient(
        shape, ((0.0, (0.93, 0.96, 0.96)), (0.5, (0.8, 0.89, 0.91)), (1.0, (0.52, 0.66, 0.71)))
    )
    mottled(picture, random, 0.06, 4)
    rows, columns = index_grid(*shape)
    picture *= (
        0.93
        + 0.07
        * smoothstep(0.0, 60.0, columns)
        * smoothstep(shape[1] + 0.0, shape[1] - 60.0, columns)
        + 0 * rows
    )[..., None]
    seconds = random.uniform(3.6, 4.4)
    first = random.choice(INKS)
    second = (
        first if random.chance(0.65) else random.choice([ink for ink in INKS if ink is not first])
    )
    left = random.chance(0.5)
    places = (0.28, 0.72) if left else (0.72, 0.28)
    actors = []
    for number, (colour, word) in enumerate((first, second)):
        column = shape[1] * places[number] + random.uniform(-10, 10)
        sinks = number == 0
        start = random.uniform(0.0, 0.25) if sinks else random.uniform(0.7, 1.1)
        row = random.uniform(20, 34) if sinks else shape[0] - random.uniform(26, 36)
        drop = Drop(
            (row, column),
            random.uniform(15, 19),
            start,
            random.uniform(0.5, 0.8),
            random.uniform(0.8, 1.05) * (1 if sinks else -1),
            0.0,
            colour,
        )
        behaviour = "sinks from the surface" if sinks else "wells up from the bottom"
        words = Words("ink dispersing", "ink", word, side_of(column, shape[1]), behaviour)
        actors.append(
            Actor(
                Ink(shape, drop, random.fork()), "sinking" if sinks else "rising", words, 0.15, 0.4
            )
        )
    return Scene(PORTRAIT, seconds, picture, tuple(actors), some_camera(random, 3.0))


def glasses(random: Random) -> Scene:
    """Two glasses on a table: one fills under a stream while the other drains."""
    shape = canvas(LANDSCAPE)
    picture = plaster(
        shape, random, random.choice(((0.62, 0.64, 0.6), (0.6, 0.56, 0.52), (0.5, 0.58, 0.62)))
    )
    table = wood(shape, random, (0.5, 0.33, 0.2), 3)
    row = 0.8 * shape[0]
    rows, columns = index_grid(*shape)
    over(picture, table, smoothstep(row - 1, row + 1, rows) + 0 * columns)
    seconds = random.uniform(3.4, 4.0)
    first = random.choice(
        (((0.86, 0.52, 0.12), "orange"), ((0.62, 0.12, 0.12), "red"), ((0.35, 0.68, 0.86), "blue"))
    )
    filling = random.below(2)
    actors = []
    for number in range(2):
        middle = (0.28 if number == 0 else 0.72) * shape[1] + random.uniform(-8, 8)
        half_width, tall = random.uniform(33, 40), random.uniform(126, 142)
        edges = (row + 8 - tall, middle - half_width, row + 8, middle + half_width)
        is_filling = number == filling
        vessel = Vessel(
            edges,
            random.uniform(0.5, 0.8) if is_filling else random.uniform(0.1, 0.3),
            seconds - random.uniform(0.1, 0.4),
            0.0 if is_filling else random.uniform(0.82, 0.9),
            random.uniform(0.8, 0.9) if is_filling else 0.0,
            first[0],
        )
        behaviour = "rises in the glass" if is_filling else "sinks in the glass"
        concept = "glass filling" if is_filling else "glass draining"
        words = Words(concept, "drink", first[1], side_of(middle, shape[1]), behaviour)
        shadow = smoothstep(1.0, 0.2, _oval(rows, columns, row + 16, middle + 12, half_width + 8))
        picture *= (1 - 0.4 * shadow)[..., None]
        actors.append(
            Actor(
                Liquid(shape, vessel, random.fork()),
                "filling" if is_filling else "draining",
                words,
                0.25,
                0.6,
            )
        )
    return Scene(LANDSCAPE, seconds, picture, tuple(actors), some_camera(random))


def _oval(rows: Field, columns: Field, row: float, column: float, width: float) -> Field:
    down, right = (rows - row) / 12, (columns - column) / width
    return down * down + right * right


def coffee(random: Random) -> Scene:
    """Two cups from above: cream is stirred into a spiral in one and blooms in the other."""
    shape = canvas(LANDSCAPE)
    picture = wood(
        shape, random, random.choice(((0.5, 0.36, 0.24), (0.34, 0.3, 0.28), (0.3, 0.2, 0.13)))
    )
    seconds = random.uniform(3.4, 4.0)
    stirred = random.below(2)
    cream: Colour = (0.93, 0.84, 0.7)
    china = random.choice(((0.92, 0.92, 0.9), (0.4, 0.55, 0.62), (0.75, 0.45, 0.35)))
    actors = []
    for number in range(2):
        at = (random.uniform(0.42, 0.58) * shape[0], (0.255 if number == 0 else 0.745) * shape[1])
        is_stirred = number == stirred
        cup = Cup(
            at,
            random.uniform(63, 67),
            random.uniform(0.1, 0.3) if is_stirred else random.uniform(0.5, 0.9),
            random.uniform(0.9, 1.2) * random.choice((-1, 1)) if is_stirred else 0.0,
            random.uniform(0.9, 1.3) if is_stirred else random.uniform(0.6, 0.9),
            cream,
        )
        Coffee(shape, cup, random.fork()).onto(picture, china)
        behaviour = "is stirred into a spiral" if is_stirred else "spreads out on its own"
        words = Words("cream mixing", "cream", "white", side_of(at[1], shape[1]), behaviour)
        actors.append(
            Actor(
                Cream(shape, cup, random.fork()),
                "stirred" if is_stirred else "blooming",
                words,
                0.2,
                0.55,
            )
        )
    return Scene(LANDSCAPE, seconds, picture, tuple(actors), some_camera(random))
