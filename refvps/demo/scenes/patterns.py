"""Patterns that grow: dishes of reacting liquid and frost on a window."""

from refvps.demo.backgrounds import gradient, hills, mottled, wood
from refvps.demo.processes.crystal import Crystal, Frost
from refvps.demo.processes.dish import Culture, Spots, Waves
from refvps.demo.randomness import Field, Random, index_grid, noise_tile, scroll
from refvps.demo.scene import LANDSCAPE, Actor, Scene, canvas, some_camera
from refvps.demo.scenes.places import side_of
from refvps.demo.shading import Colour, blur, clamp, flat, lighten, over, smoothstep
from refvps.demo.video import Words


def dishes(random: Random) -> Scene:
    """Two dishes from above: a colony spreads in one, rings of colour run through the other."""
    shape = canvas(LANDSCAPE)
    picture = wood(shape, random, random.choice(((0.3, 0.3, 0.32), (0.4, 0.32, 0.26))), 3)
    seconds = random.uniform(3.6, 4.2)
    colony_left = random.chance(0.5)
    colours = random.choice(
        (
            ((0.86, 0.5, 0.22), (0.5, 0.18, 0.1)),
            ((0.55, 0.75, 0.35), (0.16, 0.34, 0.16)),
            ((0.75, 0.45, 0.7), (0.3, 0.12, 0.36)),
        )
    )
    radius = random.uniform(66, 72)
    actors = []
    for number in range(2):
        at = (random.uniform(0.45, 0.55) * shape[0], (0.265 if number == 0 else 0.74) * shape[1])
        _dish(picture, random, at, radius)
        if colony_left == (number == 0):
            kind = random.choice(((0.037, 0.06), (0.03, 0.057), (0.042, 0.059)))
            culture = Culture(
                at, radius, random.uniform(0.0, 0.2), random.below(3) + 3, *colours, kind
            )
            words = Words(
                "colony growing",
                "colony",
                "",
                side_of(at[1], shape[1]),
                "spreads and branches slowly",
            )
            actors.append(Actor(Spots(shape, culture, random.fork()), "colony", words, 0.3, 0.6))
        else:
            culture = Culture(
                at,
                radius,
                random.uniform(0.3, 0.6),
                random.below(2) + 1,
                *colours,
                (random.uniform(0.36, 0.46), 0.0),
            )
            words = Words(
                "chemical waves",
                "rings",
                "",
                side_of(at[1], shape[1]),
                "run outwards again and again",
            )
            actors.append(Actor(Waves(shape, culture, random.fork()), "waves", words, 0.3, 0.6))
    return Scene(LANDSCAPE, seconds, picture, tuple(actors), some_camera(random))


def _dish(picture: Field, random: Random, at: tuple[float, float], radius: float) -> None:
    shape = (picture.shape[0], picture.shape[1])
    rows, columns = index_grid(*shape)
    down, right = (rows - at[0]) / radius, (columns - at[1]) / radius
    far2 = down * down + right * right
    picture *= (1 - 0.5 * smoothstep(1.5, 1.0, far2 - 0.25 * (down + right)))[..., None]
    jelly = scroll(noise_tile(random, 8, 3), 0, 0, shape)
    tone = 0.82 + 0.12 * jelly - 0.08 * (down + right)
    over(picture, flat((0.86, 0.83, 0.72)) * tone[..., None], smoothstep(1.02, 0.98, far2))
    rim = smoothstep(0.97, 1.02, far2) * smoothstep(1.16, 1.1, far2)
    lighten(picture, (0.8, 0.9, 0.95), rim * clamp(0.3 - 0.35 * (down + right)) + 0.08 * rim)


def frost(random: Random) -> Scene:
    """Ice on a window at night: crystals grow while others thaw."""
    shape = canvas(LANDSCAPE)
    dawn = random.chance(0.5)
    low: Colour = (0.5, 0.34, 0.34) if dawn else (0.16, 0.24, 0.38)
    picture = gradient(shape, ((0.0, (0.05, 0.08, 0.2)), (0.8, low)))
    hills(picture, random, 0.8, 0.2, (0.06, 0.08, 0.13))
    mottled(picture, random, 0.3, 4)
    for _ in range(7):
        _far_light(picture, random)
    soft = blur(picture, 2)
    seconds = random.uniform(3.6, 4.2)
    thaws_left = random.chance(0.5)
    ice: Colour = (0.82, 0.91, 0.99)
    actors = []
    for number in range(2):
        thaws = thaws_left == (number == 0)
        at = (random.uniform(0.42, 0.58) * shape[0], (0.26 if number == 0 else 0.74) * shape[1])
        crystal = Crystal(
            at,
            random.uniform(92, 104),
            random.uniform(-0.25, 0.25),
            random.uniform(0.58, 0.66),
            random.uniform(0.2, 0.5) if thaws else random.uniform(0.5, 0.9),
            seconds - random.uniform(0.2, 0.5),
            ice,
        )
        concept = "frost thawing" if thaws else "frost growing"
        behaviour = "shrinks and vanishes" if thaws else "grows from a point"
        words = Words(concept, "frost", "", side_of(at[1], shape[1]), behaviour)
        actors.append(
            Actor(
                Frost(shape, crystal, random.fork(), thaws),
                "thawing" if thaws else "growing",
                words,
                0.3,
                0.6,
            )
        )
    return Scene(LANDSCAPE, seconds, soft, tuple(actors), some_camera(random, 3.0))


def _far_light(picture: Field, random: Random) -> None:
    rows, columns = index_grid(picture.shape[0], picture.shape[1])
    at = (random.uniform(0.5, 0.95) * picture.shape[0], random.uniform(0, 1) * picture.shape[1])
    radius = random.uniform(5, 13)
    down, right = (rows - at[0]) / radius, (columns - at[1]) / radius
    disc = smoothstep(1.1, 0.9, down * down + right * right)
    lighten(
        picture,
        random.choice(((1.0, 0.75, 0.4), (1.0, 0.9, 0.7), (0.6, 0.8, 1.0))),
        disc * random.uniform(0.1, 0.3),
    )
