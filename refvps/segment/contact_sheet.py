"""A contact sheet: frames of a clip, evenly spaced, with their masks and times."""

import io
from collections.abc import Callable, Sequence

import numpy as np

from refvps.drawing.even_places import even_places
from refvps.drawing.lettering import coverage, line_height, paint
from refvps.overlay import overlay_several
from refvps.segment.area import AreaCurve
from refvps.segment.legend import GREY, GROUND, percent, plan_legend
from refvps.segment.scene import outline_for, shown_at
from refvps.segment.shot import Shot
from refvps.types import BoolArray, Size, UInt8Array

WIDTH = 1600
MOST = 12
GAP = 12
TEXT, SMALL = 26, 20

Look = Callable[[int], tuple[UInt8Array, Sequence[BoolArray]]]
"""Returns a frame of the clip by its place, and its masks."""


def draw_sheet(
    shot: Shot, curves: Sequence[AreaCurve], method: str, size: Size, look: Look
) -> UInt8Array:
    """Return the sheet, uint8 ``[H, W, 3]``; to be called within ``plain_matplotlib``.

    Args:
        shot: the clip.
        curves: one an expression.
        method: its name.
        size: of the frames.
        look: reads a frame and its masks.
    """
    places = even_places(len(shot.times), MOST)
    columns = min(len(places), 4 if size.width >= size.height else 6)
    cell = _cell(size, columns)
    pitch = cell.height + line_height(SMALL) + GAP
    rows = -(-len(places) // columns)
    legend = plan_legend(
        [curve.text for curve in curves], left=GAP, top=GAP, width=WIDTH - 2 * GAP, text=TEXT
    )
    top = legend.top + legend.height + line_height(SMALL) + GAP
    canvas = np.empty((top + rows * pitch, WIDTH, 3), np.uint8)
    canvas[:] = GROUND
    legend.draw(canvas)
    legend.draw_values(canvas, [f"{percent(curve.mean_share)}" for curve in curves])
    note = f"method {method}   {len(shot.times)} frames   at the right: mean area"
    paint(canvas, coverage(note, SMALL), GAP, legend.top + legend.height, GREY)
    # A sheet of few frames stands in the middle.
    start = (WIDTH - columns * (cell.width + GAP) + GAP) // 2
    for number, place in enumerate(places):
        row, column = divmod(number, columns)
        left, down = start + column * (cell.width + GAP), top + row * pitch
        pixels, masks = look(place)
        drawn = shown_at(overlay_several(pixels, masks, outline=outline_for(size, cell)), cell)
        canvas[down : down + cell.height, left : left + cell.width] = drawn
        clock = coverage(f"{float(shot.times[place]):.2f} s", SMALL)
        paint(canvas, clock, left, down + cell.height, GREY)
    return canvas


def png_bytes(pixels: UInt8Array) -> bytes:
    """Return an RGB picture as PNG."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def _cell(size: Size, columns: int) -> Size:
    """Return the size frames are shown at in so many columns, at most half a page high."""
    width = (WIDTH - GAP) // columns - GAP
    factor = min(width // size.width, WIDTH // 2 // size.height)
    if factor >= 1:
        return Size(factor * size.height, factor * size.width)
    scale = min(width / size.width, WIDTH / 2 / size.height)
    return Size(max(1, round(scale * size.height)), max(1, round(scale * size.width)))
