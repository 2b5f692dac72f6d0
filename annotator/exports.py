"""Exports into the project's own folder, as the browser asks for them: one at a time."""

import os
import threading
from pathlib import Path

from annotator.formats import mask_writers
from annotator.formats.masks_out import Chosen, NotReadyError, export_masks, export_release
from annotator.ids import is_id
from annotator.keyframe import SessionError
from annotator.project import EXPORTS, Project
from refvps.errors import DataError

RELEASE = "release"
FORMS = (RELEASE, *mask_writers.FORMS)
_ALONE = threading.Lock()


def export_project(project: Project, name: str, form: str, chosen: Chosen, version: str) -> int:
    """Export to ``exports/NAME`` and return how many clips; one export at a time.

    Raises:
        NotReadyError: nothing can be exported yet, and why.
        SessionError: another export runs, there is one of that name, or the disk is full.
    """
    if not is_id(name):
        raise SessionError("name the export with a-z, 0-9, '_' and '-'")
    to = project.root / EXPORTS / name
    if to.exists():
        raise SessionError(f"there is an export {name} already; choose another name")
    if not _ALONE.acquire(blocking=False):
        raise SessionError("another export is running; wait for it")
    try:
        to.parent.mkdir(exist_ok=True)
        if form == RELEASE:
            return export_release(project, to, version, chosen)
        return export_masks(project, to, form, chosen)
    except NotReadyError:
        if not any(to.parent.iterdir()):
            to.parent.rmdir()
        raise
    except (DataError, OSError) as error:
        text = error.message if isinstance(error, DataError) else str(error.strerror)
        raise SessionError(_without_root(text, project.root)) from error
    finally:
        _ALONE.release()


def exported_folders(project: Project) -> list[Path]:
    """Return what was exported, the newest first."""
    folder = project.root / EXPORTS
    found = [path for path in folder.iterdir() if is_id(path.name)] if folder.is_dir() else []
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def _without_root(text: str, root: Path) -> str:
    """Return a message that names files as they lie in the project, not on the machine."""
    return text.replace(f"{root}{os.sep}", "").replace(str(root), "the project")
