"""Adjudication: the labellings of a clip side by side, and one key to take each of them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from annotator.adjudication import Case, Choice, Comparisons, side_named
from annotator.handing_in import hand_in
from annotator.jobs import Job, Kind
from annotator.keyframe import SessionError
from annotator.pages.page_adjudicate_maps import Look, Sight, show_strip
from annotator.pages.page_adjudicate_view import show_case
from annotator.pages.shell import Shell, Shown
from annotator.pages.visit import EVERYONE, Visit
from annotator.server.desk import Asked
from annotator.store.work import ConflictError


def build(shell: Shell) -> None:
    """Make the page."""
    comparisons = Comparisons(shell.services.project)
    with shell.page("adjudicate", "Adjudicate", EVERYONE) as page:
        view = shell.view("adjudicate")
        strip = shell.view("strip")

        def show(visit: Visit, look: Look) -> Shown:
            job = visit.own_job(Kind.ADJUDICATE)
            case = comparisons.case(job)
            if look.k is None and len(case.sides) > 1:
                look = replace(look, k=case.following(None, by_time=look.by_time))
            sight = Sight(visit, job, case, look)
            below = show_strip(sight) if len(case.sides) > 1 else None
            return {view: show_case(sight), strip: below}

        def act(visit: Visit, data: dict[str, Any]) -> Shown:
            job = visit.own_job(Kind.ADJUDICATE)
            look = look_of(visit, job, data)
            before = comparisons.case(job)
            said = done(visit, job, before, look, data)
            if data.get("do") == "take" and said is None:
                after = comparisons.case(job)
                if after.left:
                    look = replace(look, k=after.following(look.k, by_time=look.by_time))
                else:
                    said = "Every keyframe has a label. Hand it in."
            return {**show(visit, look), **({"said": said} if said else {})}

        page.load(lambda visit: show(visit, Look()), view, strip)
        for each in (view, strip):
            page.act(each, act, view, strip)


def look_of(visit: Visit, job: Job, data: dict[str, Any]) -> Look:
    """Return what is looked at when something was clicked.

    Raises:
        SessionError: the click says nothing.
        ShapeError: the clip has no such keyframe.
    """
    k = data.get("k")
    if not isinstance(k, int):
        raise SessionError("that click says nothing; load the page again")
    visit.project.clip(job.clip).schedule.require(k)
    return Look(k, bool(data.get("by_time")), bool(data.get("bare")))


def done(visit: Visit, job: Job, case: Case, look: Look, data: dict[str, Any]) -> str | None:
    """Do what was clicked; return what to tell.

    Raises:
        LeaseError: the job is open in the editor.
        ConflictError: another window decided on the keyframe meanwhile.
        SessionError: it cannot be done.
    """
    what = data.get("do")
    if what is None:
        return None
    with held(visit, job):
        if what == "take" and isinstance(rev := data.get("rev"), int):
            _take(visit, job, case.choices[look.k or 0], str(data.get("side")), rev)
            return None
        if what == "same":
            return _take_same(visit, job, case)
        if what == "undo":
            restored = visit.services.desk.undo(job, look.k or 0)
            return f"Keyframe {look.k} is as it was before." if restored else None
        if what == "hand-in":
            hand_in(visit.project, job)
            return f"{job.clip} is handed in. Thank you."
    raise SessionError("that click says nothing; load the page again")


@contextmanager
def held(visit: Visit, job: Job) -> Iterator[None]:
    """Hold a job for one action, so that an editor that has it open is not written under.

    Raises:
        LeaseError: an editor has it open.
    """
    leases = visit.services.leases
    lease = leases.take(job.job_id, job.user)
    try:
        yield
    finally:
        leases.release(job.job_id, job.user, lease.token)


def _take(visit: Visit, job: Job, choice: Choice, name: str, rev: int) -> None:
    """Take one side's labels, unless another window decided otherwise meanwhile."""
    side = side_named(visit.project, job, name)
    sides = [each.job_id for each in visit.project.handed_in(job.clip)]
    if choice.rev != rev:
        if sides.index(name) in choice.taken:
            return  # the same key, pressed twice
        raise ConflictError(choice.k, rev, choice.rev)
    visit.services.desk.decide(job, choice.k, side, Asked(rev, secrets.token_hex(8), 1))


def _take_same(visit: Visit, job: Job, case: Case) -> str:
    """Take the first side wherever all say the same and nothing is decided yet."""
    job.require_writable()
    open_ = [choice for choice in case.choices if choice.same and not choice.decided]
    for choice in open_:
        asked = Asked(choice.rev, secrets.token_hex(8), 1)
        visit.services.desk.decide(job, choice.k, case.sides[0], asked)
    count = f"{len(open_)} {'keyframe' if len(open_) == 1 else 'keyframes'}"
    return f"{count} on which all say the same: taken."
