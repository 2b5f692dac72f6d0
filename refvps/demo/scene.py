"""What a scene is made of: a background, actors and a camera."""

from dataclasses import dataclass, field
from typing import Protocol

from refvps.demo.randomness import Field, Random
from refvps.demo.shading import sway
from refvps.demo.video import Words
from refvps.types import Size

FPS = 24
MARGIN = 8
"""Pixels painted beyond every side of the frame, so that the camera can move."""

LANDSCAPE = Size(240, 320)
PORTRAIT = Size(320, 240)


@dataclass(frozen=True, slots=True)
class Painted:
    """What a process has put into a picture.

    Attributes:
        presence: how much of each pixel is the process, float32 ``[H, W]`` in [0, 1].
        opacity: how much it hides what was painted before, alike; None hides nothing.
    """

    presence: Field
    opacity: Field | None


class Process(Protocol):
    """A simulation that can paint itself."""

    def paint(self, second: float, picture: Field) -> Painted:
        """Advance by one frame to ``second``, blend into the picture ``[H, W, 3]``, report."""
        ...


@dataclass(frozen=True, slots=True)
class Actor:
    """A process on stage.

    Attributes:
        process: simulates and paints.
        name: its part's name; empty for scenery, which is never a target.
        words: what can be said about it; None for scenery.
        unclear: presence from which a pixel is void.
        clear: presence from which a pixel is target.
    """

    process: Process
    name: str = ""
    words: Words | None = None
    unclear: float = 0.25
    clear: float = 0.6


@dataclass(frozen=True, slots=True)
class Camera:
    """A hand-held sway: the frame's offset is a sum of two slow waves a direction.

    Attributes:
        reach: greatest offset in pixels, at most ``MARGIN``.
        turns: waves a second.
        phase: where it starts, in turns.
    """

    reach: float = 0.0
    turns: float = 0.3
    phase: float = 0.0

    def offset(self, second: float) -> tuple[float, float]:
        """Return (row, column) of the frame's corner on the canvas, in [0, 2 MARGIN]."""
        at = second * self.turns + self.phase
        down = 0.35 * sway(at * 1.37 + 0.2) + 0.15 * sway(at * 2.9)
        right = 0.7 * sway(at) + 0.3 * sway(at * 1.9 + 0.4)
        return MARGIN + self.reach * down, MARGIN + self.reach * right


@dataclass(frozen=True, slots=True)
class Scene:
    """A stage ready to be filmed.

    Attributes:
        size: of the frames.
        seconds: length of the video.
        background: float32 ``[H + 2 MARGIN, W + 2 MARGIN, 3]`` in [0, 1].
        actors: painted in this order, so later ones are nearer.
        camera: how the frame moves over the canvas.
    """

    size: Size
    seconds: float
    background: Field
    actors: tuple[Actor, ...]
    camera: Camera = field(default_factory=Camera)


def canvas(size: Size) -> tuple[int, int]:
    """Return the painted shape (H, W) for frames of a size."""
    return size.height + 2 * MARGIN, size.width + 2 * MARGIN


def some_camera(random: Random, reach: float = 4.0) -> Camera:
    """Return a sway of random strength, still in one video of four."""
    strength = 0.0 if random.chance(0.25) else random.uniform(0.4, 1.0)
    return Camera(reach * strength, random.uniform(0.2, 0.45), random.uniform())
