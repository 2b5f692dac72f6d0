"""Draws J by motion, change of shape and expression length: one panel each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from benchmark.analysis.factors import LENGTH, MOTION, SHAPE_CHANGE, Bin, Factor
from benchmark.report.document import FEW_VIDEOS
from refvps.drawing.plots import Style, finish, new_figure, styles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = {
    MOTION: "centroid shift a step / √area",
    SHAPE_CHANGE: "1 − J of aligned masks a step",
    LENGTH: "words in the expression",
}

DODGE = 0.09
"""How far the methods of a bin stand apart, of the distance between bins."""

WIDEST = 0.6
"""How far the first and the last of many methods stand apart."""


class Failing(Protocol):
    """What is drawn of a method."""

    @property
    def label(self) -> str:
        """Its name."""
        ...

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Motion, shape change and expression length."""
        ...


def draw_failures(found: Sequence[Failing], data: str) -> "Figure":
    """Return the picture; to be called within ``plain_matplotlib``."""
    bins = [own for each in found for factor in each.factors for own in factor.bins]
    bars = ", bars are 95 % intervals over videos" if any(map(_shown, bins)) else ""
    title = f"{data}: J by equal-count bins{bars}; ρ is Spearman's, a value a panel"
    figure, panels = new_figure(7.2, 3.3, 3, [title, *(each.label for each in found)])
    highest = max(0.05, *map(_top, bins))
    dodge = min(DODGE, WIDEST / len(found))
    for index, axes in enumerate(panels):
        for place, (each, style) in enumerate(zip(found, styles(len(found)), strict=True)):
            shift = dodge * (place - (len(found) - 1) / 2)
            _draw(axes, each.factors[index].bins, style, shift, _labelled(each))
        factor = found[0].factors[index]
        axes.set_xticks(range(len(factor.bins)), [_range(own) for own in factor.bins])
        axes.set_xlim(-0.5, max(len(factor.bins), 1) - 0.5)
        axes.set_ylim(-2 * highest, min(102.0, 108 * highest))
        axes.tick_params(axis="x", labelsize=7)
        axes.set_xlabel(AXES[factor.name])
        axes.set_title(factor.name, loc="left")
    panels[0].set_ylabel("J, percent")
    for axes in panels[1:]:
        axes.tick_params(axis="y", labelleft=False)
    finish(figure, panels[-1], title)
    return figure


def _draw(axes: "Axes", bins: Sequence[Bin], style: Style, shift: float, label: str) -> None:
    places = [place + shift for place in range(len(bins))]
    axes.plot(places, [100 * own.j for own in bins], **style.line, **style.points, label=label)
    sure = [(x, own) for x, own in zip(places, bins, strict=True) if _shown(own)]
    for x, own in sure:
        low, high = own.interval or (own.j, own.j)
        axes.plot([x, x], [100 * low, 100 * high], color=style.colour, linewidth=1, zorder=1.5)


def _shown(own: Bin) -> bool:
    return own.interval is not None and own.videos >= FEW_VIDEOS


def _top(own: Bin) -> float:
    return own.interval[1] if own.interval is not None and _shown(own) else own.j


def _labelled(found: Failing) -> str:
    """Return a method with its rank correlations, in the order of the panels."""
    texts = ["–" if f.rho is None else f"{f.rho:.2f}".replace("-", "−") for f in found.factors]
    return f"{found.label} (ρ {', '.join(texts)})"


def _range(own: Bin) -> str:
    low, high = f"{own.low:.2g}", f"{own.high:.2g}"
    joint = "–" if len(low + high) < 7 else "–\n"
    return low if low == high else f"{low}{joint}{high}"
