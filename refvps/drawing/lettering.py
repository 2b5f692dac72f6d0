"""Text as pixels, to be painted on frames of a video."""

from functools import lru_cache

import numpy as np

from refvps.drawing.fonts import face_for
from refvps.overlay import Colour
from refvps.types import UInt8Array

MOST_KEPT = 512
"""How many lines of text are kept drawn; a clock of a clip has a few hundred."""


@lru_cache(maxsize=MOST_KEPT)
def coverage(text: str, pixels: int, *, italic: bool = False, bold: bool = False) -> UInt8Array:
    """Return how much of each pixel a line of text covers, to be drawn within ``plain_matplotlib``.

    Args:
        text: one line.
        pixels: the size of the font.
        italic: whether it is slanted, where the fonts allow.
        bold: whether it is bold.

    Returns:
        uint8 ``[line_height(pixels), w]``, read-only, 255 = wholly covered.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    dpi = 72  # so that a point is a pixel
    figure = Figure(dpi=dpi)
    canvas = FigureCanvasAgg(figure)
    drawn = figure.text(
        0,
        0,
        text,
        fontsize=pixels,
        fontweight="bold" if bold else "normal",
        va="baseline",
        color="black",
        **face_for(text, italic=italic).arguments,
    )
    width, height = int(drawn.get_window_extent().width) + 3, line_height(pixels)
    figure.set_size_inches((width + 0.01) / dpi, (height + 0.01) / dpi)
    # Letters stand on a line a quarter of the way up, below which their tails hang.
    drawn.set_position((1 / width, 0.25))
    figure.patch.set_visible(False)
    canvas.draw()
    covered: UInt8Array = np.asarray(canvas.buffer_rgba())[:height, :width, 3].copy()
    covered.flags.writeable = False
    return covered


def line_height(pixels: int) -> int:
    """Return the height of a line of text in pixels."""
    return round(1.4 * pixels)


def paint(canvas: UInt8Array, covered: UInt8Array, left: int, top: int, colour: Colour) -> None:
    """Paint text onto a canvas, uint8 ``[H, W, 3]``, in place; what sticks out is cut off."""
    left, top = max(left, 0), max(top, 0)
    place = canvas[top : top + covered.shape[0], left : left + covered.shape[1]]
    share = covered[: place.shape[0], : place.shape[1], None].astype(np.uint16)
    mixed = place * (np.uint16(255) - share) + np.array(colour, np.uint16) * share
    place[:] = (mixed + np.uint16(127)) // np.uint16(255)
