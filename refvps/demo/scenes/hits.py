"""Things that are struck: glass, powder and water."""

from refvps.demo.backgrounds import bricks, plaster
from refvps.demo.processes.puffs import Blow, Dust, FallingBall, Splash
from refvps.demo.processes.shatter import Crazing, Pane, Shattering
from refvps.demo.randomness import Field, Random, index_grid, noise_tile, scroll
from refvps.demo.scene import LANDSCAPE, Actor, Scene, canvas, some_camera
from refvps.demo.scenes.places import side_of
from refvps.demo.shading import Colour, flat, lit, over, smoothstep
from refvps.demo.shapes import box, covered
from refvps.demo.video import Words

BALLS: tuple[Colour, ...] = (
    (0.75, 0.18, 0.14),
    (0.9, 0.75, 0.2),
    (0.2, 0.35, 0.7),
    (0.85, 0.85, 0.83),
)
BRICKS: tuple[Colour, ...] = ((0.55, 0.31, 0.24), (0.5, 0.42, 0.36), (0.42, 0.4, 0.42))
GLASS: Colour = (0.62, 0.78, 0.84)
DUSK: Colour = (0.34, 0.42, 0.5)
DAY: Colour = (0.5, 0.43, 0.38)
POWDERS: tuple[Colour, ...] = ((0.85, 0.8, 0.7), (0.8, 0.84, 0.88), (0.8, 0.62, 0.5))
SPRAY: Colour = (0.78, 0.88, 0.93)


def panes(random: Random) -> Scene:
    """Two windows are hit: one bursts into shards, the other crazes and holds."""
    shape = canvas(LANDSCAPE)
    picture = bricks(shape, random, random.choice(BRICKS))
    seconds = random.uniform(2.8, 3.4)
    bursting = random.below(2)
    windows = [_window(shape, picture, random, left) for left in (0.1, 0.56)]
    craze_when = random.uniform(0.2, 0.4)
    burst_when = random.uniform(0.55, 0.75) if random.chance(0.8) else 0.1
    actors = []
    # The window that bursts is painted last: its shards fly before everything else.
    for number in (1 - bursting, bursting):
        edges = windows[number]
        hit = (
            edges[0] + (edges[2] - edges[0]) * random.uniform(0.3, 0.6),
            edges[1] + (edges[3] - edges[1]) * random.uniform(0.35, 0.65),
        )
        bursts = number == bursting
        pane = Pane(edges, hit, burst_when if bursts else craze_when, GLASS, random.choice(BALLS))
        place = side_of(hit[1], shape[1])
        if bursts:
            words = Words("glass shattering", "shards", "", place, "fly apart and fall")
            actors.append(Actor(Shattering(shape, pane, random.fork()), "shards", words, 0.2, 0.5))
        else:
            spreads = "spreads over the pane and stays"
            words = Words("glass cracking", "cracked patch", "white", place, spreads)
            crazing = Crazing(shape, pane, random.fork(), random.uniform(1.2, 1.8))
            actors.append(Actor(crazing, "crack", words, 0.25, 0.6))
    return Scene(LANDSCAPE, seconds, picture, tuple(actors), some_camera(random))


def _window(
    shape: tuple[int, int], picture: Field, random: Random, left: float
) -> tuple[int, int, int, int]:
    """Paint a window some way from the left (a fraction); return the edges of its pane."""
    column = int(left * shape[1] + random.uniform(0, 8))
    top = int(random.uniform(0.14, 0.2) * shape[0])
    bottom = top + int(random.uniform(110, 130))
    edges = (top, column, bottom, column + int(random.uniform(96, 106)))
    _frame(picture, random, edges)
    return edges


def _frame(picture: Field, random: Random, edges: tuple[int, int, int, int]) -> None:
    top, left, bottom, right = edges
    shape = (picture.shape[0], picture.shape[1])
    rows, columns = index_grid(*shape)
    outer = box(rows, columns, (top - 7.0, left - 7.0, bottom + 7.0, right + 7.0), 1)
    over(picture, flat((0.1, 0.09, 0.08)), 0.5 * smoothstep(9.0, 0.0, outer))
    paint = scroll(noise_tile(random, 64, 2), 0, 0, shape)
    over(picture, flat((0.84, 0.81, 0.74)) * (0.85 + 0.15 * paint)[..., None], covered(outer))
    inner = covered(box(rows, columns, (top + 0.0, left + 0.0, bottom + 0.0, right + 0.0)))
    room = scroll(noise_tile(random, 4, 3), 0, 0, shape)
    depth = flat((0.16, 0.18, 0.2)) * (0.6 + 0.9 * room)[..., None]
    over(picture, depth, inner)
    sill = covered(box(rows, columns, (bottom + 7.0, left - 14.0, bottom + 15.0, right + 14.0), 2))
    over(picture, flat((0.74, 0.7, 0.63)), sill)


def impact(random: Random) -> Scene:
    """One ball drops into a tray of powder, another into a trough of water."""
    shape = canvas(LANDSCAPE)
    picture = plaster(shape, random, DUSK if random.chance(0.5) else DAY)
    row = random.uniform(0.76, 0.8) * shape[0]
    _floor(picture, random, row)
    seconds = random.uniform(2.8, 3.4)
    dust_left = random.chance(0.5)
    dust_column = (0.27 if dust_left else 0.73) * shape[1] + random.uniform(-8, 8)
    wet_column = (0.75 if dust_left else 0.25) * shape[1] + random.uniform(-8, 8)
    powder = random.choice(POWDERS)
    dust_first = random.chance(0.5)
    whens = random.uniform(0.35, 0.5), random.uniform(0.8, 1.1)
    dust_when, wet_when = whens if dust_first else whens[::-1]
    balls = random.shuffled(BALLS)
    force = random.uniform(200, 240)
    dust = Blow((row - 3, dust_column), dust_when, force, 13.0, balls[0], powder)
    force = random.uniform(135, 160)
    wet = Blow((row - 1, wet_column), wet_when, force, 13.0, balls[1], SPRAY)
    _heap(picture, random, (row, dust_column), powder)
    _trough(picture, (row, wet_column), random)
    dry_side, wet_side = side_of(dust_column, shape[1]), side_of(wet_column, shape[1])
    shoots = Words("splash", "splash", "", wet_side, "shoots up where the ball plunges in")
    bursts = Words("dust bursting", "dust", "", dry_side, "bursts up where the ball lands")
    actors = (
        Actor(FallingBall(shape, wet, sinks=True)),
        Actor(FallingBall(shape, dust, sinks=False)),
        Actor(Splash(shape, wet, random.fork()), "splash", shoots, 0.2, 0.6),
        Actor(Dust(shape, dust, random.fork()), "dust", bursts, 0.18, 0.45),
    )
    return Scene(LANDSCAPE, seconds, picture, actors, some_camera(random))


def _floor(picture: Field, random: Random, row: float) -> None:
    shape = (picture.shape[0], picture.shape[1])
    rows, columns = index_grid(*shape)
    rough = scroll(noise_tile(random, 64, 3), 0, 0, shape)
    facing, _ = lit(rough, 1.5)
    stone = flat((0.4, 0.38, 0.37)) * (0.5 + 0.5 * facing)[..., None]
    over(picture, stone, smoothstep(row + 4, row + 6, rows) + 0 * columns)


def _heap(picture: Field, random: Random, at: tuple[float, float], colour: Colour) -> None:
    shape = (picture.shape[0], picture.shape[1])
    rows, columns = index_grid(*shape)
    off = (columns - at[1]) / 58
    top = at[0] + 8 - 13 * (1 - off * off)
    grain = scroll(noise_tile(random, 128, 2), 0, 0, shape)
    body = (
        smoothstep(top - 0.8, top + 0.8, rows)
        * smoothstep(at[0] + 11, at[0] + 9, rows)
        * (off * off < 1)
    )
    tone = (0.75 + 0.35 * grain) * (1.0 - 0.25 * off)
    over(picture, flat(colour) * tone[..., None], body)


def _trough(picture: Field, at: tuple[float, float], random: Random) -> None:
    shape = (picture.shape[0], picture.shape[1])
    rows, columns = index_grid(*shape)
    edges = (at[0] - 1, at[1] - 62, at[0] + 34, at[1] + 62)
    grain = scroll(noise_tile(random, 32, 3), 0, 0, shape)
    over(
        picture,
        flat((0.45, 0.5, 0.52)) * (0.8 + 0.3 * grain)[..., None],
        covered(box(rows, columns, (at[0] - 6, at[1] - 66, at[0] + 38, at[1] + 66), 3)),
    )
    depth = (rows - at[0]) / 34
    water = flat((0.3, 0.52, 0.6)) * (1.05 - 0.5 * depth + 0.2 * grain)[..., None]
    over(picture, water, covered(box(rows, columns, edges, 2)))
