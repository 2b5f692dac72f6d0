"""Draws concept coverage: J by rank of class, and the share of classes with J >= t."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from benchmark.metrics.coverage import area_under_coverage
from benchmark.report.document import percent
from refvps.drawing.plots import GREY, finish, new_figure, styles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_MARKED = 60
"""Up to so many classes each is marked; more would hide the line."""


class Covered(Protocol):
    """What is drawn of a method."""

    @property
    def label(self) -> str:
        """Its name."""
        ...

    @property
    def scores(self) -> tuple[float, ...]:
        """J of its classes, best first; fractions."""
        ...


def draw_coverage(found: Sequence[Covered], title: str) -> "Figure":
    """Return the picture; to be called within ``plain_matplotlib``."""
    from matplotlib.ticker import MaxNLocator

    figure, (ranked, reached) = new_figure(7.2, 3.5, 2, [title, *(each.label for each in found)])
    for each, style in zip(found, styles(len(found)), strict=True):
        percents = [100 * score for score in each.scores]
        marks = style.points if len(percents) <= MOST_MARKED else {}
        area = percent(area_under_coverage(each.scores))
        places = range(1, len(percents) + 1)
        ranked.plot(places, percents, **style.line, **marks, label=f"{each.label} (area {area})")
        reached.plot(*_stairs(percents), **style.line)
    _frame(ranked, "rank of the class, best first", "J of the class, percent")
    _frame(reached, "t, percent", "share of classes with J ≥ t, percent")
    ranked.set_xlim(0.5, max(len(found[0].scores), 2) + 0.5)
    ranked.xaxis.set_major_locator(MaxNLocator(integer=True))
    reached.set_xlim(-1, 101)
    finish(figure, ranked, title)
    return figure


def _stairs(percents: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return the corners of the share of classes that reach t."""
    across, up = [0.0], [100.0]
    for place, score in enumerate(sorted(percents)):
        left = 100 * (len(percents) - place - 1) / len(percents)
        across += [score, score]
        up += [up[-1], left]
    return across, up


def _frame(axes: "Axes", across: str, up: str) -> None:
    axes.set_ylim(-2, 102)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.axhline(0, color=GREY, linewidth=0.8)
