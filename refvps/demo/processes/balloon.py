"""A balloon that loses or gains air, hangs from or tugs at its string."""

from dataclasses import dataclass

from refvps.demo.randomness import Field, Random, index_grid, noise_tile, sample
from refvps.demo.scene import Painted
from refvps.demo.shading import Colour, clamp, ease, flat, over, sway
from refvps.demo.shapes import blend, covered, ellipse, stroke


@dataclass(frozen=True, slots=True)
class Balloon:
    """A balloon on a string; lengths in pixels, times in seconds.

    Attributes:
        knot: (row, column) of the knot when it stands upright.
        radius: half its width when full.
        start: when the air begins to move.
        end: when it stops.
        before: part of the full size at first.
        after: part of the full size at last.
        colour: of the rubber.
        pole: row where the string is tied, below the knot.
    """

    knot: tuple[float, float]
    radius: float
    start: float
    end: float
    before: float
    after: float
    colour: Colour
    pole: float


class AirBalloon:
    """Volume follows the air; a slack skin wrinkles, tilts and sinks."""

    def __init__(self, shape: tuple[int, int], balloon: Balloon, random: Random) -> None:
        self._balloon = balloon
        self._rows, self._columns = index_grid(*shape)
        self._folds, self._phase = noise_tile(random, 16, 2), random.uniform()
        self._side = 1.0 if random.chance(0.5) else -1.0

    def paint(self, second: float, picture: Field) -> Painted:
        """Shape the balloon for the air that is in it and shade it as glossy rubber."""
        balloon = self._balloon
        part = ease(balloon.start, balloon.end, second)
        full = balloon.before + (balloon.after - balloon.before) * part
        slack = max(0.0, 1 - full)
        wave = sway(second * 0.55 + self._phase)
        tremble = 0.8 * sway(second * 5.3) if balloon.start < second < balloon.end else 0.0
        row, column = balloon.knot
        row += balloon.radius * 1.0 * slack
        column += self._side * balloon.radius * 0.55 * slack + 4 * wave * full + tremble
        tall, wide = balloon.radius * 1.22 * full, balloon.radius * full * (1 - 0.12 * slack)
        lean = self._side * tall * 0.5 * slack * slack + 3 * wave
        centre = (row - tall * 0.98, column + lean)
        folds = sample(self._folds, (self._rows - row) * 2.2, (self._columns - column) * 1.2) - 0.5
        shape = ellipse(self._rows, self._columns, centre, (tall, wide)) + 7 * slack * folds
        neck = stroke(
            self._rows, self._columns, (row + 3, column), (row - tall * 0.35, column + 0.4 * lean)
        )
        shape = blend(shape, neck - 2.0, 7 * full + 2)
        self._string(picture, (row + 3, column))
        down, right = (self._rows - centre[0]) / tall, (self._columns - centre[1]) / wide
        bump = 0.9 * slack * folds
        facing = clamp(0.62 - 0.42 * right - 0.45 * down + bump)
        spot_down, spot_right = down + 0.42 + 0.3 * bump, right + 0.36
        shine = clamp(1 - 9 * (spot_down * spot_down + spot_right * spot_right))
        rim = clamp(down * down + right * right - 0.55) * 0.5
        tone = flat(balloon.colour) * (0.3 + 0.85 * facing + rim)[..., None]
        alpha = covered(shape)
        over(picture, tone + (0.75 * shine * shine * full)[..., None], 0.97 * alpha)
        return Painted(alpha, alpha)

    def _string(self, picture: Field, top: tuple[float, float]) -> None:
        end = (self._balloon.pole, self._balloon.knot[1])
        line = stroke(self._rows, self._columns, top, end)
        over(picture, flat((0.3, 0.28, 0.27)), 0.6 * clamp(1.1 - line))
