"""The key of a picture: a swatch, the expression, and a number at the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from refvps.drawing.lettering import coverage, line_height, paint
from refvps.drawing.wrapping import wrap
from refvps.overlay import COLOURS, Colour
from refvps.types import UInt8Array

GROUND = Colour(20, 20, 20)
INK = Colour(240, 240, 240)
GREY = Colour(150, 150, 150)
WIDEST_VALUE = "100.0 %"


@dataclass(frozen=True, slots=True)
class Legend:
    """Where the key's lines stand.

    Attributes:
        left: of the swatches, in pixels.
        top: of the first line.
        width: of swatch, text and number.
        text: the size of the letters in pixels.
        entries: the lines of each expression.
    """

    left: int
    top: int
    width: int
    text: int
    entries: tuple[tuple[str, ...], ...]

    @property
    def height(self) -> int:
        """Of all lines."""
        return sum(len(lines) for lines in self.entries) * line_height(self.text)

    def draw(self, canvas: UInt8Array) -> None:
        """Paint swatches and expressions, in place; within ``plain_matplotlib``."""
        top, side = self.top, round(0.75 * self.text)
        for lines, colour in zip(self.entries, COLOURS, strict=False):
            down = top + (line_height(self.text) - side) // 2
            canvas[down : down + side, self.left : self.left + side] = colour
            for line in lines:
                covered = coverage(line, self.text, italic=True)
                paint(canvas, covered, self.left + _indent(self.text), top, INK)
                top += line_height(self.text)

    def draw_values(self, canvas: UInt8Array, values: Sequence[str]) -> None:
        """Paint a number at the right of each expression, in place."""
        top = self.top
        for lines, value in zip(self.entries, values, strict=True):
            covered = coverage(value, self.text)
            paint(canvas, covered, self.left + self.width - covered.shape[1], top, GREY)
            top += len(lines) * line_height(self.text)


def plan_legend(texts: Sequence[str], *, left: int, top: int, width: int, text: int) -> Legend:
    """Return a key whose lines fit a width; to be called within ``plain_matplotlib``."""
    room = width - _indent(text) - coverage(WIDEST_VALUE, text).shape[1] - text
    entries = tuple(
        wrap(item, max(room, 1), lambda line: coverage(line, text, italic=True).shape[1])
        for item in texts
    )
    return Legend(left, top, width, text, entries)


def percent(share: float) -> str:
    """Return a share of the frame as the key writes it.

    >>> percent(0.1234), percent(0.0)
    ('12.3 %', '0.0 %')
    """
    return f"{100 * share:.1f} %"


def _indent(text: int) -> int:
    return round(1.35 * text)
