"""Progress: per clip, per annotator, and how long a keyframe takes beside the plan."""

from collections.abc import Sequence

from annotator.activity import PLANNED_SECONDS
from annotator.jobs import LABELS, Kind
from annotator.pages.nodes import Node, bar, el, table
from annotator.pages.parts import STATES
from annotator.pages.shell import Shell, nothing
from annotator.pages.visit import JUDGES, Visit
from annotator.progress import Progress, grouped, total
from annotator.project import WRITERS


def build(shell: Shell) -> None:
    """Make the page."""
    with shell.page("progress", "Progress", JUDGES) as page:
        view = shell.view("progress")
        page.load(lambda visit: {view: show(visit)}, view)


def show(visit: Visit) -> Node:
    """Return the page's content."""
    found = visit.meter.all()
    if not found:
        return el("main", el("h1", "Progress"), nothing("Nothing is assigned yet."))
    labels = [each for each in found if each.job.kind in LABELS]
    texts = [each for each in found if each.job.kind is Kind.EXPRESSION]
    return el(
        "main",
        el("div.title", el("h1", "Progress")),
        _tiles(labels, texts),
        el("h2", "People"),
        _people(labels, texts),
        el("h2", "Clips"),
        _clips(visit, found),
    )


def _tiles(labels: Sequence[Progress], texts: Sequence[Progress]) -> Node:
    masks, written = total(labels), total(texts)
    planned = ", ".join(f"{seconds / 60:.2f} {how}" for how, seconds in PLANNED_SECONDS.items())
    return el(
        "div.tiles",
        _tile(f"{masks.handed_in} / {masks.jobs}", "jobs of masks handed in"),
        _tile(f"{masks.done} / {masks.of}", "keyframes labelled"),
        _tile(_each(masks.minutes_each), "minutes a keyframe", f"planned: {planned}"),
        _tile(f"{written.done} / {written.of}", "expressions written"),
        _tile(f"{(masks.seconds + written.seconds) / 3600:.1f}", "hours of work, pauses left out"),
    )


def _tile(number: str, what: str, more: str | None = None) -> Node:
    return el(
        "div.tile", el("strong", number), el("span", what), el("small", more) if more else None
    )


def _people(labels: Sequence[Progress], texts: Sequence[Progress]) -> Node:
    by_labels = grouped(labels, lambda each: each.job.user)
    by_texts = grouped(texts, lambda each: each.job.user)
    rows: list[list[Node]] = []
    for name in sorted({*by_labels, *by_texts}):
        masks, written = total(by_labels.get(name, ())), total(by_texts.get(name, ()))
        edited = sum(each.edited for each in by_labels.get(name, ()))
        rows.append(
            [
                name,
                bar(masks.handed_in, masks.jobs, "jobs handed in") if masks.jobs else "–",
                bar(masks.done, masks.of, "keyframes") if masks.of else "–",
                _number(masks.seconds / 60),
                _each(masks.minutes_each),
                f"{100 * edited / masks.done:.0f} %" if masks.done else "–",
                bar(written.done, written.of, "expressions") if written.of else "–",
                _number(written.seconds / 60),
            ]
        )
    heads = [
        "Name", "Masks handed in", "Keyframes", "#Minutes", "#Minutes a keyframe",
        "#Changed by hand", "Expressions", "#Minutes on them",
    ]  # fmt: skip
    return table(heads, rows, name="people", caption="Progress by person")


def _clips(visit: Visit, found: Sequence[Progress]) -> Node:
    by_clip = grouped(found, lambda each: each.job.clip)
    rows = [_clip(visit, clip, by_clip.get(clip, [])) for clip in visit.project.clip_ids]
    heads = [
        "Clip", "Masks", "Second masks", "Expressions", "Adjudicated", "#Minutes",
        "#Minutes a keyframe",
    ]  # fmt: skip
    return table(heads, rows, name="by-clip", caption="Progress by clip")


def _clip(visit: Visit, clip: str, found: Sequence[Progress]) -> list[Node]:
    labels = total(each for each in found if each.job.kind in LABELS)
    texts = [each for each in found if each.job.kind is Kind.EXPRESSION]
    return [
        el("a", clip, href=visit.to(f"ui/clip?clip={clip}")),
        _of_kind(found, Kind.MASK),
        _of_kind(found, Kind.RELABEL),
        bar(sum(each.done for each in texts), 2 * WRITERS, "expressions"),
        _of_kind(found, Kind.ADJUDICATE),
        _number(sum(each.seconds for each in found) / 60),
        _each(labels.minutes_each),
    ]


def _of_kind(found: Sequence[Progress], kind: Kind) -> Node:
    jobs = [each for each in found if each.job.kind is kind]
    if not jobs:
        return el("span.soft", "nobody")
    parts: list[Node] = []
    for each in jobs:
        sign, word = STATES[each.job.state]
        state = el("span.soft", f"{sign} {word}", title=word)
        share = bar(each.done, each.of, "keyframes")
        parts.append(el("span.person", share, f" {each.job.user} ", state))
    return el("td", *parts, sort=jobs[0].done / max(1, jobs[0].of))


def _number(minutes: float) -> Node:
    return el("td.number", f"{minutes:.1f}", sort=round(minutes, 3))


def _each(minutes: float | None) -> str:
    return "–" if minutes is None else f"{minutes:.2f}"
