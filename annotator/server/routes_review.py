"""Reviews: a reviewer looks at what was handed in, and says yes or what is wrong."""

import time
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from annotator.jobs import Job, JobState
from annotator.project import REVIEWS, Project
from annotator.server.access import readable_job, require_role
from annotator.server.application import services_of
from annotator.server.bodies import RequestError, ReviewBody, read_model
from refvps import atomic
from refvps.strict_json import read_json

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


def sent_back(project: Project, job: Job) -> dict[str, Any]:
    """Return what the last review wants changed, by keyframe, and the revision it looked at.

    Nothing where the job was never sent back, or is judged otherwise since.
    """
    found: dict[str, Any] = {"rev": 0, "reasons": {}}
    if job.state not in (JobState.CHANGES_REQUESTED, JobState.IN_PROGRESS):
        return found
    folder = project.root / REVIEWS / job.clip
    latest = 0.0
    for path in folder.glob("*-changes.json"):
        document = read_json(path)
        if document["job"] == job.job_id and document["at"] > latest:
            latest = document["at"]
            found = {"rev": document["rev"], "reasons": document["reasons"]}
    return found


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
    return {"state": moved.state.value}
