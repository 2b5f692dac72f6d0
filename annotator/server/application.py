"""The application: routes behind the door, one model, one project."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from annotator.keyframe import SessionError
from annotator.project import Project
from annotator.scheduling import Scheduler, SupersededError
from annotator.segmenters.protocol import PromptError, Segmenter
from annotator.server.bodies import RequestError, read_body
from annotator.server.desk import Desk, StaleError
from annotator.server.front_page import front_page
from annotator.server.guard import COOKIE, Guard, LoginLimit
from annotator.server.leases import LeaseError, Leases
from annotator.server.login_page import LOGIN_CSS, login_page
from annotator.server.pool import SessionPool
from annotator.store.work import ConflictError
from annotator.users import COOKIE_SECONDS
from refvps.errors import DataError, RefvpsError, ShapeError
from refvps.pages import PageFactory, PageHost, PageLink, Visitor

log = logging.getLogger(__name__)

LOGIN_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes work with."""

    project: Project
    desk: Desk
    leases: Leases
    pages: list[PageLink] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Serving:
    """How the application is reached.

    Attributes:
        root_path: below which a reverse proxy shows it, such as "/annotate"; "" for the root.
        secure: whether browsers reach it by https, so that the cookie never travels otherwise.
    """

    root_path: str = ""
    secure: bool = False


def build(
    project: Project,
    segmenter: Segmenter,
    serving: Serving = Serving(),
    pages: Sequence[PageFactory] = (),
) -> FastAPI:
    """Return the application.

    Args:
        project: what it serves; the caller holds its lock.
        segmenter: answers clicks, in one thread.
        serving: how it is reached.
        pages: further pages, each mounted behind the same door.
    """
    from annotator.server import (
        routes_editor,
        routes_export,
        routes_jobs,
        routes_masks,
        routes_review,
    )

    scheduler = Scheduler()
    pool = SessionPool(segmenter)
    services = Services(project, Desk(project, pool, scheduler), Leases())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(scheduler.close)
        pool.close()

    app = FastAPI(
        title="refvps annotate",
        root_path=serving.root_path,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.services = services
    _add_errors(app)
    _add_door(app, serving)
    _add_front(app, serving)
    for routes in (routes_jobs, routes_masks, routes_review, routes_export, routes_editor):
        app.include_router(routes.router)
    for factory in pages:
        link = factory(PageHost(app, visitor_of, {}))
        if link is not None:
            services.pages.append(link)
    app.add_middleware(Guard, visitor=project.users.visitor)
    return app


def visitor_of(request: Request) -> Visitor:
    """Return who makes a request; the door has seen to it that somebody does."""
    visitor = request.scope["state"]["visitor"]
    assert isinstance(visitor, Visitor)  # noqa: S101 - for the type checker
    return visitor


def services_of(request: Request) -> Services:
    """Return what the application works with."""
    services = request.app.state.services
    assert isinstance(services, Services)  # noqa: S101 - for the type checker
    return services


def _add_door(app: FastAPI, serving: Serving) -> None:
    limit = LoginLimit()

    @app.get("/healthz")
    def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    @app.get("/login.css")
    def stylesheet() -> Response:
        return Response(LOGIN_CSS, media_type="text/css")

    @app.get("/login")
    def ask() -> HTMLResponse:
        return HTMLResponse(login_page(serving.root_path))

    @app.post("/login")
    async def login(request: Request) -> Response:
        given = parse_qs((await read_body(request, LOGIN_BYTES)).decode("utf-8", "replace"))
        name = given.get("name", [""])[0][:64]
        password = given.get("password", [""])[0]
        address = request.client.host if request.client else ""
        # A name that many addresses try waits with its address, so nobody locks others out.
        keys = (f"from {address}", f"{name} from {address}")
        if limit.blocked(*keys):
            page = login_page(serving.root_path, "Too many failed logins; wait five minutes.")
            return HTMLResponse(page, 429)
        users = services_of(request).project.users
        if not await run_in_threadpool(users.check, name, password):
            limit.failed(*keys)
            return HTMLResponse(login_page(serving.root_path, "Wrong name or password."), 401)
        response = Response(status_code=303, headers={"location": f"{serving.root_path}/"})
        response.set_cookie(
            COOKIE,
            users.cookie(name),
            max_age=COOKIE_SECONDS,
            path=f"{serving.root_path}/",
            httponly=True,
            samesite="strict",
            secure=serving.secure,
        )
        return response


def _add_front(app: FastAPI, serving: Serving) -> None:
    @app.post("/logout")
    def logout() -> Response:
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path=f"{serving.root_path}/")
        return response

    @app.get("/")
    def front(request: Request) -> Response:
        services, visitor = services_of(request), visitor_of(request)
        for page in services.pages:
            if page.home:
                return Response(None, 303, {"location": f"{serving.root_path}/{page.path}"})
        jobs = [job for job in services.project.jobs() if job.user == visitor.name]
        links = [page for page in services.pages if not page.roles or page.roles & visitor.roles]
        return HTMLResponse(front_page(services.project.name, visitor, jobs, links))


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(RefvpsError)
    def expected(_request: Request, error: RefvpsError) -> JSONResponse:
        return JSONResponse(_document(error), _status(error))

    @app.exception_handler(HTTPException)
    def framework(_request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": str(error.detail)}, error.status_code)


def _document(error: RefvpsError) -> dict[str, Any]:
    if isinstance(error, DataError):
        # Paths of the server are nobody's business; whoever runs it finds them in its log.
        log.warning("%s", error.message)
        return {"error": "the server cannot read or write its files; tell whoever runs it"}
    found: dict[str, Any] = {"error": error.message}
    reason = next((name for kind, name in _REASON if isinstance(error, kind)), None)
    if reason is not None:
        found["reason"] = reason
    if isinstance(error, ConflictError):
        found |= {"conflict": error.k, "rev": error.latest}
    if error.details:
        found["details"] = list(error.details)
    return found


_REASON: tuple[tuple[type[RefvpsError], str], ...] = (
    (ConflictError, "conflict"),
    (LeaseError, "lease"),
    (SessionError, "state"),
)
"""Why something is 409, for a browser that must choose what to do."""

_STATUS: tuple[tuple[type[RefvpsError], int], ...] = (
    (ConflictError, 409),
    (LeaseError, 409),
    (SessionError, 409),
    (SupersededError, 409),
    (StaleError, 409),
    (PromptError, 422),
    (ShapeError, 422),
)


def _status(error: RefvpsError) -> int:
    if isinstance(error, RequestError):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
