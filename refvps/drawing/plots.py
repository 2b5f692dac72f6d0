"""How pictures of analyses look, and how they become the same bytes every time."""

import io
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from refvps.drawing.fonts import face_for, plain_matplotlib
from refvps.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#1a1a1a"
GREY = "#6b6b6b"
GRID = "#e3e3e3"
DPI = 200
FEATURE, EXTRA = "pictures of an analysis", "plots"

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#56b4e9", "#e69f00")
"""Told apart with every kind of colour-blindness: Okabe and Ito, "Color Universal Design", 2008."""

DASHES = ("solid", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.5, 1.2, 1.5)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

# Nothing that differs between two runs: no date, no version of the program.
METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    "svg": {"Date": None, "Creator": None},
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a method is drawn, so that it can be told apart without colour as well."""

    colour: str
    dashes: Any
    marker: str

    @property
    def line(self) -> dict[str, Any]:
        """The style as keyword arguments of a line."""
        return {"color": self.colour, "linestyle": self.dashes, "linewidth": 1.6}

    @property
    def points(self) -> dict[str, Any]:
        """The style as keyword arguments of markers."""
        return {"marker": self.marker, "markersize": 4.5, "markerfacecolor": "white"}


def styles(number: int) -> tuple[Style, ...]:
    """Return a style for each of some methods; the first 28 differ."""
    return tuple(
        Style(colour, DASHES[(index // len(COLOURS) + index % len(COLOURS)) % len(DASHES)], marker)
        for index, (colour, marker) in enumerate(
            islice(zip(cycle(COLOURS), cycle(MARKERS), strict=False), number)
        )
    )


def require_matplotlib() -> None:
    """Raise ``MissingExtraError`` if pictures cannot be drawn."""
    try:
        import matplotlib  # noqa: F401, ICN001 - only whether it is there
    except ImportError as error:
        raise MissingExtraError(FEATURE, EXTRA) from error


def new_figure(
    width: float, height: float, panels: int, texts: Iterable[str]
) -> "tuple[Figure, list[Axes]]":
    """Return a figure with panels side by side, plain and legible in print.

    Args:
        width: inches.
        height: inches.
        panels: how many.
        texts: every text of the user's that will be drawn, so that fonts can be found for it.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    families: dict[str, None] = {}
    for text in texts:
        families |= dict.fromkeys(face_for(text).families)
    mpl.rcParams.update(
        {
            "font.family": list(families) or ["DejaVu Sans"],
            "font.size": 8.5,
            "axes.titlesize": 9,
            "text.parse_math": False,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": GREY,
            "xtick.color": GREY,
            "ytick.color": GREY,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "pdf.fonttype": 42,
            "svg.hashsalt": "refvps",
        }
    )
    figure = Figure(figsize=(width, height), layout="constrained")
    found = [figure.add_subplot(1, panels, place + 1) for place in range(panels)]
    for axes in found:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
    return figure, found


def finish(figure: "Figure", labelled: "Axes", title: str) -> None:
    """Put a title above the panels, and below them the methods drawn in one of them."""
    handles, labels = labelled.get_legend_handles_labels()
    widest = max(map(len, labels))
    lines = math.ceil(len(labels) / max(1, 96 // (widest + 8)))
    columns = math.ceil(len(labels) / lines)
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False)
    figure.suptitle(title, x=0.01, ha="left", fontsize=9)


def picture(draw: "Callable[[], Figure]", form: str) -> bytes:
    """Return a drawing as a file: the same bytes for the same drawing on one machine.

    Args:
        draw: makes the figure; it is called with matplotlib's own defaults in force.
        form: "png", "pdf" or "svg".

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    with plain_matplotlib(FEATURE, EXTRA):
        buffer = io.BytesIO()
        draw().savefig(buffer, format=form, dpi=DPI, metadata=METADATA[form])
    return buffer.getvalue()
