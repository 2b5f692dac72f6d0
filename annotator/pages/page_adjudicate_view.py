"""One keyframe before an adjudicator: the labels of every side, and what to do with them."""

from dataclasses import replace

from annotator.adjudication import Choice
from annotator.cards import read_card
from annotator.jobs import Job
from annotator.keyframe import Keyframe, State
from annotator.pages.nodes import Node, bar, el, facts
from annotator.pages.page_adjudicate_maps import Look, Sight, maps, names_of
from annotator.pages.page_jobs import problem_list
from annotator.pages.parts import KINDS, badge
from annotator.pages.shell import nothing
from annotator.reviews import problems_of

MADE = {
    State.EMPTY: "no label",
    State.AUTO: "a model's, not touched",
    State.PROMPTED: "clicked",
    State.EDITED: "by hand",
    State.ABSENT: "the target is absent",
}


def show_case(sight: Sight) -> Node:
    """Return one keyframe of an adjudication; a line alone where there is nothing to judge."""
    if sight.look.k is None or len(sight.case.sides) < 2:
        said = (
            "A labelling was taken back, so there are not two to choose between. Come back later."
        )
        return el("main.review", *_head(sight), nothing(said))
    choice = sight.case.choices[sight.look.k]
    return el(
        "main.review",
        *_head(sight),
        el(
            "div.desk",
            el("div", el("div.sides", *_sides(sight, choice)), _below(sight, choice)),
            el(
                "div.side",
                el(
                    "h2",
                    f"Keyframe {choice.k}",
                    el("span.soft", f" of {len(sight.case.choices) - 1}"),
                ),
                facts(("Decided", _decision(choice))),
                *maps(sight, choice),
                _done(sight),
            ),
        ),
        keys=_keys(sight, choice),
    )


def _head(sight: Sight) -> list[Node]:
    visit, job = sight.visit, sight.job
    clip = visit.project.clip(job.clip)
    card = read_card(visit.project, clip)
    found = problems_of(visit.project, job) if job.state.writable else []
    return [
        el(
            "div.title",
            el("h1", job.clip),
            el("p.row", KINDS[job.kind], badge(job.state)),
            el("span.grow"),
            el("a", "Clip card", href=visit.to(f"ui/clip?clip={job.clip}")),
        ),
        facts(("Target", card.target or clip.facts.concept), ("Note", card.note)),
        problem_list(found) if found else None,
    ]


def _keys(sight: Sight, choice: Choice) -> dict[str, object]:
    """Return what the keyboard does."""
    look = sight.look
    order = sight.case.order(by_time=look.by_time)
    place, last = order.index(choice.k), len(order) - 1
    found: dict[str, object] = {
        "ArrowRight": look.data(k=order[min(place + 1, last)]),
        "ArrowLeft": look.data(k=order[max(place - 1, 0)]),
        "Home": look.data(k=order[0]),
        "End": look.data(k=order[last]),
        "h": replace(look, bare=not look.bare).data(),
        "o": replace(look, by_time=not look.by_time).data(),
    }
    if sight.job.state.writable:
        for _, number, side in sight.named:
            if choice.labelled(number):
                found[str(number + 1)] = _take(look, choice, side)
        if choice.decided:
            found["u"] = look.data(do="undo")
    return found


def _take(look: Look, choice: Choice, side: Job) -> dict[str, object]:
    return look.data(do="take", side=side.job_id, rev=choice.rev)


def _sides(sight: Sight, choice: Choice) -> list[Node]:
    """Return the labels of every side, with the button that takes them."""
    return [
        el(
            "figure.large.taken" if number in choice.taken else "figure.large",
            el(
                "img",
                src=_source(sight, choice, side),
                alt=f"{name} on keyframe {choice.k}",
                key=f"large-{number}",
            ),
            el(
                "figcaption.row",
                el("strong", "✓ " if number in choice.taken else "", name),
                el("span.soft", _made(choice.sides[number])),
                el("span.grow"),
                _button(sight, choice, number) if choice.labelled(number) else None,
            ),
        )
        for name, number, side in sight.named
    ]


def _source(sight: Sight, choice: Choice, side: Job) -> str:
    visit = sight.visit
    if sight.look.bare:
        index = visit.project.clip(side.clip).schedule.index(choice.k)
        return visit.to(f"pages/frames/{side.clip}/{index}?width=960")
    rev = visit.project.work(side).head.rev_of(choice.k)
    return visit.to(f"pages/masks/{side.job_id}/{choice.k}?width=960&rev={rev}")


def _button(sight: Sight, choice: Choice, number: int) -> Node:
    if not sight.job.state.writable:
        return None
    name, _, side = sight.named[number]
    return el(
        "button.take",
        el("kbd", str(number + 1)),
        f" take {name}",
        on=_take(sight.look, choice, side),
        aria_pressed="true" if number in choice.taken else "false",
        key=f"take-{number}",
    )


def _below(sight: Sight, choice: Choice) -> Node:
    look, open_ = sight.look, sight.job.state.writable
    draw = sight.visit.to(f"ui/job?job={sight.job.job_id}&k={choice.k}")
    hide = replace(look, bare=not look.bare).data()
    return el(
        "p.row",
        el("a", "Draw it by hand", href=draw) if open_ else None,
        el("button.quiet", el("kbd", "U"), " take back", on=look.data(do="undo"), key="undo")
        if open_ and choice.decided
        else None,
        el("button.quiet", el("kbd", "H"), " show masks" if look.bare else " hide masks", on=hide),
        el("span.soft", "Left and right step; pink is the target, yellow is Ignore."),
    )


def _made(keyframe: Keyframe) -> str:
    """Return in words what a side says, and who made it."""
    state = keyframe.locked_from if keyframe.locked_from is not None else keyframe.state
    return MADE[state]


def _decision(choice: Choice) -> Node:
    if not choice.decided:
        return el("span.soft", "not yet")
    return el("span.fine", f"✓ {names_of(choice) or 'drawn by hand'}")


def _done(sight: Sight) -> Node:
    case, look = sight.case, sight.look
    share = el("p.row", bar(len(case.choices) - case.left, len(case.choices), "keyframes decided"))
    if not sight.job.state.writable:
        return el("div.verdict", share, el("p.soft", "It is handed in; nothing can be changed."))
    same = sum(choice.same and not choice.decided for choice in case.choices)
    return el(
        "div.verdict",
        share,
        el(
            "p.row",
            el("button", f"Take {same} on which all say the same", on=look.data(do="same"))
            if same
            else None,
            el(
                "button" if case.left else "button.button",
                "Hand in",
                on=look.data(do="hand-in"),
                disabled=True if case.left else None,
                title=f"{case.left} keyframes have no label yet" if case.left else None,
                key="hand-in",
            ),
        ),
    )
