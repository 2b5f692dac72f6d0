"""Fire, burning paper and lava."""

from refvps.demo.backgrounds import gradient, ground, hills, mottled, plaster, wood
from refvps.demo.processes.burning import Burning, Sheet
from refvps.demo.processes.fire import BLUE, ORANGE, Fire, Flames
from refvps.demo.processes.lava import Lava, Vent
from refvps.demo.processes.plume import Plume, Smoke
from refvps.demo.randomness import Field, Random, index_grid, noise_tile, scroll
from refvps.demo.scene import LANDSCAPE, PORTRAIT, Actor, Scene, canvas, some_camera
from refvps.demo.scenes.places import side_of
from refvps.demo.shading import clamp, enlarged, flat, lit, over
from refvps.demo.shapes import covered, stroke
from refvps.demo.video import Words


def campfires(random: Random) -> Scene:
    """Two fires at night: one dies down while the other flares up; smoke between them."""
    shape = canvas(LANDSCAPE)
    picture = gradient(shape, ((0.0, (0.04, 0.06, 0.15)), (0.7, (0.17, 0.16, 0.22))))
    _stars(picture, random)
    hills(picture, random, 0.78, 0.3, (0.035, 0.05, 0.06))
    ground(picture, random, 0.72, (0.22, 0.17, 0.13), (0.12, 0.11, 0.11))
    seconds = random.uniform(3.2, 4.0)
    left, right = random.uniform(0.2, 0.3) * shape[1], random.uniform(0.7, 0.8) * shape[1]
    dying = random.below(2)
    colours = (ORANGE, ORANGE) if random.chance(0.85) else (ORANGE, BLUE)
    wind = random.uniform(-0.3, 0.3)
    actors = []
    for number, column in enumerate((left, right)):
        row = random.uniform(0.8, 0.86) * shape[0]
        width = random.uniform(62, 76)
        _logs(picture, (row + 3, column), width)
        turn = random.uniform(0.35, 0.5) * seconds
        if number == dying:
            knots = [(0.0, 0.95), (turn, 0.95), (turn + 1.2, 0.0)]
        else:
            knots = [(turn - 0.6, 0.0), (turn + 0.6, 0.95)]
        fire = Fire(
            (row, column), width, random.uniform(150, 180), tuple(knots), wind, colours[number]
        )
        behaviour = "dies down" if number == dying else "flares up"
        words = Words(
            "flames",
            "fire",
            "orange" if colours[number] is ORANGE else "blue",
            side_of(column, shape[1]),
            behaviour,
        )
        name = "dying" if number == dying else "flaring"
        actors.append(Actor(Flames(shape, fire, random.fork()), name, words, 0.2, 0.6))
    middle = Plume(
        (0.86 * shape[0], 0.5 * shape[1]), 14.0, wind * 4, -3.5, 99.0, 0.0, (0.42, 0.41, 0.43), 0.85
    )
    smoke = Words("smoke dispersing", "smoke", "grey", "in the middle", "rises between the fires")
    actors.insert(0, Actor(Smoke(shape, middle, random.fork()), "smoke", smoke, 0.2, 0.34))
    return Scene(LANDSCAPE, seconds, picture, tuple(actors), some_camera(random))


def _stars(picture: Field, random: Random) -> None:
    for _ in range(60):
        row, column = random.below(picture.shape[0] * 6 // 10), random.below(picture.shape[1])
        picture[row, column] += random.uniform(0.1, 0.5)


def _logs(picture: Field, at: tuple[float, float], width: float) -> None:
    rows, columns = index_grid(picture.shape[0], picture.shape[1])
    for low, high in ((3.0, -5.0), (-5.0, 3.0), (4.0, 4.0)):
        start, end = (at[0] + low, at[1] - width / 2), (at[0] + high, at[1] + width / 2)
        distance = stroke(rows, columns, start, end)
        tone = clamp(1 - distance / 6) * 0.7 + 0.3
        over(picture, flat((0.26, 0.15, 0.09)) * tone[..., None], covered(distance - 5))


def papers(random: Random) -> Scene:
    """Two sheets on a desk: one burns from a corner, one from a hole in its middle."""
    shape = canvas(LANDSCAPE)
    picture = wood(
        shape, random, random.choice(((0.36, 0.22, 0.13), (0.27, 0.18, 0.12), (0.42, 0.3, 0.2)))
    )
    seconds = random.uniform(3.6, 4.2)
    corner = random.below(2)
    cream = ((0.93, 0.9, 0.82), "cream")
    other = cream if random.chance(0.7) else ((0.72, 0.83, 0.9), "pale blue")
    actors = []
    for number, (paper, word) in enumerate((cream, other)):
        left = (0.08 if number == 0 else 0.54) * shape[1] + random.uniform(0, 8)
        top = random.uniform(0.13, 0.2) * shape[0]
        edges = (top, left, top + random.uniform(150, 172), left + random.uniform(112, 124))
        is_corner = number == corner
        lit_at = (edges[2] - 4, edges[1] + 5 if number == 0 else edges[3] - 5)
        middle = ((edges[0] + edges[2]) / 2 + random.uniform(-20, 20), (edges[1] + edges[3]) / 2)
        sheet = Sheet(
            edges,
            lit_at if is_corner else middle,
            random.uniform(0.1, 0.3) if is_corner else random.uniform(0.3, 0.7),
            random.uniform(21, 26) if is_corner else random.uniform(13, 17),
            paper,
            12.0,
        )
        behaviour = "burns from its corner" if is_corner else "burns from a hole in its middle"
        words = Words(
            "paper burning", "sheet of paper", word, side_of(middle[1], shape[1]), behaviour
        )
        actors.append(
            Actor(
                Burning(shape, sheet, random.fork()),
                "corner" if is_corner else "hole",
                words,
                0.2,
                0.7,
            )
        )
    return Scene(LANDSCAPE, seconds, picture, tuple(actors), some_camera(random))


def lava(random: Random) -> Scene:
    """Two tongues of lava creep down a slope; one begins later and runs faster."""
    shape = canvas(PORTRAIT)
    half = (shape[0] // 2, shape[1] // 2)
    rows, columns = index_grid(*half)
    rough = scroll(noise_tile(random, 8, 5, 0.5), 0, 0, half)
    ridge = clamp(1 - ((columns - half[1] / 2) / 18) * ((columns - half[1] / 2) / 18))
    ridge = ridge * ridge
    terrain = 30.0 - 30.0 * rows / half[0] + 5.0 * rough + 3.5 * ridge
    stone = plaster(shape, random, (0.4, 0.35, 0.33))
    mottled(stone, random, 0.8, 16)
    facing, _ = lit(enlarged(rough + 0.6 * ridge, shape), 14.0)
    picture = stone * (0.45 + 0.75 * facing)[..., None]
    seconds = random.uniform(3.8, 4.4)
    late = random.below(2)
    actors = []
    for number in range(2):
        column = (0.25 if number == 0 else 0.75) * shape[1] + random.uniform(-8, 8)
        is_late = number == late
        vent = Vent(
            (random.uniform(30, 46), column),
            random.uniform(10, 13),
            random.uniform(1.3, 1.7) if is_late else 0.0,
            99.0 if is_late else random.uniform(2.0, 2.6),
            0.055 if is_late else 0.034,
            0.0006 if is_late else 0.0011,
        )
        behaviour = (
            "wells up later and runs faster" if is_late else "flows first, then stops and darkens"
        )
        words = Words("lava flowing", "lava", "glowing", side_of(column, shape[1]), behaviour)
        actors.append(
            Actor(
                Lava(terrain, vent, random.fork()), "late" if is_late else "early", words, 0.25, 0.6
            )
        )
    return Scene(PORTRAIT, seconds, picture, tuple(actors), some_camera(random))
