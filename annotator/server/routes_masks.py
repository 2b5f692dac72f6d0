"""Planes, actions, clicks, propagation."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from annotator.jobs import Job
from annotator.planes import from_wire
from annotator.scheduling import SupersededError
from annotator.server.access import leased_job, readable_job
from annotator.server.application import services_of, visitor_of
from annotator.server.bodies import (
    LONGEST_ID,
    ActionBody,
    KeyframeBody,
    PredictBody,
    PropagateBody,
    RequestError,
    read_body,
    read_model,
)
from annotator.server.desk import Asked, Carried, Desk, StaleError, plane
from annotator.session import Accepted, Action, Cleared, Flagged, Locked, MarkedAbsent
from annotator.store.head import keyframe_document
from refvps.exchange import encode_counts
from refvps.packed import PackedMask
from refvps.types import Size

router = APIRouter(prefix="/api/jobs/{job_id}")

_END = object()


@router.get("/frames/{k}/planes")
def get_planes(request: Request, job_id: str, k: int) -> Response:
    """Return the label map of a keyframe, one byte a pixel, with its revision as ETag."""
    job = readable_job(request, job_id)
    desk = services_of(request).desk
    rev, planes = desk.planes(job, k)
    if job.user == visitor_of(request).name:
        desk.shown(job, k)
    content, headers = planes.wire(), {"etag": f'"{rev}"'}
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, 1, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.put("/frames/{k}/planes")
async def put_planes(request: Request, job_id: str, k: int) -> dict[str, Any]:
    """Save a label map that a person painted; ``If-Match`` names what it was made from."""
    job, services = leased_job(request, job_id), services_of(request)
    size = services.project.clip(job.clip).size
    content = await read_body(request, size.height * size.width)
    asked = _asked(request)

    def save() -> int:
        return services.desk.paint(job, k, from_wire(content, size), asked)

    return await _saved(save)


@router.post("/frames/{k}/action")
async def action(request: Request, job_id: str, k: int) -> dict[str, Any]:
    """Lock, mark absent, clear, accept what a model says beside, set a flag."""
    body = await read_model(request, ActionBody)
    job, desk = leased_job(request, job_id), services_of(request).desk
    chosen, asked = _action(body), Asked(body.rev, body.session, body.seq)
    saved = await _saved(lambda: desk.act(job, k, chosen, asked))
    return {**saved, "frame": _frame(desk, job, k)}


@router.get("/frames/{k}/logits")
def logits(request: Request, job_id: str, k: int) -> Response:
    """Return the logits of the last answer on a keyframe: float16, 256 x 256, little-endian."""
    job = readable_job(request, job_id)
    found = services_of(request).desk.logits(job, k)
    if found is None:
        raise RequestError(404, "the logits are not kept any more; click again")
    return Response(found.astype("<f2").tobytes(), media_type="application/octet-stream")


@router.post("/undo")
async def undo(request: Request, job_id: str) -> dict[str, Any]:
    """Take back the last step of a keyframe, on all keyframes that the step changed."""
    return await _turned(request, job_id, again=False)


@router.post("/redo")
async def redo(request: Request, job_id: str) -> dict[str, Any]:
    """Do the last undone step of a keyframe again."""
    return await _turned(request, job_id, again=True)


@router.post("/sam/predict")
async def predict(request: Request, job_id: str) -> dict[str, Any]:
    """Answer all clicks of a keyframe with a mask, saved before it is sent."""
    body = await read_model(request, PredictBody)
    job, services = leased_job(request, job_id), services_of(request)
    clip = services.project.clip(job.clip)
    marks, asked = body.marks(clip.size), Asked(body.rev, body.session, body.seq)
    desk = services.desk
    try:
        future = await run_in_threadpool(desk.ask, job, body.k, marks, body.session)
        found = await asyncio.wrap_future(future)
        rev = await run_in_threadpool(desk.answer, job, body.k, marks, found, asked)
        mask = await run_in_threadpool(_stored_mask, desk, job, body.k)
    except (SupersededError, StaleError):
        return {"superseded": True, "seq": body.seq}
    frame = _frame(desk, job, body.k)
    return {"seq": body.seq, "rev": rev, "score": found.score, "frame": frame, **mask}


@router.post("/sam/propagate")
async def propagate(request: Request, job_id: str) -> StreamingResponse:
    """Carry the target over a range: one JSON line a keyframe, saved before it is sent."""
    body = await read_model(request, PropagateBody)
    job, services = leased_job(request, job_id), services_of(request)

    def begin() -> Iterator[Carried]:
        return services.desk.propagate(
            job, body.start, body.stop, forward=body.forward, session=body.session
        )

    steps = await run_in_threadpool(begin)
    return StreamingResponse(_lines(services.desk, job, steps), media_type="application/x-ndjson")


@router.post("/sam/cancel")
def cancel(request: Request, job_id: str) -> dict[str, Any]:
    """Stop the propagation of a job after the step under way."""
    job = leased_job(request, job_id)
    return {"cancelled": services_of(request).desk.cancel(job)}


async def _lines(desk: Desk, job: Job, steps: Iterator[Carried]) -> AsyncIterator[str]:
    """Yield a line a step; when the reader goes, the propagation ends."""
    count = 0
    try:
        while (found := await run_in_threadpool(next, steps, _END)) is not _END:
            assert isinstance(found, Carried)  # noqa: S101 - for the type checker
            count += 1
            line = {
                "k": found.k,
                "rev": found.rev,
                "score": found.score,
                "frame": keyframe_document(found.keyframe),
                **_mask(found.mask),
            }
            yield json.dumps(line) + "\n"
        yield json.dumps({"done": True, "frames": count}) + "\n"
    except Exception as error:
        yield json.dumps({"error": str(error) if hasattr(error, "exit_code") else "failed"}) + "\n"
        if not hasattr(error, "exit_code"):
            raise
    finally:
        desk.cancel(job)


async def _turned(request: Request, job_id: str, *, again: bool) -> dict[str, Any]:
    body = await read_model(request, KeyframeBody)
    job, desk = leased_job(request, job_id), services_of(request).desk
    restored = await run_in_threadpool(lambda: desk.undo(job, body.k, again=again))
    work = services_of(request).project.work(job)
    frames = {str(work.schedule.index(k)): keyframe_document(each) for k, each in restored.items()}
    return {"rev": work.head.rev, "frames": frames}


async def _saved(save: Any) -> dict[str, Any]:  # noqa: ANN401 - a function without arguments
    try:
        return {"rev": await run_in_threadpool(save)}
    except StaleError as error:
        return {"rev": error.rev, "superseded": True}


def _frame(desk: Desk, job: Job, k: int) -> dict[str, Any]:
    return keyframe_document(desk.project.work(job).head.frames[k].keyframe)


def _stored_mask(desk: Desk, job: Job, k: int) -> dict[str, Any]:
    work, clip = desk.project.work(job), desk.project.clip(job.clip)
    return _mask(plane(work, clip, work.head.frames[k].keyframe.target))


def _mask(mask: PackedMask) -> dict[str, Any]:
    size: Size = mask.size
    counts = encode_counts(mask).decode("ascii")
    return {"rle": {"size": list(size), "counts": counts}, "area": mask.area}


def _asked(request: Request) -> Asked:
    """Return what the headers say: If-Match, X-Session, X-Seq.

    Raises:
        RequestError: 428 without a revision, 422 where one is no number.
    """
    headers = request.headers
    rev, session, seq = (headers.get(name, "") for name in ("if-match", "x-session", "x-seq"))
    if not rev:
        raise RequestError(428, "a save names the revision it was made from: If-Match")
    rev = rev.strip('"')
    if not (_is_number(rev) and _is_number(seq)) or not 0 < len(session) <= LONGEST_ID:
        raise RequestError(422, "If-Match and X-Seq are numbers, X-Session is a name")
    return Asked(int(rev), session, int(seq))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


_ACTIONS: dict[str, Action] = {
    "lock": Locked(on=True),
    "unlock": Locked(on=False),
    "absent": MarkedAbsent(on=True),
    "present": MarkedAbsent(on=False),
    "accept": Accepted(take=True),
    "reject": Accepted(take=False),
    "clear": Cleared(),
}


def _action(body: ActionBody) -> Action:
    if body.action in ("flag", "unflag") and body.flag is not None:
        return Flagged(body.flag, on=body.action == "flag")
    if body.action not in _ACTIONS:
        raise RequestError(422, f"no action is called so; there are {', '.join(_ACTIONS)}")
    return _ACTIONS[body.action]
