"""A project as a place that may hold traces of a clip."""

import contextlib
import shutil
from collections.abc import Iterable, Set
from pathlib import Path

from annotator.clip import ProjectClip
from annotator.ids import as_id
from annotator.project import CLIPS, JOBS, PROJECT_FILE, REVIEWS, WORK, Project
from refvps.errors import RefvpsError
from refvps.release.schema import REMOVED
from refvps.takedown.place import Name, Removal, Traces, values
from refvps.tombstones import bury, merged, read_tombstones, write_tombstones

REPORTS, EXPORTS = "iaa", "exports"
"""Reports of agreement and exports below a project; those made with the clip go whole."""


class ProjectPlace:
    """See ``Place``."""

    rank = 20

    def restore(self, folder: Path) -> None:
        """Do nothing: it is never moved."""

    def recognises(self, folder: Path) -> bool:
        """Return whether it holds a project."""
        return (folder / PROJECT_FILE).is_file()

    def related(self, folder: Path, names: Set[Name]) -> Set[Name]:
        """Return all clips of the same video, and those that show the very same frames."""
        project = Project(folder)
        clips = _clips(project, values(names, "clip"))
        opened = [_opened(project, clip) for clip in project.clip_ids]
        known = [clip for clip in opened if clip is not None]
        mine = [clip for clip in known if clip.clip_id in clips]
        videos = {clip.facts.video for clip in mine}
        frames = {clip.frames_digest for clip in mine}
        same = [c for c in known if c.facts.video in videos or c.frames_digest in frames]
        return {Name("clip", clip) for clip in (*clips, *(each.clip_id for each in same))}

    def traces(self, folder: Path, names: Set[Name]) -> Traces:
        """Return ids of clips and jobs, texts, and the digests of frames and planes."""
        project = Project(folder)
        gone = _clips(project, values(names, "clip"))
        rest = [clip for clip in project.clip_ids if clip not in gone]
        jobs = {job.job_id for job in project.jobs() if job.clip in gone}
        words = set(gone) | jobs | (_texts(project, gone) - _texts(project, rest))
        files = _files(project, gone) - _files(project, rest)
        return Traces(frozenset(words | files), frozenset(files))

    def remove(self, folder: Path, removal: Removal) -> str:
        """Delete clips with everybody's revisions, logs, reviews, jobs, reports and exports."""
        project = Project(folder)
        with project.alone():
            gone = _clips(project, removal.values("clip"))
            if not gone:
                return ""
            named = [("clip", clip) for clip in gone]
            opened = (_opened(project, clip) for clip in gone)
            named += [("frames", each.frames_digest) for each in opened if each is not None]
            stones = [bury(*each, removal.reason, removal.at) for each in named]
            path = folder / REMOVED
            write_tombstones(path, merged(read_tombstones(path), stones))
            people = sum(len(_folders(folder / WORK / clip)) for clip in gone)
            for job in project.jobs():
                if job.clip in gone:
                    (folder / JOBS / f"{job.job_id}.json").unlink(missing_ok=True)
            for clip in gone:
                for kind in (WORK, REVIEWS, CLIPS):
                    shutil.rmtree(folder / kind / clip, ignore_errors=True)
            made = _delete_made(folder, gone)
        more = f", {made} reports and exports" if made else ""
        return f"{len(gone)} clips with the work of {people} people deleted{more}"


def load() -> ProjectPlace:
    """Return the place."""
    return ProjectPlace()


def _clips(project: Project, names: Iterable[str]) -> list[str]:
    known = set(project.clip_ids)
    return sorted({each for name in names for each in (name, as_id(name)) if each in known})


def _opened(project: Project, clip_id: str) -> ProjectClip | None:
    """Return a clip; None for one that is damaged, or half deleted: it has to go nevertheless."""
    try:
        return project.clip(clip_id)
    except RefvpsError:
        return None


def _texts(project: Project, clips: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for job in project.jobs():
        if job.clip in clips:
            with contextlib.suppress(RefvpsError):
                work = project.work(job)
                found |= set(work.head.expressions)
                found |= {text for each in work.events() for text in each.get("expressions", ())}
    return found


def _files(project: Project, clips: Iterable[str]) -> set[str]:
    """Return the digests of all frames, and of all planes of all revisions."""
    found: set[str] = set()
    for clip in clips:
        opened = _opened(project, clip)
        found |= set() if opened is None else set(opened.digests)
        found |= {path.stem for path in (project.root / WORK / clip).rglob("objects/*/*.png")}
    return found


def _delete_made(folder: Path, gone: Iterable[str]) -> int:
    made = [
        each
        for kind in (REPORTS, EXPORTS)
        for each in _folders(folder / kind)
        if any(
            f'"{clip}"' in p.read_text("utf-8", "replace") for clip in gone for p in _texts_in(each)
        )
        or any(path.name.partition(".")[0] in gone for path in each.rglob("*"))
    ]
    for each in made:
        shutil.rmtree(each)
    return len(made)


def _texts_in(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.suffix in (".json", ".csv", ".html") and p.is_file()]


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
