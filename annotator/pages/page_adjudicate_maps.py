"""Where the sides of an adjudication differ: large for one keyframe, small for all of them."""

import itertools
from dataclasses import dataclass, replace

from annotator.adjudication import Case, Choice
from annotator.jobs import Job
from annotator.pages.nodes import Node, el
from annotator.pages.visit import Visit

NAMES = "ABCDEFGHI"
"""Of sides, in order: who is behind them is not shown."""


@dataclass(frozen=True, slots=True)
class Look:
    """What an adjudicator has before their eyes.

    Attributes:
        k: the keyframe; None for the first that is not decided.
        by_time: whether keyframes come in the order of time; else those that differ most first.
        bare: whether without masks.
    """

    k: int | None = None
    by_time: bool = False
    bare: bool = False

    def data(self, **more: object) -> dict[str, object]:
        """Return what a click sends that leaves everything else as it is."""
        return {"k": self.k, "by_time": self.by_time, "bare": self.bare, **more}


@dataclass(frozen=True, slots=True)
class Sight:
    """One job before its adjudicator.

    Attributes:
        visit: who asks.
        job: the adjudication.
        case: what there is to choose between.
        look: what of it is shown.
    """

    visit: Visit
    job: Job
    case: Case
    look: Look

    @property
    def named(self) -> list[tuple[str, int, Job]]:
        """The sides: name, place, job."""
        places = range(len(self.case.sides))
        return list(zip(NAMES, places, self.case.sides, strict=False))

    def map_of(self, choice: Choice, one: int, other: int, width: int) -> str:
        """Return the address of the map of two sides on a keyframe."""
        jobs = (self.case.sides[one], self.case.sides[other])
        revs = "-".join(str(self.visit.project.work(job).head.rev_of(choice.k)) for job in jobs)
        pair = f"sides={jobs[0].job_id},{jobs[1].job_id}"
        place = f"pages/differences/{self.job.job_id}/{choice.k}"
        return self.visit.to(f"{place}?{pair}&width={width}&rev={revs}")


def maps(sight: Sight, choice: Choice) -> list[Node]:
    """Return where every two sides differ on a keyframe, and by how much."""
    pairs = itertools.combinations(sight.named, 2)
    return [
        el(
            "figure.map",
            el(
                "img",
                src=sight.map_of(choice, one, other, 320),
                alt=f"where {name} and {second} differ",
                key=f"map-{one}-{other}",
            ),
            el(
                "figcaption",
                el("strong", f"IoU {percent(iou)}"),
                el("span.legend.first", f"{name} alone"),
                el("span.legend.second", f"{second} alone"),
                el("span.legend.both", "both"),
                el("span.legend.void", "Ignore"),
            ),
        )
        for ((name, one, _), (second, other, _)), iou in zip(pairs, choice.ious, strict=False)
        if choice.labelled(one) and choice.labelled(other)
    ]


def show_strip(sight: Sight) -> Node:
    """Return all keyframes, small: where the first two sides differ, and what was decided."""
    look = sight.look
    shown, other = "in order of time", "those that differ most first"
    if not look.by_time:
        shown, other = other, shown
    turn = replace(look, by_time=not look.by_time).data()
    order = sight.case.order(by_time=look.by_time)
    return el(
        "main.strip-below",
        el(
            "p.row",
            el("span.soft", f"Keyframes, {shown}; the number is the IoU in percent."),
            el("button.quiet", el("kbd", "O"), f" {other}", on=turn),
        ),
        el("div.strip", *(_cell(sight, sight.case.choices[k]) for k in order)),
    )


def names_of(choice: Choice) -> str:
    """Return whose label a keyframe has now, as in "A and B"."""
    return " and ".join(NAMES[side] for side in choice.taken if side < len(NAMES))


def percent(iou: float | None) -> str:
    """Return an IoU in words.

    >>> percent(0.8714), percent(None)
    ('87.1 %', 'cannot be said')
    """
    return "cannot be said" if iou is None else f"{100 * iou:.1f} %"


def _cell(sight: Sight, choice: Choice) -> Node:
    done = f" ✓ {names_of(choice).replace(' and ', '') or 'own'}" if choice.decided else ""
    iou = "?" if choice.iou is None else f"{100 * choice.iou:.0f}"
    source = (
        sight.map_of(choice, 0, 1, 160)
        if choice.labelled(0) and choice.labelled(1)
        else sight.visit.to(f"pages/frames/{sight.job.clip}/0?width=160")
    )
    return el(
        "button.cell.fine" if choice.decided else "button.cell",
        el("img.thumb", src=source, alt="", loading="lazy", key=f"thumb-{choice.k}"),
        el("span", f"{choice.k} · {iou}{done}"),
        on=sight.look.data(k=choice.k),
        aria_pressed="true" if choice.k == sight.look.k else "false",
        title=f"keyframe {choice.k}: IoU {percent(choice.iou)}",
    )
