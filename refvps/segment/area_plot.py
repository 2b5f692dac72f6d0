"""Draws the area of targets over time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from refvps.drawing.plots import GREY, new_figure
from refvps.drawing.wrapping import wrap
from refvps.overlay import COLOURS
from refvps.segment.area import AreaCurve
from refvps.segment.shot import Shot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 7.2, 3.2
LINE_CHARACTERS = 84
"""About how many characters of a name fit beside its line in the key."""

DASHES = (
    "solid",
    (0, (5, 1.5)),
    (0, (1.2, 1.2)),
    (0, (5, 1.5, 1.2, 1.5)),
    (0, (9, 2)),
    (0, (3, 1)),
)
MOST_MARKED = 40
"""Up to so many frames each is marked; more would hide the line."""


def draw_areas(shot: Shot, curves: Sequence[AreaCurve], title: str) -> "Figure":
    """Return the picture; to be called within ``plain_matplotlib``.

    Curves that lie upon each other stay visible: the first is the widest, and each has dashes of
    its own.
    """
    texts = [title, *(curve.text for curve in curves)]
    names = ["\n".join(wrap(curve.text, LINE_CHARACTERS, len)) for curve in curves]
    lines = sum(name.count("\n") + 1 for name in names)
    figure, (axes,) = new_figure(WIDTH, HEIGHT + 0.16 * max(0, lines - 1), 1, texts)
    times = [float(time) for time in shot.times]
    marks: dict[str, Any] = {"marker": "o", "markersize": 3.5} if len(times) <= MOST_MARKED else {}
    for place, (curve, name) in enumerate(zip(curves, names, strict=True)):
        axes.plot(
            times,
            [100 * share for share in curve.shares],
            color=COLOURS[place].hex,
            linestyle=DASHES[place],
            linewidth=1.7 + 1.5 * (len(curves) - 1 - place),
            label=name,
            **marks,
        )
    axes.set_xlabel("time in the video, seconds")
    axes.set_ylabel("area, percent of the frame")
    axes.set_ylim(bottom=0)
    if axes.get_ylim()[1] < 1:
        axes.set_ylim(top=1)
    axes.axhline(0, color=GREY, linewidth=0.8)
    if len(times) > 1:
        axes.set_xlim(times[0], times[-1])
    figure.legend(loc="outside lower left", ncols=1, frameon=False)
    figure.suptitle(title, x=0.01, ha="left", fontsize=9)
    return figure
