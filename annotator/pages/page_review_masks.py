"""The masks of one job before a reviewer: one large picture, reasons beside it, all below."""

from dataclasses import dataclass

from annotator.cards import read_card
from annotator.jobs import Job, JobState
from annotator.keyframe import Keyframe
from annotator.pages.nodes import Node, el, facts
from annotator.pages.parts import KINDS, badge
from annotator.pages.visit import Visit
from annotator.reviews import REASONS, WAITING, Mark, marks_of
from annotator.session import keyframe_of


@dataclass(frozen=True, slots=True)
class Look:
    """What a reviewer has before their eyes.

    Attributes:
        k: the keyframe; None for the first that is not marked.
        bare: whether without masks.
    """

    k: int | None = None
    bare: bool = False


def show_masks(visit: Visit, job: Job, look: Look) -> Node:
    """Return the page of one job."""
    clip = visit.project.clip(job.clip)
    count = clip.schedule.keyframes
    head = visit.project.work(job).head
    marks = marks_of(visit.project, job, visit.visitor.name)
    k = _shown(look, marks, count)
    open_ = job.state in WAITING
    card = read_card(visit.project, clip)
    look = Look(k, bare=look.bare)
    keys = _keys(k, count, look) if open_ else {}
    return el(
        "main.review",
        el(
            "div.title",
            el("h1", f"{job.clip}"),
            el("p.row", KINDS[job.kind], el("span.soft", f"by {job.user}"), badge(job.state)),
            el("span.grow"),
            el("a", "All that waits", href=visit.to("ui/review")),
        ),
        facts(("Target", card.target or clip.facts.concept), ("Note", card.note)),
        el(
            "div.desk",
            _large(visit, job, k, bare=look.bare, rev=head.rev_of(k)),
            el(
                "div.side",
                _state(k, count, keyframe_of(head.keyframes, k), marks.get(k)),
                _reasons(k, look, marks.get(k)) if open_ else None,
                _verdict(marks, count, job),
            ),
        ),
        keys=keys,
    )  # fmt: skip


def show_strip(visit: Visit, job: Job, look: Look) -> Node:
    """Return all keyframes of one job, small, with what the reviewer says of them."""
    count = visit.project.clip(job.clip).schedule.keyframes
    head = visit.project.work(job).head
    marks = marks_of(visit.project, job, visit.visitor.name)
    look = Look(_shown(look, marks, count), bare=look.bare)
    cells = [
        _cell(
            visit.to(f"pages/masks/{job.job_id}/{each}?width=160&rev={head.rev_of(each)}"),
            each,
            marks.get(each),
            look,
        )
        for each in range(count)
    ]
    return el("main.strip-below", el("div.strip", *cells))


def _shown(look: Look, marks: dict[int, Mark], count: int) -> int:
    """Return the keyframe to show: the one that was chosen, or the first without a mark."""
    return look.k if look.k is not None else next((k for k in range(count) if k not in marks), 0)


def _keys(k: int, count: int, look: Look) -> dict[str, object]:
    """Return what the keyboard does."""
    last = count - 1
    found: dict[str, object] = {
        "ArrowRight": {"k": min(k + 1, last), "bare": look.bare},
        "ArrowLeft": {"k": max(k - 1, 0), "bare": look.bare},
        "Home": {"k": 0, "bare": look.bare},
        "End": {"k": last, "bare": look.bare},
        "h": {"k": k, "bare": not look.bare},
        "a": {"do": "mark", "k": k, "reason": None, "bare": look.bare},
        "u": {"do": "mark", "k": k, "undo": True, "bare": look.bare},
    }
    for number, reason in enumerate(REASONS, 1):
        found[str(number)] = {"do": "mark", "k": k, "reason": reason, "bare": look.bare}
    return found


def _large(visit: Visit, job: Job, k: int, *, bare: bool, rev: int) -> Node:
    index = visit.project.clip(job.clip).schedule.index(k)
    source = (
        f"pages/frames/{job.clip}/{index}?width=960"
        if bare
        else f"pages/masks/{job.job_id}/{k}?width=960&rev={rev}"
    )
    other = {"k": k, "bare": not bare}
    return el(
        "figure.large",
        el("img", src=visit.to(source), alt=f"keyframe {k}", key="large"),
        el(
            "figcaption",
            el("button.quiet", el("kbd", "H"), " show masks" if bare else " hide masks", on=other),
            el("span.soft", " Left and right step; pink is the target, yellow is Ignore."),
        ),
    )


def _state(k: int, count: int, keyframe: Keyframe, mark: Mark | None) -> Node:
    flags = ", ".join(sorted(keyframe.flags - {"review_reject", "reviewed_ok"}))
    score = None if keyframe.score is None else f"{keyframe.score:.2f}"
    return el(
        "div",
        el("h2", f"Keyframe {k}", el("span.soft", f" of {count - 1}")),
        facts(
            ("State", keyframe.state.value),
            ("Made by", keyframe.source),
            ("Score", score),
            ("Flags", flags),
            ("You say", _said(mark)),
        ),
    )


def _said(mark: Mark | None) -> Node:
    if mark is None:
        return None
    if mark.reason is None:
        return el("span.fine", "✓ fine")
    note = f" – {mark.note}" if mark.note else ""
    return el("span.bad", f"✗ {mark.reason}{note}")


def _reasons(k: int, look: Look, mark: Mark | None) -> Node:
    base = {"do": "mark", "k": k, "bare": look.bare}
    chosen = mark.reason if mark is not None else None
    wrong = [
        el(
            "button.reason",
            el("kbd", str(number)),
            f" {reason}",
            on={**base, "reason": reason},
            aria_pressed="true" if reason == chosen else "false",
            key=f"reason-{number}",
        )
        for number, reason in enumerate(REASONS, 1)
    ]
    fine = "true" if mark is not None and mark.reason is None else "false"
    return el(
        "div.reasons",
        el("button.reason.yes", el("kbd", "A"), " fine", on={**base, "reason": None},
           aria_pressed=fine, key="fine"),
        *wrong,
        el("button.reason.quiet", el("kbd", "U"), " unmark", on={**base, "undo": True})
        if mark is not None
        else None,
    )  # fmt: skip


def _verdict(marks: dict[int, Mark], count: int, job: Job) -> Node:
    if job.state is JobState.ACCEPTED:
        ask = f"Freeze {job.clip}? Nothing of it can be changed afterwards."
        freeze = {"do": "freeze", "ask": ask}
        return el(
            "div.verdict",
            el("p.soft", "Accepted. Frozen, it is what agreement and releases are made from."),
            el("p.row", el("button.button", "Freeze", on=freeze)),
        )
    if job.state not in WAITING:
        return el("div.verdict", el("p.soft", "There is nothing to judge now."))
    rejected = sum(mark.reason is not None for mark in marks.values())
    left = count - len(marks)
    accept = {"do": "accept"}
    if left:
        accept["ask"] = f"{left} keyframes are not looked at. Accept all the same?"
    return el(
        "div.verdict",
        el("p.soft", f"{len(marks) - rejected} fine · {rejected} rejected · {left} not looked at"),
        el(
            "p.row",
            el("button.button" if not rejected else "button", "Accept", on=accept, key="accept"),
            el("button.button" if rejected else "button",
               f"Send back ({rejected})" if rejected else "Send back",
               on={"do": "changes"}, key="send-back"),
        ),
    )  # fmt: skip


def _cell(source: str, each: int, mark: Mark | None, look: Look) -> Node:
    kind = "" if mark is None else ".fine" if mark.reason is None else ".bad"
    sign = "" if mark is None else "✓ " if mark.reason is None else "✗ "
    return el(
        f"button.cell{kind}",
        el("img.thumb", src=source, alt="", loading="lazy", key=f"thumb-{each}"),
        el("span", f"{sign}{each}"),
        on={"k": each, "bare": look.bare},
        aria_pressed="true" if each == look.k else "false",
        title=f"keyframe {each}" + (f": {mark.reason}" if mark and mark.reason else ""),
    )
