"""Reviews: a reviewer looks at what was handed in, and says yes or what is wrong."""

import time
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from annotator.adjudication import differences, side_named
from annotator.jobs import Job, JobState, Kind
from annotator.project import REVIEWS
from annotator.server.access import leased_job, own_job, readable_job, require_role
from annotator.server.application import services_of
from annotator.server.bodies import DecisionBody, RequestError, ReviewBody, read_model
from annotator.server.desk import Asked
from refvps import atomic

router = APIRouter(prefix="/api/reviews")

REASONS = frozenset(
    {
        "over", "under", "wrong target", "ignore too wide", "ignore missing", "flicker",
        "boundary",
    }
)  # fmt: skip

_STATES = {
    "accept": JobState.ACCEPTED,
    "changes": JobState.CHANGES_REQUESTED,
    "freeze": JobState.FROZEN,
}


@router.get("")
def waiting(request: Request) -> list[dict[str, str]]:
    """List what was handed in and may be reviewed."""
    require_role(request, "reviewer")
    shown = (JobState.SUBMITTED, JobState.IN_REVIEW, JobState.ACCEPTED)
    found = []
    for job in services_of(request).project.jobs():
        if job.state not in shown:
            continue
        try:
            readable_job(request, job.job_id)
        except RequestError:
            continue
        found.append({"job": job.job_id, "clip": job.clip, "state": job.state.value})
    return found


@router.post("/{job_id}")
async def review(request: Request, job_id: str) -> dict[str, Any]:
    """Accept, ask for changes with reasons by keyframe, or freeze what was accepted."""
    visitor = require_role(request, "reviewer")
    body = await read_model(request, ReviewBody)
    job, services = readable_job(request, job_id), services_of(request)
    if job.user == visitor.name:
        raise RequestError(403, "nobody reviews their own work")
    count = services.project.clip(job.clip).schedule.keyframes
    for k, reason in body.reasons.items():
        if not (k.isascii() and k.isdigit() and int(k) < count) or reason not in REASONS:
            raise RequestError(422, f"a reason is one of {sorted(REASONS)}, for a keyframe")
    document = {
        "job": job.job_id,
        "reviewer": visitor.name,
        "at": time.time(),
        "rev": services.project.work(job).head.rev,
        "verdict": body.verdict,
        "reasons": dict(body.reasons),
    }
    moved = services.project.move(job.job_id, _STATES[body.verdict])
    folder = services.project.root / REVIEWS / job.clip
    name = f"{visitor.name}-{job.job_id[:40]}-{document['rev']}-{body.verdict}.json"
    await run_in_threadpool(atomic.write_json, folder / name, document)
    found: dict[str, Any] = {"state": moved.state.value}
    if moved.frozen_digest is not None:
        found |= {"rev": moved.frozen_rev, "digest": moved.frozen_digest}
    return found


@router.get("/adjudicate/{job_id}")
def sides(request: Request, job_id: str) -> dict[str, Any]:
    """Return the labellings that an adjudicator chooses between, and where they differ."""
    job = _adjudication(own_job(request, job_id))
    return differences(services_of(request).project, job)


@router.post("/adjudicate/{job_id}/frames/{k}")
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
