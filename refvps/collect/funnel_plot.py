"""The funnel as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from refvps import atomic
from refvps.collect.funnel import ConceptCount, Funnel, Loss, Step

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = ("candidates", "fetched", "looked at by a person", "suitable", "clips")
COLOUR, PALE, PAPER = "#c2557e", "#e8d5dd", "#24324a"
MOST_CONCEPTS, MOST_LOSSES = 40, 14
WIDTH, ROW, TITLE = 9.5, 0.2, 0.45
"""Inches: of the picture, from bar to bar, and above each panel."""


def write_funnel(funnel: Funnel, path: Path) -> None:
    """Draw the steps beside the paper's, what was left out, and each concept's clips, as PNG.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    from refvps.drawing.plots import picture

    atomic.write_bytes(path, picture(lambda: _draw(funnel), "png"))


def _draw(funnel: Funnel) -> "Figure":
    from refvps.drawing.plots import new_figure

    concepts = sorted(funnel.concepts, key=lambda c: (-c.clips, -c.candidates, c.concept_id))
    shown = concepts[:MOST_CONCEPTS]
    losses = sorted(funnel.losses, key=lambda each: -each.count)[:MOST_LOSSES]
    steps = [step for step in funnel.steps if step.name in SHOWN]
    texts = [each.concept_id for each in shown] + [_named(each) for each in losses]
    left_rows = len(steps) + max(len(losses), 1)
    rows = max(left_rows + TITLE / ROW, len(shown))
    figure, (top, below, right) = new_figure(WIDTH, 1 + ROW * rows, 3, texts)
    ratios = (len(steps), rows - len(steps))
    grid = figure.add_gridspec(2, 2, height_ratios=ratios)
    for axes, place in ((top, grid[0, 0]), (below, grid[1, 0]), (right, grid[:, 1])):
        axes.set_subplotspec(place)
        axes.grid(visible=False)
        axes.tick_params(left=False)
    _draw_steps(top, steps)
    _draw_losses(below, losses, rows - len(steps))
    _draw_concepts(right, shown, rows, len(concepts) - len(shown))
    if shown:
        figure.legend(frameon=False, loc="outside lower right", ncols=2)
    return figure


def _draw_steps(axes: "Axes", steps: Sequence[Step]) -> None:
    counts = [step.count for step in steps]
    drawn = axes.barh([step.name for step in steps], counts, color=COLOUR)
    axes.bar_label(drawn, [_beside(s.count, s.paper) for s in steps], padding=3, color=PAPER)
    axes.set_title("Candidates left after each step", loc="left")
    _plain(axes, counts, len(steps))


def _draw_losses(axes: "Axes", losses: Sequence[Loss], rows: float) -> None:
    if not losses:
        axes.set_axis_off()
        return
    counts = [each.count for each in losses]
    drawn = axes.barh([_named(each) for each in losses], counts, color=PALE)
    axes.bar_label(drawn, [f"{count:,}" for count in counts], padding=3, color=PAPER)
    axes.set_title("Left out, and why", loc="left")
    _plain(axes, counts, rows)


def _plain(axes: "Axes", counts: Sequence[int], rows: float) -> None:
    """Leave out what the numbers beside the bars say; bars stand at the top, alike in height."""
    axes.set_xlim(0, 1.75 * max(1, *counts))
    axes.spines["left"].set_bounds(-0.5, len(counts) - 0.5)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def _draw_concepts(axes: "Axes", concepts: Sequence[ConceptCount], rows: float, more: int) -> None:
    from matplotlib.ticker import MaxNLocator

    names = [each.concept_id for each in concepts]
    axes.barh(names, [each.candidates for each in concepts], color=PALE, label="candidates")
    axes.barh(names, [each.clips for each in concepts], color=COLOUR, label="clips")
    axes.set_ylim(rows - 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    # The axis stands above the bars, which may end far from the foot of the picture.
    axes.xaxis.tick_top()
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_bounds(-0.5, max(len(names), 1) - 0.5)
    axes.set_title("By concept" + (f" ({more} more not shown)" if more else ""), loc="left")


def _named(loss: Loss) -> str:
    return f"{loss.stage}: {loss.reason}"


def _beside(count: int, paper: str | None) -> str:
    return f"{count:,}" + (f"  (paper {paper})" if paper else "")
