"""Where everything of a video stands, in pixels."""

from collections.abc import Callable
from dataclasses import dataclass

from refvps.drawing.lettering import line_height
from refvps.drawing.wrapping import wrap
from refvps.errors import ConfigError
from refvps.types import Size

GAP = 8
LEAST_PANEL = 320
"""Smaller frames are enlarged by whole factors up to this width, so that text beside them fits."""
LEAST_SHOWN = 48
MOST_IN_A_ROW = 3
MOST_IN_TWO_ROWS = 8

Measure = Callable[[str, int], float]
"""Returns how many pixels wide a slanted text is at a size in pixels."""


@dataclass(frozen=True, slots=True)
class VideoPlan:
    """The measures of a video, in pixels.

    Attributes:
        frame: height and width of the clip's frames.
        panel: height and width they are shown at.
        columns: panels side by side.
        rows: of panels.
        text: size of the labels.
        caption: the lines of the expression.
    """

    frame: Size
    panel: Size
    columns: int
    rows: int
    text: int
    caption: tuple[str, ...]

    @property
    def caption_text(self) -> int:
        """The size of the caption's letters."""
        return round(1.15 * self.text)

    @property
    def small_text(self) -> int:
        """The size of the smallest letters."""
        return round(0.8 * self.text)

    @property
    def inside(self) -> int:
        """The width between the margins."""
        return self.columns * (self.panel.width + GAP) - GAP

    @property
    def footer_top(self) -> int:
        """Where the caption starts."""
        return GAP // 2 + self.rows * self._row_height

    @property
    def size(self) -> Size:
        """Of the video: both even, as the colour format of every player needs."""
        footer = len(self.caption) * line_height(self.caption_text) + line_height(self.small_text)
        height, width = self.footer_top + footer + GAP, self.inside + 2 * GAP
        return Size(height + height % 2, width + width % 2)

    def corner(self, place: int) -> tuple[int, int]:
        """Return left and top of a panel; its label stands right above it."""
        row, column = divmod(place, self.columns)
        top = GAP // 2 + row * self._row_height + line_height(self.text)
        return GAP + column * (self.panel.width + GAP), top

    @property
    def _row_height(self) -> int:
        return line_height(self.text) + self.panel.height + GAP


def plan_video(
    frame: Size, panels: int, caption: str, *, most_width: int, measure: Measure
) -> VideoPlan:
    """Return the measures of a video.

    Panels stand in one row up to three, and where frames are higher than wide; else in two or
    three rows, which leaves each of them more room.

    Args:
        frame: height and width of the clip's frames.
        panels: how many there are.
        caption: the expression.
        most_width: of the video.
        measure: how wide texts are.

    Raises:
        ConfigError: the panels would be too small to see.
    """
    rows = 1 if panels <= MOST_IN_A_ROW else 2 if panels <= MOST_IN_TWO_ROWS else 3
    if frame.height > frame.width:
        rows = max(1, rows - 1)
    columns = -(-panels // rows)
    widest = (most_width - (columns + 1) * GAP) // columns
    # A video is no higher than wide, or it would be scaled down on every screen.
    widest = min(widest, most_width * frame.width // (rows * frame.height))
    if widest < LEAST_SHOWN:
        raise ConfigError(
            f"{panels} panels do not fit in {most_width} pixels; raise --video-width, or compare "
            "fewer methods"
        )
    panel = _panel(frame, widest)
    # Legible where the video is shown at the width of a page, and no louder than that.
    text = max(12, round(panel.width * 0.034), round(columns * panel.width / 85))
    plan = VideoPlan(frame, panel, columns, rows, text, ())
    lines = wrap(
        caption,
        plan.inside - measure("00.00 s / 00.00 s", text) - 2 * text,
        lambda line: measure(line, plan.caption_text),
    )
    return VideoPlan(frame, panel, columns, rows, text, lines)


def _panel(frame: Size, widest: int) -> Size:
    factor = min(LEAST_PANEL, widest) // frame.width
    if factor >= 1:
        return Size(factor * frame.height, factor * frame.width)
    width = min(frame.width, widest)
    return Size(max(1, round(width * frame.height / frame.width)), width)
