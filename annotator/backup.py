"""Backup and verification of a whole project."""

import contextlib
import os
import tarfile
from pathlib import Path

from annotator.clip import verify_clip
from annotator.ids import is_id
from annotator.project import EXPORTS, WORK, Project
from annotator.store.verify import verify_work
from annotator.store.work import EVENTS, HEAD
from refvps.atomic import TEMPORARY_PREFIX, new_file
from refvps.errors import DataError, RefvpsError


def verify_project(root: Path) -> list[str]:
    """Return what is wrong with a project, one line each; nothing is changed.

    Raises:
        DataError: it is no project.
    """
    project = Project(root)
    found: list[str] = []
    for clip_id in project.clip_ids:
        try:
            clip = project.clip(clip_id)
        except RefvpsError as error:
            found.append(error.message)
            continue
        found += verify_clip(clip)
        found += _thawed(project, clip_id)
        folder = root / WORK / clip_id
        for work in sorted(folder.iterdir()) if folder.is_dir() else ():
            if is_id(work.name):
                found += verify_work(work, clip.schedule, clip.size)
    return found


def _thawed(project: Project, clip_id: str) -> list[str]:
    """Return the frozen jobs of a clip whose work is not what was frozen."""
    found = []
    for job in project.jobs():
        if job.clip != clip_id or job.frozen_digest is None:
            continue
        # Work that cannot even be opened is listed where it is read whole.
        with contextlib.suppress(RefvpsError):
            if project.digest(job) != job.frozen_digest:
                at = f"frozen at revision {job.frozen_rev}"
                found.append(f"job {job.job_id}: what was {at} was changed; restore it")
    return found


def backup_project(root: Path, to: Path) -> str:
    """Write a project into one tar file, whole or not at all; return what to tell.

    It may be served meanwhile: of each person's work the head is copied first, then the log and
    the planes, which only grow; so everything a copied head names is copied, and what came later
    is in the log and carried out when the copy is opened. Passwords and the key are copied too:
    keep the file as you keep the project.

    Raises:
        DataError: the file is there already, or cannot be written.
    """
    Project(root)
    if to.exists():
        raise DataError(to, "is there already; name a new file")
    count = 0
    earlier = os.umask(0o077)
    try:
        with new_file(to) as temporary, tarfile.open(temporary, "w") as archive:
            for path in _in_order(root):
                archive.add(path, path.relative_to(root), recursive=False)
                count += 1
    except tarfile.TarError as error:
        raise DataError(to, f"cannot be written: {error}") from error
    finally:
        os.umask(earlier)
    return f"{to}: {count} files; unpack it into an empty folder and run `annotate verify` there"


def _in_order(root: Path) -> list[Path]:
    """Return the files to copy: every log before the planes that it may name, heads before logs.

    Exports are left out: they are made again from the rest.
    """
    found = [
        path
        for path in root.rglob("*")
        if path.is_file()
        and not path.name.startswith((TEMPORARY_PREFIX, ".lock"))
        # An export can be made again, and one may be under way.
        and path.relative_to(root).parts[0] != EXPORTS
    ]
    rank = {HEAD: 0, EVENTS: 1}
    return sorted(found, key=lambda path: (rank.get(path.name, 2), path))
