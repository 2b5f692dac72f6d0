"""Lava: glowing where it is fresh, a dark crust where it has cooled."""

from dataclasses import dataclass

import numpy as np

from refvps.demo.physics.lava import ThickFlow
from refvps.demo.randomness import Field, Random, index_grid, noise_tile, scroll
from refvps.demo.scene import Painted
from refvps.demo.shading import blur, clamp, ease, enlarged, lighten, lit, over, ramp, smoothstep

GLOW = (
    (0.1, (0.07, 0.05, 0.05)),
    (0.3, (0.3, 0.04, 0.02)),
    (0.52, (0.85, 0.2, 0.03)),
    (0.75, (1.0, 0.55, 0.1)),
    (1.0, (1.0, 0.92, 0.6)),
)


@dataclass(frozen=True, slots=True)
class Vent:
    """Where lava wells up; lengths in pixels, times in seconds.

    Attributes:
        at: (row, column).
        radius: of the vent.
        start: when it opens.
        stop: when it runs dry.
        supply: depth added in a step.
        cooling: of a thin flow in a step.
    """

    at: tuple[float, float]
    radius: float
    start: float
    stop: float
    supply: float
    cooling: float


class Lava:
    """A thick flow at half size over given terrain."""

    def __init__(self, terrain: Field, vent: Vent, random: Random) -> None:
        self._vent = vent
        self._flow = ThickFlow(terrain, vent.cooling)
        rows, columns = index_grid(*terrain.shape)
        down, right = rows - vent.at[0] / 2, columns - vent.at[1] / 2
        self._source = clamp(1.5 - np.sqrt(down * down + right * right) / (vent.radius / 2))
        self._crust, self._wobble = noise_tile(random, 32, 4, 0.6), noise_tile(random, 8, 2)
        self._moved = 0.0

    def paint(self, second: float, picture: Field) -> Painted:
        """Run ten steps and paint relief, crust and glow."""
        vent, flow = self._vent, self._flow
        open_now = ease(vent.start, vent.start + 0.3, second) * ease(
            vent.stop, vent.stop - 0.4, second
        )
        pulse = scroll(self._wobble, second * 60, 0, (1, 1))[0, 0]
        for _ in range(10):
            if open_now > 0:
                flow.pour(self._source * (vent.supply * open_now * (0.6 + 0.8 * float(pulse))))
            flow.step()
        self._moved += 1.2 * open_now
        shape = (picture.shape[0], picture.shape[1])
        depth, heat = enlarged(blur(flow.depth, 2), shape), enlarged(blur(flow.heat, 1), shape)
        plates = scroll(self._crust, -self._moved, 0, shape)
        cracks = smoothstep(0.12, 0.0, np.abs(plates - 0.5))
        shown = clamp(
            heat * 1.25
            - 0.65 * smoothstep(0.35, 0.65, plates) * (1.15 - heat)
            + 0.3 * cracks * heat
        )
        facing, _ = lit(depth * 0.5 + 0.25 * plates, 5.0)
        body = smoothstep(0.03, 0.1, depth)
        glow = ramp(shown, GLOW)
        dull = (0.45 + 0.8 * facing) * (1 - shown) + shown
        over(picture, glow * dull[..., None], body)
        lighten(picture, (0.6, 0.16, 0.02), 0.7 * blur(body * shown * shown, 4))
        return Painted(body, body)
