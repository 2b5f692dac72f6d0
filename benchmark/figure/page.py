"""Draws a page of blocks with matplotlib, and saves it the same way every time."""

import io
from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmark.figure.block import NO_J, NOT_ANNOTATED, Block
from benchmark.figure.layout import (
    CAPTION_POINTS,
    ID_POINTS,
    KEY_POINTS,
    LINE,
    NOTE_POINTS,
    POINTS_AN_INCH,
    TIME_POINTS,
    BlockPlan,
    Box,
    PagePlan,
    Sheet,
)
from refvps.drawing.fonts import Face, face_for
from refvps.drawing.wrapping import reads_leftwards
from refvps.overlay import TARGET, VOID
from refvps.types import Size

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#1a1a1a"
GREY = "#6b6b6b"
KEY = ((TARGET.hex, "target"), (VOID.hex, "Ignore, not scored"))
KEY_OF_J = "J in percent"
KEY_OF_NO_J = f"{NO_J} not annotated"
CREATOR = "refvps figure"


def draw_page(
    sheet: Sheet, page: PagePlan, blocks: Sequence[Block], plans: Sequence[BlockPlan]
) -> "Figure":
    """Return a page, drawn; to be called within ``plain_matplotlib``."""
    from matplotlib.figure import Figure

    height, width = page.size
    # The hundredth keeps the number of pixels from being rounded down.
    inches = ((width + 0.01) / sheet.dpi, (height + 0.01) / sheet.dpi)
    figure = Figure(figsize=inches, dpi=sheet.dpi)
    axes = figure.add_axes((0, 0, width / (width + 0.01), height / (height + 0.01)))
    axes.set_axis_off()
    for (left, top), block, plan in zip(page.corners, blocks, plans, strict=True):
        _draw_block(axes, sheet, block, plan, (left, top))
    notes = {picture.note for block in blocks for row in block.rows for picture in row}
    _draw_key(axes, sheet, page, notes, left=page.corners[0][0] + plans[0].gutter)
    axes.set(xlim=(0, width), ylim=(height, 0))
    return figure


def png_of(figure: "Figure", size: Size) -> bytes:
    """Return a page as an RGB PNG without a date."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    _resample(figure, "auto")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[: size.height, : size.width, :3]
    buffer = io.BytesIO()
    dpi = figure.dpi
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, format="PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


class PdfFile:
    """Collects pages as a PDF: text as text, fonts embedded, pictures at their own size."""

    def __init__(self, *, postscript: bool) -> None:
        """Start an empty file, in memory; to be used within ``plain_matplotlib``.

        Args:
            postscript: whether a font with PostScript outlines is used, see ``Face``.
        """
        import matplotlib as mpl
        from matplotlib.backends.backend_pdf import PdfPages

        # 42 embeds TrueType fonts, which publishers ask for. PostScript outlines would be labelled
        # wrongly by it; type 3 draws any outline.
        mpl.rcParams["pdf.fonttype"] = 3 if postscript else 42
        self._buffer = io.BytesIO()
        # None leaves an entry out; with a date the bytes would differ from run to run.
        metadata: dict[str, Any] = {"Creator": CREATOR, "Producer": None, "CreationDate": None}
        self._pages = PdfPages(self._buffer, metadata=metadata)

    def add(self, figure: "Figure") -> None:
        """Add a page."""
        _resample(figure, "none")
        self._pages.savefig(figure, dpi=figure.dpi)

    def content(self) -> bytes:
        """Close the file and return its bytes."""
        self._pages.close()
        return self._buffer.getvalue()


@cache
def text_width(text: str, points: float, italic: bool) -> float:
    """Return the width of a line of text in points, as drawn."""
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.figure import Figure

    dpi = 10 * POINTS_AN_INCH
    figure = Figure(dpi=dpi)
    drawn = figure.text(0, 0, text, fontsize=points, **face_for(text, italic=italic).arguments)
    return float(drawn.get_window_extent(RendererAgg(1, 1, dpi)).width) / 10


def _draw_block(
    axes: "Axes", sheet: Sheet, block: Block, plan: BlockPlan, corner: tuple[int, int]
) -> None:
    left, top = corner
    for row, pictures in enumerate(block.rows):
        for column, picture in enumerate(pictures):
            box = plan.box(row, column)
            place = Box(left + box.left, top + box.top, box.width, box.height)
            right, bottom = place.left + place.width, place.top + place.height
            axes.imshow(
                picture.pixels, extent=(place.left, right, bottom, place.top), aspect="auto"
            )
            if picture.note:
                _draw_note(axes, sheet, picture.note, place)
    _draw_labels(axes, sheet, plan, corner)
    below = top + plan.pictures_height
    for column, time in enumerate(block.times):
        box = plan.box(0, column)
        middle = left + box.left + box.width / 2
        _write(axes, (middle, below + sheet.pixels(1.5)), time, TIME_POINTS, ha="center")
    below += sheet.pixels(TIME_POINTS * LINE + 2)
    start = left + plan.gutter
    # One face for all lines of a caption, so that a single word does not change their slant.
    face = face_for(block.caption, italic=True)
    leftwards = reads_leftwards(block.caption)
    at, side = (left + plan.width, "right") if leftwards else (start, "left")
    for line in plan.caption:
        _write(axes, (at, below), line, CAPTION_POINTS, face=face, ha=side)
        below += sheet.pixels(CAPTION_POINTS * LINE)
    _write(axes, (start, below), block.query_id, ID_POINTS, color=GREY)


def _draw_labels(axes: "Axes", sheet: Sheet, plan: BlockPlan, corner: tuple[int, int]) -> None:
    style: dict[str, Any] = {"rotation": 90, "ha": "right", "va": "center"}
    line_width = plan.label_points * LINE
    for row, lines in enumerate(plan.labels):
        box = plan.box(row, 0)
        middle = corner[1] + box.top + box.height / 2
        for place, line in enumerate(reversed(lines)):
            # Turned text reads upwards, so its last line stands next to the pictures.
            right = corner[0] + plan.gutter - sheet.pixels(2 + line_width * place)
            _write(axes, (right, middle), line, plan.label_points, **style)


def _draw_note(axes: "Axes", sheet: Sheet, note: str, place: Box) -> None:
    inset = sheet.pixels(3)
    points = min(NOTE_POINTS, place.width * POINTS_AN_INCH / sheet.dpi / 9)
    axes.text(
        place.left + place.width - inset,
        place.top + place.height - inset,
        note,
        fontsize=points,
        color="white",
        ha="right",
        va="baseline",
        bbox={"boxstyle": "square,pad=0.25", "facecolor": (0, 0, 0, 0.6), "linewidth": 0},
        **face_for(note).arguments,
    )


def _draw_key(
    axes: "Axes", sheet: Sheet, page: PagePlan, notes: Collection[str | None], *, left: int
) -> None:
    """Say what the colours and the notes in the pictures mean, as far as there is room."""
    from matplotlib.patches import Rectangle

    side, line = sheet.pixels(KEY_POINTS * 0.8), sheet.pixels(KEY_POINTS * LINE)
    items: list[tuple[str | None, str]] = list(KEY)
    if any(note not in (None, NO_J, NOT_ANNOTATED) for note in notes):
        items.append((None, KEY_OF_J))
    if NO_J in notes:
        items.append((None, KEY_OF_NO_J))
    for colour, text in items:
        swatch = 0 if colour is None else side + sheet.pixels(2.5)
        end = left + swatch + sheet.pixels(text_width(text, KEY_POINTS, False))
        if end > page.size.width:
            return
        if colour is not None:
            corner = (left, page.key_top + (line - side) / 2)
            axes.add_patch(Rectangle(corner, side, side, facecolor=colour, linewidth=0))
        _write(axes, (left + swatch, page.key_top), text, KEY_POINTS, color=GREY)
        left = end + sheet.pixels(9)


def _write(
    axes: "Axes",
    place: tuple[float, float],
    text: str,
    points: float,
    *,
    face: Face | None = None,
    **style: Any,  # noqa: ANN401 - passed on to matplotlib's text
) -> None:
    """Write a line; ``place`` is its left and the top of its letters, unless styled otherwise."""
    arguments = (face or face_for(text)).arguments
    axes.text(*place, text, fontsize=points, **{"color": INK, "va": "top", **arguments, **style})


def _resample(figure: "Figure", how: str) -> None:
    """Set how pictures meet the page: "none" embeds them as they are, "auto" fits pixels."""
    for axes in figure.axes:
        for image in axes.images:
            image.set_interpolation(how)
