"""Small pictures for the pages: frames, keyframes with their masks over them, differences."""

from typing import Any

import cv2
from fastapi import APIRouter, Request
from starlette.responses import Response

from annotator.adjudication import labels_of, side_named
from annotator.clip import ProjectClip
from annotator.jobs import Kind
from annotator.server.access import own_job, readable_job, visible_clip
from annotator.server.application import services_of
from annotator.server.bodies import RequestError
from annotator.session import keyframe_of
from benchmark.agreement.pictures import difference_map
from refvps.frames import encode_frame, read_frame
from refvps.overlay import overlay
from refvps.types import UInt8Array

router = APIRouter(prefix="/pages")

WIDTHS = (160, 320, 960)
_KEPT = {"cache-control": "private, max-age=31536000, immutable"}


@router.get("/frames/{clip_id}/{index}")
def frame(request: Request, clip_id: str, index: int, width: int = 160) -> Response:
    """Return a frame, not larger than asked; it never changes, so a browser keeps it."""
    clip = visible_clip(request, clip_id)
    tag = {"etag": f'"{_digest(clip, index)[:32]}-{_known(width)}"', **_KEPT}
    if request.headers.get("if-none-match") == tag["etag"]:
        return Response(status_code=304, headers=tag)
    return _jpeg(_read(clip, index), width, tag)


@router.get("/masks/{job_id}/{k}")
def mask(request: Request, job_id: str, k: int, width: int = 320) -> Response:
    """Return a keyframe of a job with its planes over it."""
    job, services = readable_job(request, job_id), services_of(request)
    if job.kind is Kind.EXPRESSION:
        raise RequestError(404, "the job has no masks")
    clip = services.project.clip(job.clip)
    rev, planes = services.desk.planes(job, k)
    tag = {"etag": f'"{rev}-{_known(width)}"', "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag["etag"]:
        return Response(status_code=304, headers=tag)
    ignored = planes.ignore.dense()
    target = planes.target.dense() & ~ignored
    drawn = overlay(_read(clip, clip.schedule.index(k)), target, void=ignored)
    return _jpeg(drawn, width, tag)


@router.get("/differences/{job_id}/{k}")
def differing(request: Request, job_id: str, k: int, sides: str, width: int = 320) -> Response:
    """Return where two sides of one's own adjudication differ on a keyframe, as a map.

    ``sides`` are the names of two of its sides, with a comma between.
    """
    job, project = own_job(request, job_id), services_of(request).project
    if job.kind is not Kind.ADJUDICATE:
        raise RequestError(409, "the job is no adjudication")
    project.clip(job.clip).schedule.require(k)
    pair = [side_named(project, job, name) for name in (sides.split(",") * 2)[:2]]
    said = [keyframe_of(project.work(side).head.keyframes, k) for side in pair]
    planes = [str(digest)[:16] for each in said for digest in (each.target, each.ignore)]
    tag = {"etag": f'"{"-".join(planes)}-{_known(width)}"', "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag["etag"]:
        return Response(status_code=304, headers=tag)
    one, other = (labels_of(project, *each) for each in zip(pair, said, strict=True))
    return Response(difference_map(one, other, width), media_type="image/png", headers=tag)


def _read(clip: ProjectClip, index: int) -> UInt8Array:
    _digest(clip, index)
    path = clip.frame_path(index)
    if path.is_symlink():
        raise RequestError(404, "the frame is no file of the project")
    return read_frame(path)


def _digest(clip: ProjectClip, index: int) -> str:
    if not 0 <= index < clip.schedule.frames:
        raise RequestError(404, f"the clip has {clip.schedule.frames} frames")
    return clip.digests[index]


def _known(width: int) -> int:
    if width not in WIDTHS:
        raise RequestError(422, f"a picture is {', '.join(map(str, WIDTHS))} pixels wide")
    return width


def _jpeg(picture: UInt8Array, width: int, headers: dict[str, str]) -> Response:
    if picture.shape[1] > width:
        height = max(1, round(picture.shape[0] * width / picture.shape[1]))
        small: Any = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        picture = small
    return Response(encode_frame(picture), media_type="image/jpeg", headers=headers)
