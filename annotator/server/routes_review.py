"""Reviews: a reviewer looks at what was handed in, and says yes or what is wrong."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from annotator.adjudication import differences, side_named
from annotator.jobs import Job, JobState, Kind
from annotator.reviews import REASONS, Verdict, give_verdict, may_review, problems_of
from annotator.server.access import leased_job, own_job, readable_job, require_role
from annotator.server.application import services_of
from annotator.server.bodies import DecisionBody, RequestError, ReviewBody, read_model
from annotator.server.desk import Asked

router = APIRouter(prefix="/api")


@router.get("/reviews")
def waiting(request: Request) -> list[dict[str, str]]:
    """List what was handed in and may be reviewed."""
    visitor, project = require_role(request, "reviewer"), services_of(request).project
    shown = (JobState.SUBMITTED, JobState.IN_REVIEW, JobState.ACCEPTED)
    return [
        {"job": job.job_id, "clip": job.clip, "state": job.state.value}
        for job in project.jobs()
        if job.state in shown and (job.user == visitor.name or may_review(project, visitor, job))
    ]


@router.post("/reviews/{job_id}")
async def review(request: Request, job_id: str) -> dict[str, Any]:
    """Accept, ask for changes with reasons by keyframe, or freeze what was accepted."""
    visitor = require_role(request, "reviewer")
    body = await read_model(request, ReviewBody)
    job, project = readable_job(request, job_id), services_of(request).project
    if job.user == visitor.name:
        raise RequestError(403, "nobody reviews their own work")
    given = Verdict(body.verdict, _by_keyframe(body.reasons), _by_keyframe(body.notes), body.note)
    moved = await run_in_threadpool(give_verdict, project, job, visitor.name, given)
    found: dict[str, Any] = {"state": moved.state.value}
    if moved.frozen_digest is not None:
        found |= {"rev": moved.frozen_rev, "digest": moved.frozen_digest}
    return found


@router.get("/jobs/{job_id}/problems")
def problems(request: Request, job_id: str) -> list[dict[str, Any]]:
    """List what a reviewer rejected of one's own job, and whether it was changed since."""
    job, project = own_job(request, job_id), services_of(request).project
    return [
        {"k": each.k, "reason": each.reason, "note": each.note, "mended": each.mended}
        for each in problems_of(project, job)
    ]


@router.get("/reviews/adjudicate/{job_id}")
def sides(request: Request, job_id: str) -> dict[str, Any]:
    """Return the labellings that an adjudicator chooses between, and where they differ."""
    job = _adjudication(own_job(request, job_id))
    return differences(services_of(request).project, job)


@router.post("/reviews/adjudicate/{job_id}/frames/{k}")
async def decide(request: Request, job_id: str, k: int) -> dict[str, Any]:
    """Take one side's labels of a keyframe; to paint others, save planes as in any job."""
    body = await read_model(request, DecisionBody)
    job, services = _adjudication(leased_job(request, job_id)), services_of(request)
    side = side_named(services.project, job, body.side)
    asked = Asked(body.rev, body.session, body.seq)
    rev = await run_in_threadpool(services.desk.decide, job, k, side, asked)
    return {"rev": rev, "side": side.job_id}


def _adjudication(job: Job) -> Job:
    if job.kind is not Kind.ADJUDICATE:
        raise RequestError(409, "the job is no adjudication")
    return job


def _by_keyframe(found: dict[str, str]) -> dict[int, str]:
    """Return texts by keyframe.

    Raises:
        RequestError: a key is no number.
    """
    if not all(k.isascii() and k.isdigit() and len(k) < 10 for k in found):
        raise RequestError(422, f"a reason is one of {sorted(REASONS)}, for a keyframe")
    return {int(k): text for k, text in found.items()}
