"""Rings and wakes on still water: the wave equation, lit as a surface."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from refvps.demo.physics.water import WaveTank
from refvps.demo.randomness import Field, index_grid
from refvps.demo.scene import Painted
from refvps.demo.shading import blur, clamp, enlarged, flat, over, smoothstep
from refvps.demo.shapes import covered, stroke

Path = Callable[[float], tuple[float, float] | None]
"""Where the water is pushed at a second, as (row, column) in pixels; None: nowhere."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What pushes the water.

    Attributes:
        where: path of the push.
        radius: of the push, in pixels.
        strength: of one push.
        beat: pushes a second that alternate in sign; 0 pushes steadily down.
    """

    where: Path
    radius: float
    strength: float
    beat: float


class Ripples:
    """Waves of one disturbance; light from all waves on a pond simply adds up."""

    def __init__(self, shape: tuple[int, int], disturbance: Disturbance) -> None:
        self._shape, self._disturbance = shape, disturbance
        half = (shape[0] // 2, shape[1] // 2)
        self._tank = WaveTank(half, 0.5, 0.985)
        self._energy = np.zeros(half, np.float32)
        self._rows, self._columns = index_grid(*half)

    def paint(self, second: float, picture: Field) -> Painted:
        """Push, run three steps of the wave equation, add glints and refracted light."""
        tank = self._tank
        for part in range(3):
            self._push(second + part / 72)
            tank.step()
        height = tank.height
        right = np.zeros_like(height)
        down = np.zeros_like(height)
        right[:, 1:-1] = height[:, 2:] - height[:, :-2]
        down[1:-1] = height[2:] - height[:-2]
        light = clamp(-1.2 * right - 1.6 * down, -0.3, 0.5)
        glint = clamp(light - 0.08, 0.0, 0.35)
        self._refract(picture, enlarged(down, self._shape), enlarged(right, self._shape))
        picture *= (1 + 1.5 * enlarged(light, self._shape))[..., None]
        shine = enlarged(3.2 * glint * glint + 0.35 * light, self._shape)
        for channel, tint in enumerate((0.8, 0.95, 1.0)):
            picture[..., channel] += tint * shine
        slope = np.sqrt(right * right + down * down)
        self._energy = np.maximum(self._energy * 0.8, slope)
        presence = smoothstep(0.01, 0.035, blur(self._energy, 3))
        return Painted(enlarged(presence, self._shape), None)

    def _refract(self, picture: Field, down: Field, right: Field) -> None:
        """Shift what lies below by the slope of the surface, to the nearest pixel."""
        height, width = self._shape
        rows, columns = index_grid(height, width)
        row = np.clip((rows + 60 * down + 0.5).astype(np.int32), 0, height - 1)
        column = np.clip((columns + 60 * right + 0.5).astype(np.int32), 0, width - 1)
        picture[...] = picture.reshape(-1, 3)[row * width + column]

    def _push(self, second: float) -> None:
        disturbance = self._disturbance
        at = disturbance.where(second)
        if at is None:
            return
        down, right = self._rows - at[0] / 2, self._columns - at[1] / 2
        radius = disturbance.radius / 2
        shape = clamp(1 - (down * down + right * right) / (radius * radius))
        turn = second * disturbance.beat
        sign = 1.0 if disturbance.beat == 0 or turn - turn // 1 < 0.5 else -1.0
        self._tank.height -= shape * shape * (sign * disturbance.strength)


class Swimmer:
    """Scenery: a duck from above, swimming along a path."""

    def __init__(self, shape: tuple[int, int], path: Path) -> None:
        self._path = path
        self._rows, self._columns = index_grid(*shape)

    def paint(self, second: float, picture: Field) -> Painted:
        """Paint body, wings and head where the path is now, facing along it."""
        at, behind = self._path(second), self._path(second - 0.06)
        if at is None:
            nothing = np.zeros((len(self._rows), self._columns.shape[1]), np.float32)
            return Painted(nothing, None)
        behind = at if behind is None else behind
        ahead = (at[0] - behind[0], at[1] - behind[1])
        far = max(abs(ahead[0]), abs(ahead[1]), 1e-3)
        ahead = (ahead[0] / far, ahead[1] / far)
        tail = (at[0] - 7 * ahead[0], at[1] - 7 * ahead[1])
        head = (at[0] + 8 * ahead[0], at[1] + 8 * ahead[1])
        beak = (at[0] + 13 * ahead[0], at[1] + 13 * ahead[1])
        body = covered(stroke(self._rows, self._columns, tail, at) - 5.5)
        over(
            picture,
            flat((0.8, 0.52, 0.12)),
            covered(stroke(self._rows, self._columns, head, beak) - 1.3),
        )
        wing = stroke(self._rows, self._columns, tail, at)
        over(picture, flat((0.78, 0.74, 0.66)) * (1.1 - 0.07 * wing)[..., None], body)
        crown = covered(stroke(self._rows, self._columns, head, head) - 3.4)
        over(picture, flat((0.22, 0.36, 0.24)), crown)
        return Painted(body, np.maximum(body, crown))
