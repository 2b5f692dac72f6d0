"""What an adjudicator's clicks and keys do."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from annotator.adjudication import Case, Choice, side_named
from annotator.handing_in import hand_in
from annotator.jobs import Job
from annotator.keyframe import SessionError
from annotator.pages.page_adjudicate_maps import Look
from annotator.pages.visit import Visit
from annotator.server.desk import Asked
from annotator.store.work import ConflictError


def look_of(visit: Visit, job: Job, data: Mapping[str, Any]) -> Look:
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


def done(visit: Visit, job: Job, case: Case, look: Look, data: Mapping[str, Any]) -> str | None:
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
