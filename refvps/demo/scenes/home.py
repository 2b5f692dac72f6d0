"""Ice cream, balloons and sand."""

from refvps.demo.backgrounds import gradient, ground, hills, mottled, plaster, wood
from refvps.demo.processes.balloon import AirBalloon, Balloon
from refvps.demo.processes.melting import Melting, Scoop
from refvps.demo.processes.sand import Heap, Sand
from refvps.demo.randomness import Field, Random, index_grid
from refvps.demo.scene import LANDSCAPE, PORTRAIT, Actor, Scene, canvas, some_camera
from refvps.demo.scenes.places import side_of
from refvps.demo.shading import Colour, flat, over, smoothstep
from refvps.demo.shapes import box, covered
from refvps.demo.video import Words

FLAVOURS: tuple[tuple[Colour, str], ...] = (
    ((0.96, 0.68, 0.74), "pink"),
    ((0.97, 0.93, 0.8), "cream"),
    ((0.5, 0.33, 0.22), "brown"),
    ((0.7, 0.88, 0.74), "green"),
)
SKINS: tuple[tuple[Colour, str], ...] = (
    ((0.86, 0.14, 0.16), "red"),
    ((0.15, 0.38, 0.8), "blue"),
    ((0.95, 0.72, 0.12), "yellow"),
    ((0.2, 0.62, 0.36), "green"),
)
PAINTS: tuple[Colour, ...] = ((0.42, 0.5, 0.53), (0.5, 0.46, 0.44), (0.36, 0.4, 0.46))
SANDS: tuple[Colour, ...] = ((0.86, 0.7, 0.42), (0.82, 0.56, 0.38), (0.84, 0.8, 0.7))


def scoops(random: Random) -> Scene:
    """Two scoops of ice cream on a plate: one melts at once, the other much later."""
    shape = canvas(LANDSCAPE)
    picture = gradient(
        shape, ((0.0, (0.56, 0.66, 0.68)), (0.55, (0.74, 0.78, 0.75)), (0.6, (0.6, 0.52, 0.42)))
    )
    mottled(picture, random, 0.1, 4)
    table = wood(shape, random, (0.58, 0.4, 0.26), 4)
    rows, columns = index_grid(*shape)
    row = 0.78 * shape[0]
    over(picture, table, smoothstep(row - 34, row - 32, rows) + 0 * columns)
    seconds = random.uniform(3.6, 4.2)
    first = random.choice(FLAVOURS)
    second = first if random.chance(0.65) else random.choice(FLAVOURS)
    early = random.below(2)
    actors = []
    for number, (colour, word) in enumerate((first, second)):
        column = (0.27 if number == 0 else 0.73) * shape[1] + random.uniform(-8, 8)
        _plate(picture, (row + 4, column))
        is_early = number == early
        start = 0.1 if is_early else random.uniform(0.45, 0.55) * seconds
        end = (
            random.uniform(0.6, 0.75) * seconds if is_early else seconds + random.uniform(0.0, 0.5)
        )
        scoop = Scoop(
            (row, column),
            random.uniform(38, 44),
            random.uniform(84, 100),
            start,
            end,
            random.uniform(0.12, 0.2),
            colour,
        )
        behaviour = (
            "melts right from the start" if is_early else "keeps its shape at first and melts later"
        )
        words = Words("melting", "scoop of ice cream", word, side_of(column, shape[1]), behaviour)
        actors.append(
            Actor(
                Melting(shape, scoop, random.fork()),
                "early" if is_early else "late",
                words,
                0.25,
                0.6,
            )
        )
    return Scene(LANDSCAPE, seconds, picture, tuple(actors), some_camera(random))


def _plate(picture: Field, at: tuple[float, float]) -> None:
    rows, columns = index_grid(picture.shape[0], picture.shape[1])
    down, right = (rows - at[0]) / 17, (columns - at[1]) / 72
    far = down * down + right * right
    picture *= (1 - 0.4 * smoothstep(1.5, 0.8, far - 0.12 * down))[..., None]
    tone = 0.82 + 0.12 * smoothstep(0.75, 0.8, far) - 0.07 * right - 0.08 * down
    over(picture, flat((0.93, 0.94, 0.95)) * tone[..., None], smoothstep(1.03, 0.98, far))


def balloons(random: Random) -> Scene:
    """Two balloons in a garden: one loses its air while the other is pumped up."""
    shape = canvas(PORTRAIT)
    picture = gradient(shape, ((0.0, (0.36, 0.58, 0.83)), (0.7, (0.82, 0.88, 0.9))))
    hills(picture, random, 0.84, 0.16, (0.33, 0.47, 0.36))
    ground(picture, random, 0.8, (0.28, 0.44, 0.17), (0.4, 0.53, 0.28))
    seconds = random.uniform(3.4, 4.0)
    first = random.choice(SKINS)
    second = first if random.chance(0.65) else random.choice(SKINS)
    losing = random.below(2)
    actors = []
    for number, (colour, word) in enumerate((first, second)):
        column = (0.28 if number == 0 else 0.72) * shape[1] + random.uniform(-4, 4)
        is_losing = number == losing
        start = random.uniform(0.2, 0.5)
        balloon = Balloon(
            (random.uniform(0.56, 0.62) * shape[0], column),
            random.uniform(42, 48),
            start,
            seconds - random.uniform(0.1, 0.5),
            1.0 if is_losing else random.uniform(0.3, 0.38),
            random.uniform(0.24, 0.32) if is_losing else 1.0,
            colour,
            0.93 * shape[0],
        )
        concept = "balloon deflating" if is_losing else "balloon inflating"
        behaviour = "loses its air" if is_losing else "swells"
        words = Words(concept, "balloon", word, side_of(column, shape[1]), behaviour)
        actors.append(
            Actor(
                AirBalloon(shape, balloon, random.fork()),
                "deflating" if is_losing else "inflating",
                words,
                0.25,
                0.6,
            )
        )
    return Scene(PORTRAIT, seconds, picture, tuple(actors), some_camera(random))


def sand(random: Random) -> Scene:
    """Sand runs out through a hole in a shelf, and other sand pours onto a growing heap."""
    shape = canvas(PORTRAIT)
    picture = plaster(shape, random, random.choice(PAINTS))
    shelf, floor = 0.42 * shape[0], 0.9 * shape[0]
    board = wood(shape, random, (0.36, 0.25, 0.17), 14)
    left = random.chance(0.5)
    hole = int(shape[1] * (random.uniform(0.3, 0.36) if left else random.uniform(0.64, 0.7)))
    _shelves(picture, board, (shelf, floor), hole)
    seconds = random.uniform(3.6, 4.2)
    colour = random.choice(SANDS)
    inside = (12, shape[1] - 12)
    height, begins = random.uniform(58, 68), random.uniform(0.1, 0.4)
    rate = random.uniform(120, 150)
    upper = Heap(shelf, inside, hole, height, shelf + 40, begins, 99.0, -rate, colour)
    rate = random.uniform(130, 160)
    lower = Heap(floor, inside, hole, 0.0, shelf + 8, begins + 0.1, 99.0, rate, colour)
    side = side_of(hole, shape[1])
    grows = Words("sand pouring", "sand", "", side, "pours down into a growing heap")
    sinks = Words("sand draining", "sand", "", "on the shelf", "sinks away into the hole")
    actors = (
        Actor(Sand(shape, lower, random.fork()), "growing", grows, 0.3, 0.6),
        Actor(Sand(shape, upper, random.fork()), "shrinking", sinks, 0.3, 0.6),
    )
    return Scene(PORTRAIT, seconds, picture, actors, some_camera(random))


def _shelves(picture: Field, board: Field, tops: tuple[float, float], hole: int) -> None:
    """Paint a shelf with a hole and a floor, each with its shadow, in place."""
    rows, columns = index_grid(picture.shape[0], picture.shape[1])
    for top, height in zip(tops, (9.0, 60.0), strict=True):
        picture *= (1 - 0.45 * smoothstep(22.0, 0.0, rows - top - height) * (rows > top))[..., None]
        edges = (top, -20.0, top + height, picture.shape[1] + 20.0)
        over(picture, board, covered(box(rows, columns, edges)))
    edges = (tops[0] - 1, hole - 4.0, tops[0] + 10, hole + 4.0)
    over(picture, flat((0.08, 0.06, 0.05)), covered(box(rows, columns, edges)))
