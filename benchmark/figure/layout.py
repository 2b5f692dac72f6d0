"""Where everything of a page stands, in whole pixels, so that no picture is resampled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from refvps.drawing.wrapping import breaks_inside, wrap, wrap_name
from refvps.errors import ConfigError
from refvps.types import Size

POINTS_AN_INCH = 72
LINE = 1.3
"""The distance of two lines, in font sizes."""

TIME_POINTS = 6.5
CAPTION_POINTS = 9.0
ID_POINTS = 6.0
KEY_POINTS = 6.0
NOTE_POINTS = 6.0

MARGIN = 3.0
PICTURE_GAP = 1.5
BLOCK_GAP = 11.0
MOST_WIDTH = 230.0
MOST_HEIGHT = 144.0
LEAST_WIDTH = 12.0
LEAST_CAPTION = 220.0

LABELS = ((7.5, 1), (6.5, 1), (5.5, 1), (6.5, 2), (5.5, 2), (4.5, 2), (4.5, 3))
"""Sizes of labels and how many lines they take, the best first; the first that fits is taken."""

Measure = Callable[[str, float, bool], float]
"""Returns the width of a text in points, given its size in points and whether it is italic."""


class Box(NamedTuple):
    """A rectangle in pixels from the page's upper left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is common to all pages.

    Attributes:
        width: of the page at most, in inches.
        dpi: pixels an inch.
        across: blocks side by side.
        columns: pictures side by side in a block.
    """

    width: float
    dpi: int
    across: int
    columns: int

    def pixels(self, points: float) -> int:
        """Return a length in whole pixels."""
        return round(points * self.dpi / POINTS_AN_INCH)


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """The measures of one block, in pixels but for the text.

    Attributes:
        gutter: width of the labels at the left.
        picture: height and width of a picture.
        gap: between pictures.
        columns: pictures side by side.
        labels: the lines of each row's label.
        label_points: their size.
        caption: the lines of the caption.
        below: height of all that is below the pictures.
    """

    gutter: int
    picture: Size
    gap: int
    columns: int
    labels: tuple[tuple[str, ...], ...]
    label_points: float
    caption: tuple[str, ...]
    below: int

    @property
    def width(self) -> int:
        """The whole block's width."""
        return self.gutter + self.columns * (self.picture.width + self.gap) - self.gap

    @property
    def pictures_height(self) -> int:
        """The height of all rows."""
        return len(self.labels) * (self.picture.height + self.gap) - self.gap

    @property
    def height(self) -> int:
        """The whole block's height."""
        return self.pictures_height + self.below

    def box(self, row: int, column: int) -> Box:
        """Return where a picture stands, from the block's upper left corner."""
        height, width = self.picture
        left = self.gutter + column * (width + self.gap)
        return Box(left, row * (height + self.gap), width, height)


@dataclass(frozen=True, slots=True)
class PagePlan:
    """Where the blocks of a page stand.

    Attributes:
        size: of the page, in pixels.
        corners: left and top of every block.
        key_top: where the key of colours stands.
    """

    size: Size
    corners: tuple[tuple[int, int], ...]
    key_top: int


def plan_block(
    sheet: Sheet, size: Size, labels: Sequence[str], caption: str, measure: Measure
) -> BlockPlan:
    """Return the measures of a block.

    Args:
        sheet: the page.
        size: height and width of the clip's frames.
        labels: one a row.
        caption: below the pictures.
        measure: how wide texts are.

    Raises:
        ConfigError: pictures would be too small to see.
    """
    bare = _plan_labels(sheet, size, labels, measure)
    widest = _block_width(sheet)
    width = min(max(bare.width, sheet.pixels(LEAST_CAPTION)), widest) - bare.gutter
    lines = wrap(
        caption,
        width * POINTS_AN_INCH / sheet.dpi,
        lambda text: measure(text, CAPTION_POINTS, True),
    )
    below = sheet.pixels((TIME_POINTS + CAPTION_POINTS * len(lines) + ID_POINTS) * LINE + 2)
    return replace(bare, caption=lines, below=below)


def _plan_labels(sheet: Sheet, size: Size, labels: Sequence[str], measure: Measure) -> BlockPlan:
    """Return a block's measures without a caption: large labels where the pictures are high."""
    gap = sheet.pixels(PICTURE_GAP)
    for points, lines in LABELS:
        gutter = sheet.pixels(lines * points * LINE + 2)
        picture = _picture(sheet, size, _block_width(sheet) - gutter)
        room = picture.height * POINTS_AN_INCH / sheet.dpi
        wrapped = tuple(
            wrap_name(label, room, partial(_width, measure, points)) for label in labels
        )
        plan = BlockPlan(gutter, picture, gap, sheet.columns, wrapped, points, (), 0)
        if max(map(len, wrapped)) <= lines and not any(map(breaks_inside, wrapped)):
            break
    return plan


def _width(measure: Measure, points: float, text: str) -> float:
    return measure(text, points, False)


def plan_page(sheet: Sheet, plans: Sequence[BlockPlan]) -> PagePlan:
    """Return where blocks stand on their page: row by row, ``sheet.across`` a row."""
    margin, gap = sheet.pixels(MARGIN), sheet.pixels(BLOCK_GAP)
    caption = min(sheet.pixels(LEAST_CAPTION), _block_width(sheet))
    wide = max(caption, *(plan.width for plan in plans))
    corners: list[tuple[int, int]] = []
    top = margin
    for start in range(0, len(plans), sheet.across):
        row = plans[start : start + sheet.across]
        corners += [(margin + place * (wide + gap), top) for place in range(len(row))]
        top += max(plan.height for plan in row) + gap
    key_top = top - gap + sheet.pixels(3)
    across = min(sheet.across, len(plans))
    width = 2 * margin + across * (wide + gap) - gap
    height = key_top + sheet.pixels(KEY_POINTS * LINE) + margin
    return PagePlan(Size(height, width), tuple(corners), key_top)


def _block_width(sheet: Sheet) -> int:
    inside = round(sheet.width * sheet.dpi) - 2 * sheet.pixels(MARGIN)
    return (inside - (sheet.across - 1) * sheet.pixels(BLOCK_GAP)) // sheet.across


def _picture(sheet: Sheet, size: Size, room: int) -> Size:
    """Return the size of a picture: as wide as fits, within what is good to look at."""
    gaps = (sheet.columns - 1) * sheet.pixels(PICTURE_GAP)
    width = min(
        (room - gaps) // sheet.columns,
        sheet.pixels(MOST_WIDTH),
        sheet.pixels(MOST_HEIGHT) * size.width // size.height,
    )
    if width < sheet.pixels(LEAST_WIDTH):
        raise ConfigError(
            f"{sheet.columns} pictures side by side do not fit in {sheet.width:g} inches; "
            "show fewer --frames, or raise --width"
        )
    return Size(max(1, round(width * size.height / size.width)), width)
