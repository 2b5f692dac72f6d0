"""The page's addresses. Each handler asks first whether the visitor may be there."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from refvps.collect.decisions import DecidedError
from refvps.collect.triage.bodies import DecisionBody, UndoBody, read
from refvps.collect.triage.desk import Desk, GoneError, RefusedError
from refvps.collect.triage.trimming import Frames
from refvps.errors import CollectError, ConfigError
from refvps.pages import Visitor

ROLES = frozenset({"reviewer", "admin"})
PREFIX = "/triage"
KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

router = APIRouter(prefix=PREFIX)


@dataclass(frozen=True, slots=True)
class Room:
    """What the handlers work with: the collection's desk, and who a request comes from."""

    desk: Desk
    visitor: Callable[[Any], Visitor]


def _admitted(request: Request) -> tuple[Desk, str]:
    room: Room = request.app.state.triage
    visitor = room.visitor(request)
    if not visitor.roles & ROLES:
        raise HTTPException(403, "only reviewers and administrators triage")
    return room.desk, visitor.name


@router.get("")
def without_slash(request: Request) -> Response:
    """Send to the address that the page's own relative addresses are below."""
    _admitted(request)
    return RedirectResponse("triage/", 308)


@router.get("/")
def index(request: Request) -> Response:
    """The page itself."""
    _admitted(request)
    return _file("index.html")


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    """A part of the page."""
    _admitted(request)
    return _file(name)


@router.get("/api/setup")
def setup(request: Request) -> JSONResponse:
    """Reasons with their keys, concepts, and who is asking."""
    desk, name = _admitted(request)
    return JSONResponse(desk.setup(name))


@router.get("/api/subjects")
def subjects(request: Request, second: bool = False) -> JSONResponse:
    """Everything to decide."""
    desk, name = _admitted(request)
    return JSONResponse(desk.subjects(name, second=second))


@router.get("/api/changes")
def changes(request: Request, since: int, second: bool = False) -> JSONResponse:
    """What was decided since."""
    desk, name = _admitted(request)
    return JSONResponse(desk.changes(name, since, second=second))


@router.get("/api/film")
def film(request: Request, subject: str) -> JSONResponse:
    """A video to be trimmed."""
    desk, name = _admitted(request)
    return JSONResponse(_asked(lambda: desk.film(name, subject)))


@router.get("/api/part")
def part(request: Request, subject: str, frames: str) -> JSONResponse:
    """What a part would be as a clip; frames are ``first,last,event first,event last``."""
    desk, _ = _admitted(request)
    asked = Frames(*_numbers(frames, 4))
    return JSONResponse(_asked(lambda: desk.part(subject, asked)))


@router.get("/api/around")
def around(request: Request, subject: str, event: str) -> JSONResponse:
    """The clip around an event, ``first,last``."""
    desk, _ = _admitted(request)
    first, last = _numbers(event, 2)
    return JSONResponse(_asked(lambda: desk.around(subject, first, last)))


@router.post("/api/decisions")
async def decide(request: Request) -> JSONResponse:
    """Store a decision; the answer is sent when it is on the disk."""
    desk, name = _admitted(request)
    body = await read(request, DecisionBody)
    return await run_in_threadpool(_stored, desk, name, body)


@router.post("/api/undo")
async def undo(request: Request) -> JSONResponse:
    """Take a decision back."""
    desk, name = _admitted(request)
    body = await read(request, UndoBody)
    return await run_in_threadpool(_stored, desk, name, body)


@router.get("/frame")
def frame(request: Request, media: str, index: int) -> Response:
    """A frame, decoded here, as the export would write it."""
    desk, _ = _admitted(request)
    return Response(_asked(lambda: desk.frame(media, index)), media_type="image/jpeg")


@router.get("/strip")
def strip(request: Request, media: str) -> Response:
    """Small pictures over the length of a video."""
    desk, _ = _admitted(request)
    return Response(_asked(lambda: desk.strip(media)), media_type="image/jpeg")


@router.get("/preview")
def preview(request: Request, media: str) -> Response:
    """The looping copy, by ranges."""
    desk, _ = _admitted(request)
    path = _asked(lambda: desk.preview(media))
    # Nothing of a video stays in a browser's cache, where a removal would not reach it.
    return FileResponse(path, media_type="video/mp4", headers={"cache-control": "no-store"})


def _stored(desk: Desk, name: str, body: DecisionBody | UndoBody) -> JSONResponse:
    def work() -> dict[str, Any]:
        if isinstance(body, UndoBody):
            return {"now": desk.undo(name, body)}
        return {"now": desk.decide(name, body)}

    try:
        return JSONResponse(_asked(work))
    except DecidedError:
        now = _asked(lambda: desk.standing_for(name, body))
        return JSONResponse({"error": "decided meanwhile", "now": now}, 409)


def _asked(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is asked for
    try:
        return work()
    except DecidedError:
        raise
    except GoneError as error:
        raise HTTPException(404, error.message) from error
    except RefusedError as error:
        raise HTTPException(403, error.message) from error
    except (CollectError, ConfigError) as error:
        raise HTTPException(422, error.message) from error


def _numbers(text: str, count: int) -> list[int]:
    found = text.split(",")
    if len(found) != count or not all(each.isascii() and each.isdigit() for each in found):
        raise HTTPException(422, f"expected {count} frame numbers with commas between")
    return [int(each[:9]) for each in found]


def _file(name: str) -> Response:
    folder = files("refvps.collect.triage").joinpath("static")
    known = {each.name: each for each in folder.iterdir()}
    kind = KINDS.get(name.rpartition(".")[2])
    if name not in known or kind is None:
        raise HTTPException(404, "there is no such file")
    headers = {"content-security-policy": POLICY} if name.endswith(".html") else {}
    return Response(known[name].read_bytes(), media_type=kind, headers=headers)
