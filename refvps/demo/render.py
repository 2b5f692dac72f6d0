"""Film a scene: frames and masks from a scene's name and a seed, and from nothing else."""

from collections.abc import Iterator

import numpy as np

from refvps.demo.randomness import Field, Random, white_noise
from refvps.demo.scene import FPS, Actor, Scene
from refvps.demo.scenes import SCENES
from refvps.demo.shading import developed, vignette
from refvps.demo.video import STRIDE, DemoVideo, Part
from refvps.errors import ConfigError
from refvps.packed import PackedMask, pack
from refvps.types import BoolArray, Size


def render(scene_name: str, seed: int) -> DemoVideo:
    """Render one video.

    Args:
        scene_name: a key of ``refvps.demo.scenes.SCENES``.
        seed: any integer; places, colours, sizes, timing and camera follow from it.

    Raises:
        ConfigError: no scene has that name.
    """
    if scene_name not in SCENES:
        raise ConfigError(f"no demo scene is called {scene_name}; known: {', '.join(SCENES)}")
    scene = SCENES[scene_name](Random(seed))
    shade, grain = vignette(scene.size), white_noise(256, 256, seed)
    frames = np.empty((round(scene.seconds * FPS), *scene.size, 3), np.uint8)
    labels: list[list[tuple[PackedMask, PackedMask]]] = []
    for index, (picture, presences) in enumerate(_film(scene, len(frames))):
        frames[index] = developed(picture, shade, grain, index)
        if index % STRIDE == 0:
            labels.append(_labels(scene.actors, presences))
    frames.flags.writeable = False
    return DemoVideo(f"{scene_name}-{seed}", frames, _parts(scene.actors, labels))


def _film(scene: Scene, count: int) -> Iterator[tuple[Field, list[Field]]]:
    """Yield, frame by frame, the picture and every actor's visible presence, at frame size."""
    for index in range(count):
        second = index / FPS
        picture = scene.background.copy()
        visible: list[Field] = []
        for actor in scene.actors:
            painted = actor.process.paint(second, picture)
            if painted.opacity is not None:
                visible = [presence * (1 - painted.opacity) for presence in visible]
            visible.append(painted.presence)
        corner = scene.camera.offset(second)
        yield _cut(picture, corner, scene.size), [_cut(v, corner, scene.size) for v in visible]


def _cut(values: Field, corner: tuple[float, float], size: Size) -> Field:
    """Return the frame's part of the canvas, moved by a sub-pixel offset, bilinear."""
    top, left = int(corner[0]), int(corner[1])
    down, right = corner[0] - top, corner[1] - left
    window = values[top : top + size.height + 1, left : left + size.width + 1]
    if down or right:
        rows = window[:-1] * (1 - down) + window[1:] * down
        return rows[:, :-1] * (1 - right) + rows[:, 1:] * right
    return window[:-1, :-1]


def _labels(
    actors: tuple[Actor, ...], presences: list[Field]
) -> list[tuple[PackedMask, PackedMask]]:
    """Return (mask, void) of every target; a pixel that two claim is void for both."""
    named = [(a, p) for a, p in zip(actors, presences, strict=True) if a.words is not None]
    claims: list[BoolArray] = [presence >= actor.clear for actor, presence in named]
    shared = np.zeros(presences[0].shape, np.int32)
    for claim in claims:
        shared += claim
    labels = []
    for (actor, presence), claim in zip(named, claims, strict=True):
        mask = claim & (shared < 2)
        labels.append((pack(mask), pack((presence >= actor.unclear) & ~mask)))
    return labels


def _parts(
    actors: tuple[Actor, ...], labels: list[list[tuple[PackedMask, PackedMask]]]
) -> tuple[Part, ...]:
    named = [(actor.name, actor.words) for actor in actors if actor.words is not None]
    return tuple(
        Part(name, words, tuple(at[n][0] for at in labels), tuple(at[n][1] for at in labels))
        for n, (name, words) in enumerate(named)
    )
