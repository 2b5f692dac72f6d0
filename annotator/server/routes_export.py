"""Exports: masks and expressions out of the project, into a folder of it on the server."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from annotator.formats.masks_out import Chosen, NotReadyError, export_masks, export_release
from annotator.ids import is_id
from annotator.jobs import Kind
from annotator.project import EXPORTS, Project
from annotator.server.access import require_role
from annotator.server.application import services_of
from annotator.server.bodies import ExportBody, RequestError, read_model
from refvps.errors import ConfigError

router = APIRouter(prefix="/api")


@router.get("/exports")
def exports(request: Request) -> list[dict[str, str]]:
    """List what was exported through the browser, by name."""
    require_role(request, "admin")
    folder = services_of(request).project.root / EXPORTS
    names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    return [{"export": name, "folder": f"{EXPORTS}/{name}"} for name in names if is_id(name)]


@router.post("/export")
async def export(request: Request) -> dict[str, Any]:
    """Write a new folder ``exports/NAME`` of the project; no pixel of it is sent.

    Whoever runs the server takes it from there, so that nobody who labels a clip is shown another
    person's labels of it.
    """
    require_role(request, "admin")
    body = await read_model(request, ExportBody)
    if not is_id(body.name):
        raise RequestError(422, "an export is named with a-z, 0-9, '_' and '-', at most 64")
    project = services_of(request).project
    if (project.root / EXPORTS / body.name).exists():
        raise RequestError(409, f"there is an export {body.name!r} already; choose another name")
    count = await run_in_threadpool(_exported, project, body)
    return {"export": body.name, "folder": f"{EXPORTS}/{body.name}", "clips": count}


def _exported(project: Project, body: ExportBody) -> int:
    to = project.root / EXPORTS / body.name
    chosen = Chosen(Kind(body.kind), body.user, body.unfinished)
    try:
        if body.form == "release":
            return export_release(project, to, body.version, chosen)
        return export_masks(project, to, body.form, chosen)
    except NotReadyError as error:
        raise RequestError(409, error.message, details=error.details) from error
    except ConfigError as error:
        raise RequestError(422, error.message) from error
