"""The funnel as a picture."""

from pathlib import Path
from typing import TYPE_CHECKING

from refvps import atomic
from refvps.collect.funnel import Funnel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = ("candidates", "fetched", "looked at by a person", "suitable", "clips")
COLOUR, PAPER = "#c2557e", "#24324a"
MOST_CONCEPTS = 40


def write_funnel(funnel: Funnel, path: Path) -> None:
    """Draw the steps beside the paper's, and the clips of each concept, as PNG.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    from refvps.drawing.plots import picture

    atomic.write_bytes(path, picture(lambda: _draw(funnel), "png"))


def _draw(funnel: Funnel) -> "Figure":
    from refvps.drawing.plots import new_figure

    concepts = sorted(funnel.concepts, key=lambda c: (-c.clips, -c.candidates, c.concept_id))
    rest = concepts[MOST_CONCEPTS:]
    concepts = concepts[:MOST_CONCEPTS]
    texts = [concept.concept_id for concept in concepts]
    height = max(3.2, 1.4 + 0.2 * len(concepts))
    figure, (left, right) = new_figure(9.5, height, 2, texts)
    steps = [step for step in funnel.steps if step.name in SHOWN][::-1]
    for axes in (left, right):
        axes.grid(visible=False)
        axes.tick_params(left=False)
    drawn = left.barh([step.name for step in steps], [s.count for s in steps], color=COLOUR)
    left.bar_label(drawn, [_beside(s.count, s.paper) for s in steps], padding=3, color=PAPER)
    left.margins(x=0.35)
    # Bars of both sides are about as thick; those of the steps stand at the top.
    left.set_ylim(len(steps) - 0.5 - max(len(steps), 0.6 * len(concepts)), len(steps) - 0.5)
    right.margins(y=0.01)
    left.set_title("Candidates left after each step", loc="left")
    names = texts[::-1]
    right.barh(names, [c.candidates for c in concepts[::-1]], color="#e8d5dd", label="candidates")
    right.barh(names, [c.clips for c in concepts[::-1]], color=COLOUR, label="clips")
    more = f" ({len(rest)} more concepts not shown)" if rest else ""
    right.set_title(f"By concept{more}", loc="left")
    if concepts:
        figure.legend(frameon=False, loc="outside lower right", ncols=2)
    return figure


def _beside(count: int, paper: str | None) -> str:
    return f"{count:,}" + (f"  (paper {paper})" if paper else "")
