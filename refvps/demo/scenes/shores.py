"""A pond and a beach."""

from refvps.demo.backgrounds import mottled, pebbles
from refvps.demo.processes.light import Shadow, Sweep
from refvps.demo.processes.ripples import Disturbance, Path, Ripples, Swimmer
from refvps.demo.processes.shore import Breakers, RunUp, Swash
from refvps.demo.randomness import Random, index_grid, noise_tile, scroll
from refvps.demo.scene import LANDSCAPE, PORTRAIT, Actor, Scene, canvas, some_camera
from refvps.demo.scenes.places import side_of
from refvps.demo.shading import Colour, blur, flat, lit, sway
from refvps.demo.video import Words

STONES: tuple[Colour, ...] = ((0.62, 0.56, 0.44), (0.52, 0.54, 0.5), (0.6, 0.5, 0.4))
SANDS: tuple[Colour, ...] = ((0.82, 0.71, 0.52), (0.78, 0.72, 0.6), (0.72, 0.6, 0.45))


def pond(random: Random) -> Scene:
    """Rings spread from a tapping reed while a duck draws a wake."""
    shape = canvas(LANDSCAPE)
    floor = pebbles(shape, random, random.choice(STONES))
    rows, columns = index_grid(*shape)
    sky = (0.16 - 0.1 * rows / shape[0] + 0 * columns)[..., None] * flat((0.75, 1.0, 1.15))
    picture = blur(floor, 1) * flat((0.5, 0.66, 0.62)) + sky + flat((0.04, 0.1, 0.1))
    mottled(picture, random, 0.3, 4)
    left = random.chance(0.5)
    column = shape[1] * (random.uniform(0.16, 0.24) if left else random.uniform(0.76, 0.84))
    row = shape[0] * random.uniform(0.3, 0.7)
    begins, ends = random.uniform(0.2, 0.4), random.uniform(1.3, 1.6)
    seconds = random.uniform(3.6, 4.2)

    def tapped(second: float) -> tuple[float, float] | None:
        return (row, column) if begins <= second < ends else None

    across = shape[1] * (0.72 if left else 0.28)
    crossing = _crossing(shape, across, random)
    rings = Ripples(shape, Disturbance(tapped, 9.0, 0.05, 4.5))
    wake = Ripples(shape, Disturbance(crossing, 10.0, 0.028, 0.0))
    spread_at, trail_at = side_of(column, shape[1]), side_of(across, shape[1])
    spread = Words("ripples", "ripples", "", spread_at, "spread in rings from one spot")
    trail = Words("ripples", "ripples", "", trail_at, "trail behind something that moves")
    actors = (
        Actor(rings, "rings", spread, 0.25, 0.6),
        Actor(wake, "wake", trail, 0.25, 0.6),
        Actor(Swimmer(shape, crossing)),
    )
    return Scene(LANDSCAPE, seconds, picture, actors, some_camera(random, 3.0))


def _crossing(shape: tuple[int, int], column: float, random: Random) -> Path:
    """Return a path that winds down or up the picture near a column and leaves it."""
    upwards, wide = random.chance(0.5), random.uniform(10, 24)
    starts, lasts = random.uniform(0.2, 0.5), random.uniform(2.2, 2.8)
    phase = random.uniform()

    def path(second: float) -> tuple[float, float] | None:
        part = (second - starts) / lasts
        if not 0 <= part <= 1:
            return None
        row = shape[0] * (1 - part if upwards else part)
        return row, column + wide * sway(part * 0.9 + phase)

    return path


def beach(random: Random) -> Scene:
    """From above: surf, two waves that run up the sand one after the other, a cloud's shadow."""
    shape = canvas(PORTRAIT)
    rough = scroll(noise_tile(random, 32, 4, 0.6), 0, 0, shape)
    facing, _ = lit(rough, 2.2)
    picture = flat(random.choice(SANDS)) * (0.52 + 0.58 * facing)[..., None]
    mottled(picture, random, 0.15, 4)
    rest = shape[0] * random.uniform(0.62, 0.66)
    seconds = random.uniform(3.8, 4.4)
    left_first = random.chance(0.5)
    breakers = Breakers(shape, rest, random.uniform(36, 44), random.fork())
    foam = Words("surf", "foam", "white", "at the bottom", "breaks in lines out at sea")
    actors = (
        Actor(breakers, "surf", foam, 0.2, 0.55),
        _wave(shape, rest, random, first=True, left=left_first),
        _wave(shape, rest, random, first=False, left=not left_first),
        _cloud_shadow(shape, rest, random),
    )
    return Scene(PORTRAIT, seconds, picture, actors, some_camera(random, 3.0))


def _wave(shape: tuple[int, int], rest: float, random: Random, *, first: bool, left: bool) -> Actor:
    """Return a wave on one side that runs up from the water's rest line (a row)."""
    arrives = random.uniform(0.1, 0.3) if first else random.uniform(1.3, 1.6)
    span = (-60.0, 0.6 * shape[1]) if left else (0.4 * shape[1], shape[1] + 60.0)
    reach, lasts = random.uniform(80, 105), random.uniform(2.3, 2.6)
    swash = Swash(rest, reach, arrives, lasts, span, (0.58, 0.8, 0.82))
    side = "on the left" if left else "on the right"
    order = "comes first" if first else "comes after the other"
    words = Words("wave running up", "wave", "", side, f"{order} and runs up the sand")
    name = "first" if first else "second"
    return Actor(RunUp(shape, swash, random.fork()), name, words, 0.25, 0.6)


def _cloud_shadow(shape: tuple[int, int], rest: float, random: Random) -> Actor:
    way = random.choice((-1, 1))
    begins = -60.0 if way > 0 else shape[1] + 60.0
    sweep = Sweep(begins, way * 105.0, 96.0, 9.0, 0.42, (12.0, rest - 112), 40.0)
    passes = "passes to the right" if way > 0 else "passes to the left"
    words = Words("shadow sweeping", "shadow", "dark", "at the top", passes)
    return Actor(Shadow(shape, sweep, random.fork()), "shadow", words, 0.15, 0.6)
