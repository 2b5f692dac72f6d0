"""Exports and backups: made on the server, fetched by an administrator."""

import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, StreamingResponse

from annotator.backup import backup_project
from annotator.exports import FORMS, export_project, exported_folders
from annotator.formats.masks_out import Chosen, NotReadyError
from annotator.ids import is_id, require_id
from annotator.jobs import Kind
from annotator.project import EXPORTS
from annotator.server.access import require_role
from annotator.server.application import services_of
from annotator.server.bodies import ExportBody, RequestError, read_model
from refvps.atomic import TEMPORARY_PREFIX
from refvps.errors import RefvpsError

router = APIRouter(prefix="/api")


@router.post("/export")
async def export(request: Request) -> dict[str, Any]:
    """Export to a new folder of the project."""
    require_role(request, "admin")
    body = await read_model(request, ExportBody)
    if not is_id(body.name) or body.form not in FORMS:
        raise RequestError(422, f"name it with a-z, 0-9, '_' and '-'; forms: {', '.join(FORMS)}")
    chosen = Chosen(Kind(body.kind), body.user, body.unfinished)
    project = services_of(request).project
    try:
        count = await run_in_threadpool(
            export_project, project, body.name, body.form, chosen, body.version
        )
    except NotReadyError as error:
        raise RequestError(409, error.message, details=error.details) from error
    return {"export": body.name, "folder": f"{EXPORTS}/{body.name}", "clips": count}


@router.get("/exports")
def exports(request: Request) -> list[dict[str, Any]]:
    """List what was exported."""
    require_role(request, "admin")
    found = exported_folders(services_of(request).project)
    return [{"export": path.name, "folder": f"{EXPORTS}/{path.name}"} for path in found]


@router.get("/exports/{name}")
def fetch(request: Request, name: str) -> StreamingResponse:
    """Send an export as one tar file, made while it is sent."""
    require_role(request, "admin")
    folder = services_of(request).project.root / EXPORTS / name
    if not is_id(name) or folder.is_symlink() or not folder.is_dir():
        raise RequestError(404, "there is no such export")
    headers = {"content-disposition": f'attachment; filename="{name}.tar"'}
    return StreamingResponse(_tar(folder), media_type="application/x-tar", headers=headers)


@router.get("/backup")
def backup(request: Request) -> FileResponse:
    """Send a backup of the whole project: everything in it, hashed passwords too."""
    require_role(request, "admin")
    project = services_of(request).project
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=project.root))
    name = f"{require_id(_plain(project.root.name), 'project')}-{time.strftime('%Y-%m-%d')}.tar"
    try:
        backup_project(project.root, folder / name)
    except RefvpsError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    done = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(folder / name, filename=name, background=done)


def _plain(name: str) -> str:
    kept = "".join(c for c in name.lower() if c.isascii() and (c.isalnum() or c in "-_"))
    return kept.lstrip("-_")[:40] or "project"


class _Pipe:
    """Holds what a tar writer wrote until it is sent."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        """Take a part."""
        self.parts.append(bytes(part))
        return len(part)

    def taken(self) -> bytes:
        """Return what was written since."""
        found, self.parts = b"".join(self.parts), []
        return found


def _tar(folder: Path) -> Iterator[bytes]:
    """Yield a tar file of a folder, a file at a time."""
    pipe = _Pipe()
    with tarfile.open(fileobj=pipe, mode="w|") as archive:  # type: ignore[call-overload]
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                archive.add(path, Path(folder.name) / path.relative_to(folder), recursive=False)
                yield pipe.taken()
    yield pipe.taken()
