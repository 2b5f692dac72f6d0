"""Jobs, leases, clips, frames, state, expressions, events."""

import time
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from annotator.activity import checked_event, work_document
from annotator.cards import read_card
from annotator.clip import ProjectClip
from annotator.expressions import judged
from annotator.handing_in import hand_in, missing, save_expressions
from annotator.jobs import Job
from annotator.project import Project
from annotator.reviews import sent_back
from annotator.server.access import (
    LEASE_HEADER,
    leased_job,
    own_job,
    readable_job,
    visible_clip,
)
from annotator.server.application import services_of, visitor_of
from annotator.server.bodies import (
    ExpressionsBody,
    RequestError,
    read_events,
    read_model,
)
from annotator.store.head import head_document
from refvps.mask_png import read_file

router = APIRouter(prefix="/api")


@router.get("/jobs")
def jobs(request: Request) -> list[dict[str, Any]]:
    """List the visitor's own jobs."""
    name = visitor_of(request).name
    return [_job_document(job) for job in services_of(request).project.jobs() if job.user == name]


@router.post("/jobs/{job_id}/lease")
def lease(request: Request, job_id: str) -> dict[str, Any]:
    """Open a job for writing; refused while another tab has it."""
    job, services = own_job(request, job_id), services_of(request)
    taken = services.leases.take(job.job_id, job.user)
    services.project.work(job).log([_event(request, job, "lease")])
    return {"lease": taken.token, "seconds": services.leases.seconds}


@router.post("/jobs/{job_id}/renew")
def renew(request: Request, job_id: str) -> dict[str, Any]:
    """Hold a job for longer."""
    leased_job(request, job_id)
    return {"renewed": True, "seconds": services_of(request).leases.seconds}


@router.post("/jobs/{job_id}/release")
def release(request: Request, job_id: str) -> dict[str, Any]:
    """Give a job back, so that another tab can open it at once."""
    job = own_job(request, job_id)
    token = request.headers.get(LEASE_HEADER, "")
    services_of(request).leases.release(job.job_id, job.user, token)
    return {"released": True}


@router.post("/jobs/{job_id}/submit")
def submit(request: Request, job_id: str) -> dict[str, Any]:
    """Hand a job in, if nothing is missing."""
    job, services = leased_job(request, job_id), services_of(request)
    if found := missing(services.project, job):
        raise RequestError(422, f"cannot be handed in: {'; '.join(found)}")
    return _job_document(hand_in(services.project, job))


@router.get("/jobs/{job_id}/state")
def state(request: Request, job_id: str) -> dict[str, Any]:
    """Return everything about a job but pixels."""
    job, services = readable_job(request, job_id), services_of(request)
    work, clip = services.project.work(job), services.project.clip(job.clip)
    held = services.leases.holder(job.job_id)
    found = head_document(work.head, work.schedule)
    if job.user != visitor_of(request).name:
        found.pop("expressions")  # a text would tell a reviewer of masks what to see
    return {
        "job": _job_document(job),
        "clip": clip_document(services.project, clip),
        "held": held is not None,
        "own": job.user == visitor_of(request).name,
        "visitor": visitor_of(request).name,
        "review": sent_back(services.project, job),
        **found,
    }


@router.get("/jobs/{job_id}/statistics")
def statistics(request: Request, job_id: str) -> dict[str, Any]:
    """Return what the job took so far, beside the figures of the plan."""
    job, services = readable_job(request, job_id), services_of(request)
    return work_document(services.project.work(job))


@router.post("/jobs/{job_id}/events")
async def events(request: Request, job_id: str) -> dict[str, Any]:
    """Log what happened in the browser."""
    job, services = own_job(request, job_id), services_of(request)
    count = services.project.clip(job.clip).schedule.keyframes
    given = [checked_event(event, count) for event in await read_events(request)]
    kept = [{**_event(request, job, event["ev"]), **event} for event in given]
    await run_in_threadpool(services.project.work(job).log, kept)
    return {"logged": len(kept)}


@router.put("/jobs/{job_id}/expressions")
async def expressions(request: Request, job_id: str) -> dict[str, Any]:
    """Save what the person wrote, and say what is wrong with it; drafts may be wrong.

    No lease: texts are whole, and the revision that they were made from guards them.
    """
    body = await read_model(request, ExpressionsBody)
    job, project = own_job(request, job_id), services_of(request).project
    rev = await run_in_threadpool(save_expressions, project, job, body.texts, body.rev)
    await run_in_threadpool(project.work(job).log, [_event(request, job, "expression_edit")])
    return {"rev": rev, **judged(body.texts)}


@router.get("/clips/{clip_id}/meta")
def meta(request: Request, clip_id: str) -> dict[str, Any]:
    """Return the facts of a clip that annotators may know."""
    return clip_document(services_of(request).project, visible_clip(request, clip_id))


@router.get("/clips/{clip_id}/frames/{index}")
def frame(request: Request, clip_id: str, index: int) -> Response:
    """Return a frame at the full rate: it never changes, so a browser keeps it."""
    clip = visible_clip(request, clip_id)
    if not 0 <= index < clip.schedule.frames:
        raise RequestError(404, f"the clip has {clip.schedule.frames} frames")
    tag = f'"{clip.digests[index]}"'
    headers = {"etag": tag, "cache-control": "private, max-age=31536000, immutable"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    path = clip.frame_path(index)
    if path.is_symlink():
        raise RequestError(404, "the frame is no file of the project")
    return Response(read_file(path), media_type="image/jpeg", headers=headers)


def clip_document(project: Project, clip: ProjectClip) -> dict[str, Any]:
    """Return the facts of a clip as JSON takes them."""
    card = read_card(project, clip)
    return {
        "clip": clip.clip_id,
        "height": clip.size.height,
        "width": clip.size.width,
        "fps": 24,
        "frames": clip.schedule.frames,
        "key_stride": clip.schedule.stride,
        "keyframes": clip.schedule.keyframes,
        "concept": clip.facts.concept,
        "card": card.target,
        "note": card.note,
        "shown_at": {"k": card.keyframe, "points": [list(point) for point in card.points]},
    }


def _job_document(job: Job) -> dict[str, Any]:
    return {
        "job": job.job_id,
        "kind": job.kind.value,
        "clip": job.clip,
        "state": job.state.value,
        "due": job.due,
        "protocol": job.protocol,
    }


def _event(request: Request, job: Job, name: str) -> dict[str, Any]:
    facts = {"user": visitor_of(request).name, "job": job.job_id, "clip": job.clip}
    return {"ts_server": time.time(), **facts, "ev": name}
