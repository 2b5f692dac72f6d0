"""Pieces that several pages show: the head, states, names of kinds, days, times."""

from datetime import date, datetime

from annotator.jobs import Job, JobState, Kind
from annotator.pages.nodes import Node, el, notice
from annotator.pages.visit import ADMIN, EVERYONE, JUDGES, Visit
from annotator.protocol import VERSION
from annotator.reviews import WAITING, reviewable

PAGES = (
    ("", "My jobs", EVERYONE),
    ("review", "Review", JUDGES),
    ("clips", "Clips", JUDGES),
    ("progress", "Progress", JUDGES),
    ("assignment", "Assignment", ADMIN),
    ("export", "Export", ADMIN),
    ("admin", "People", ADMIN),
)
"""Paths, names and readers of the pages in the head."""

_WITHIN = {"job": "", "expressions": "", "adjudicate": "", "clip": "clips"}
"""Pages that belong to one of those in the head."""

KINDS = {
    Kind.MASK: "Masks",
    Kind.RELABEL: "Masks, second",
    Kind.EXPRESSION: "Expressions",
    Kind.VERIFY_EXPRESSION: "Check expressions",
    Kind.REVIEW: "Review",
    Kind.ADJUDICATE: "Adjudicate",
}

STATES = {
    JobState.ASSIGNED: ("○", "new"),
    JobState.IN_PROGRESS: ("◐", "begun"),
    JobState.CHANGES_REQUESTED: ("↩", "sent back"),
    JobState.SUBMITTED: ("→", "handed in"),
    JobState.IN_REVIEW: ("◉", "in review"),
    JobState.ACCEPTED: ("✓", "accepted"),
    JobState.FROZEN: ("■", "frozen"),
}
"""A sign and a word: colour is never the only cue."""


def header(
    visit: Visit | None, path: str, *, said: str | None = None, error: str | None = None
) -> Node:
    """Return the head of a page, and below it what happened or went wrong."""
    happened = notice(error, bad=True) if error else notice(said) if said else None
    if visit is None:
        return el("div", happened)
    here = _WITHIN.get(path, path)
    links = [
        el(
            "a",
            name,
            _count(visit) if target == "review" else None,
            href=visit.to(f"ui/{target}"),
            aria_current="page" if target == here else None,
        )
        for target, name, roles in PAGES
        if visit.has(roles)
    ]
    links += [el("a", link.title, href=visit.to(link.path)) for link in visit.links]
    roles = ", ".join(sorted(visit.visitor.roles)) or "no role"
    out = {"to": visit.to("logout"), "then": visit.to("")}
    return el(
        "div",
        el(
            "header.top",
            el("a.brand", visit.project.name, href=visit.to("ui/")),
            el("nav", *links, aria_label="pages"),
            el(
                "a.protocol",
                f"Protocol {VERSION}",
                href=visit.to("protocol"),
                target="_blank",
                title="What the target is, what Ignore is for, when it is absent",
            ),
            el("span.who", el("strong", visit.visitor.name), f" {roles}"),
            el("button.quiet", "Log out", post=out),
        ),
        happened,
    )


def badge(state: JobState) -> Node:
    """Return how far a job is, as a sign and a word."""
    sign, word = STATES[state]
    return el(f"span.badge.{state.value}", el("span", sign, aria_hidden="true"), f" {word}")


def due(job: Job, today: date | None = None) -> Node:
    """Return the day a job is due, and whether that is over."""
    if job.due is None:
        return el("td", "", sort="9999")
    day, now = date.fromisoformat(job.due), today or datetime.now().astimezone().date()
    text = f"{day:%a} {day.day} {day:%b}"
    if job.state.writable and day < now:
        return el("td.late", f"! {text}", title="overdue", sort=job.due)
    return el("td", text, sort=job.due)


def minutes(seconds: float | None) -> str:
    """Return a time in minutes; an en dash for none.

    >>> minutes(90.0), minutes(None), minutes(0.0)
    ('1.5', '–', '0')
    """
    if seconds is None:
        return "–"
    return f"{seconds / 60:.1f}" if seconds else "0"


def thumbnail(visit: Visit, clip: str, index: int, *, width: int = 160) -> Node:
    """Return a small picture of a frame."""
    source = visit.to(f"pages/frames/{clip}/{index}?width={width}")
    return el("img.thumb", src=source, alt="", loading="lazy")


def _count(visit: Visit) -> Node:
    """Return how many jobs wait for the visitor's review."""
    waiting = [job for job in visit.project.jobs() if job.state in WAITING]
    found = len(reviewable(visit.project, visit.visitor, waiting))
    return el("span.many", str(found), title=f"{found} wait for review") if found else None
