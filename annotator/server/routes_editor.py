"""What the editor needs beside the rest: its page and modules, planes as runs, going back."""

import hashlib
from contextlib import suppress
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from annotator.jobs import Job
from annotator.planes import Planes
from annotator.server.access import leased_job, readable_job
from annotator.server.application import services_of
from annotator.server.bodies import MasksBody, RequestError, RestoreBody, read_model
from annotator.server.desk import Asked, Desk, StaleError, plane
from annotator.session import Restored
from annotator.store.head import keyframe_document
from refvps.exchange import encode_counts
from refvps.packed import PackedMask

router = APIRouter()

EDITOR = Path(__file__).parents[1] / "editor"
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_PLANE_BYTES_OVER = 4096
_RUN_CHARACTERS = 2
"""A mask of single pixels has a run a pixel, and a short run takes one character."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{job}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}/editor/page.css">
<script type="module" src="{root}/editor/page.js"></script></head>
<body data-job="{job}" data-root="{root}"><noscript>The editor needs JavaScript.</noscript></body>
</html>
"""

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@router.get("/annotate/{job_id}")
def page(request: Request, job_id: str) -> HTMLResponse:
    """Return the editor on a page of its own."""
    job = readable_job(request, job_id)
    root = escape(request.scope.get("root_path", ""))
    content = _PAGE.format(job=escape(job.job_id), root=root)
    return HTMLResponse(content, headers={"content-security-policy": _PAGE_POLICY})


@router.get("/editor/{name:path}")
def module(request: Request, name: str) -> Response:
    """Return a module or a style sheet of the editor."""
    found = _modules().get(name)
    if found is None:
        raise RequestError(404, "the editor has no such file")
    content, tag, media_type = found
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


@router.get("/api/jobs/{job_id}/masks")
def masks(request: Request, job_id: str) -> dict[str, Any]:
    """Return both planes of every keyframe that has any, as COCO strings."""
    job, desk = readable_job(request, job_id), services_of(request).desk
    work, clip = desk.project.work(job), desk.project.clip(job.clip)
    head = work.head
    frames = {}
    for k, stamped in sorted(head.frames.items()):
        target, ignore = (
            plane(work, clip, digest)
            for digest in (stamped.keyframe.target, stamped.keyframe.ignore)
        )
        frames[str(k)] = {"rev": stamped.rev, "target": _text(target), "ignore": _text(ignore)}
    return {"rev": head.rev, "frames": frames}


@router.get("/api/jobs/{job_id}/frames/{k}/masks")
def frame_masks(request: Request, job_id: str, k: int) -> dict[str, Any]:
    """Return one keyframe: its state, and both planes as COCO strings."""
    job, desk = readable_job(request, job_id), services_of(request).desk
    desk.project.clip(job.clip).schedule.require(k)
    return _frame(desk, job, k)


@router.put("/api/jobs/{job_id}/frames/{k}/masks")
async def put_masks(request: Request, job_id: str, k: int) -> dict[str, Any]:
    """Save both planes of a keyframe, given as COCO strings, that a person painted.

    Where a later request of the page was saved already, answer with the planes that it left.
    """
    job, services = leased_job(request, job_id), services_of(request)
    size = services.project.clip(job.clip).size
    limit = _RUN_CHARACTERS * size.height * size.width + _PLANE_BYTES_OVER
    body = await read_model(request, MasksBody, limit)
    asked = Asked(body.rev, body.session, body.seq)

    def save() -> dict[str, Any]:
        planes = Planes(body.plane("target", size), body.plane("ignore", size))
        try:
            rev = services.desk.paint(job, k, planes, asked)
        except StaleError:
            return {**_frame(services.desk, job, k), "superseded": True}
        return {"rev": rev, "frame": _document(services.desk, job, k)}

    return await run_in_threadpool(save)


@router.get("/api/jobs/{job_id}/frames/{k}/beside")
def beside(request: Request, job_id: str, k: int) -> dict[str, Any]:
    """Return what a model says now of a keyframe that a person finished."""
    job, desk = readable_job(request, job_id), services_of(request).desk
    work, clip = desk.project.work(job), desk.project.clip(job.clip)
    stamped = work.head.frames.get(k)
    if stamped is None or stamped.keyframe.beside is None:
        raise RequestError(404, "the model says nothing beside this keyframe")
    return {"rev": stamped.rev, "target": _text(plane(work, clip, stamped.keyframe.beside))}


@router.post("/api/jobs/{job_id}/frames/{k}/restore")
async def restore(request: Request, job_id: str, k: int) -> dict[str, Any]:
    """Bring a keyframe back to what an earlier revision made of it; answer with its planes."""
    body = await read_model(request, RestoreBody)
    job, desk = leased_job(request, job_id), services_of(request).desk
    asked = Asked(body.rev, body.session, body.seq)

    def save() -> dict[str, Any]:
        work = desk.project.work(job)
        work.schedule.require(k)
        past = work.at(k, body.to)
        if past is None:
            raise RequestError(422, f"revision {body.to} did not change keyframe {k}")
        with suppress(StaleError):  # then the answer is what a later request left
            desk.act(job, k, Restored(past), asked)
        return _frame(desk, job, k)

    return await run_in_threadpool(save)


def _frame(desk: Desk, job: Job, k: int) -> dict[str, Any]:
    rev, planes = desk.planes(job, k)
    return {
        "rev": rev,
        "frame": _document(desk, job, k),
        "target": _text(planes.target),
        "ignore": _text(planes.ignore),
    }


def _document(desk: Desk, job: Job, k: int) -> dict[str, Any] | None:
    stamped = desk.project.work(job).head.frames.get(k)
    return None if stamped is None else keyframe_document(stamped.keyframe)


def _text(mask: PackedMask) -> str:
    """Return a plane as a COCO string; "" is the empty one."""
    return encode_counts(mask).decode("ascii") if mask.area else ""


@cache
def _modules() -> dict[str, tuple[bytes, str, str]]:
    """Return the editor's files by the path below its folder: content, ETag, type."""
    found = {}
    for path in sorted(EDITOR.rglob("*")):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            name = path.relative_to(EDITOR).as_posix()
            found[name] = (content, tag, _TYPES[path.suffix])
    return found
