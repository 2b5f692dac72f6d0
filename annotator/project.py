"""An annotation project: a folder with clips, jobs, accounts and everyone's work."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from annotator.clip import ProjectClip, read_clip
from annotator.ids import is_id, require_id
from annotator.jobs import LABELLING, LABELS, Job, JobState, Kind, read_jobs, write_job
from annotator.keyframe import SessionError
from annotator.protocol import VERSION
from annotator.store.seal import expressions_digest, masks_digest
from annotator.store.work import Work
from annotator.users import Users
from refvps import atomic
from refvps.errors import DataError
from refvps.strict_json import read_json

PROJECT_FILE = "project.json"
SCHEMA = "refvps-project/1"
CLIPS, JOBS, WORK, REVIEWS = "clips", "jobs", "ann", "reviews"
CARDS, EXPORTS = "cards", "exports"
"""Exports are made when asked for through the browser; they can always be made again."""
WRITERS = 2
"""People who write expressions of a clip, each on their own."""
LOCK = ".lock"


def create_project(root: Path, name: str) -> "Project":
    """Make a new project.

    Raises:
        DataError: something is there already, or the disk is full.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise DataError(root, "is there already and not empty; choose another folder")
    root.mkdir(parents=True, exist_ok=True)
    for folder in (CLIPS, JOBS, WORK, REVIEWS):
        (root / folder).mkdir(exist_ok=True)
    atomic.write_json(root / PROJECT_FILE, {"schema": SCHEMA, "name": name})
    return Project(root)


class Project:
    """An opened project; any number of threads, one process that writes.

    Args:
        root: its folder.

    Raises:
        DataError: it is no project, or damaged.
    """

    def __init__(self, root: Path) -> None:
        path = root / PROJECT_FILE
        if not path.is_file():
            raise DataError(
                root, "is no project; make one with `refvps annotate create`, or try --demo"
            )
        header = read_json(path)
        if not isinstance(header, dict) or header.get("schema") != SCHEMA:
            raise DataError(path, f"is no project of this version; expected schema {SCHEMA!r}")
        self.root = root
        self.name = str(header.get("name", root.name))
        self.users = Users(root)
        self._jobs = read_jobs(root / JOBS)
        self._clips: dict[str, ProjectClip] = {}
        self._works: dict[tuple[str, str], Work] = {}
        self._lock = threading.RLock()
        self.writing = threading.Lock()  # held while a log of cards or reviews grows

    @property
    def clip_ids(self) -> tuple[str, ...]:
        """The clips, sorted."""
        return tuple(sorted(p.name for p in (self.root / CLIPS).iterdir() if is_id(p.name)))

    def clip(self, clip_id: str) -> ProjectClip:
        """Return a clip.

        Raises:
            DataError: there is none of that name, or it is damaged.
        """
        with self._lock:
            if clip_id not in self._clips:
                folder = self.root / CLIPS / require_id(clip_id, "clip")
                if folder.is_symlink() or not folder.is_dir():
                    raise DataError(folder, "is missing; the project has no such clip")
                self._clips[clip_id] = read_clip(folder)
            return self._clips[clip_id]

    def forget(self, clip_id: str) -> None:
        """Drop what is remembered of a clip whose folder is gone."""
        with self._lock:
            self._clips.pop(clip_id, None)

    def jobs(self) -> tuple[Job, ...]:
        """Return all jobs, by name."""
        with self._lock:
            return tuple(self._jobs[name] for name in sorted(self._jobs))

    def job(self, job_id: str) -> Job | None:
        """Return a job; None if there is none of that name."""
        return self._jobs.get(job_id)

    def assign(self, kind: Kind, clip_id: str, user: str, due: str | None = None) -> Job:
        """Give somebody a job; the name tells nothing of who else works on the clip.

        Args:
            kind: what it is for.
            clip_id: on which clip.
            user: who does it.
            due: the day it is due, as in "2026-11-30".

        Raises:
            DataError: no such clip or user.
            SessionError: the same person has a job of masks on the clip already, or two people
                write its expressions.
        """
        self.clip(clip_id)
        if user not in self.users.names:
            raise DataError(self.root, f"has no user {user!r}; make one with `annotate user`")
        with self._lock:
            self._require_assignable(kind, clip_id, user)
            job = Job(
                f"{clip_id[:40]}-{kind.value[:7].replace('_', '-')}-{user[:14]}",
                kind,
                clip_id,
                user,
                due=due,
            )
            if job.job_id in self._jobs:
                job = replace(job, job_id=f"{job.job_id[:58]}-{len(self._jobs)}")
            self._put(job)
            return job

    def _require_assignable(self, kind: Kind, clip_id: str, user: str) -> None:
        """Raise ``SessionError`` where a job would break the rules of who does what."""
        on_clip = [job for job in self.jobs() if job.clip == clip_id]
        taken = {job.kind for job in on_clip if job.user == user}
        if kind in taken:
            raise SessionError(f"{user} has a {kind} job on clip {clip_id} already")
        if kind in LABELLING and taken & LABELLING:
            raise SessionError(f"{user} labels clip {clip_id} already; ask somebody else")
        if kind is Kind.ADJUDICATE and len(self.handed_in(clip_id)) < 2:
            raise SessionError(
                f"clip {clip_id} has not two labellings that are handed in: nothing to judge"
            )
        if kind is Kind.RELABEL and user == self.clip(clip_id).facts.curator:
            raise SessionError(f"{user} chose clip {clip_id}; ask somebody else to relabel it")
        if kind is Kind.EXPRESSION and [job.kind for job in on_clip].count(kind) >= WRITERS:
            raise SessionError(f"{WRITERS} people write expressions of {clip_id} already")

    def move(self, job_id: str, state: JobState) -> Job:
        """Bring a job to another state.

        Handed in, it keeps the version of the protocol; frozen, the revision that was frozen.

        Raises:
            SessionError: there is no such step.
        """
        with self._lock:
            job = self._jobs[job_id].moved(state)
            if state is JobState.SUBMITTED:
                job = replace(job, protocol=VERSION)
            if state is JobState.FROZEN:
                job = replace(
                    job, frozen_rev=self.work(job).head.rev, frozen_digest=self.digest(job)
                )
            if job != self._jobs[job_id]:
                self._put(job)
            return job

    def work(self, job: Job) -> Work:
        """Return the work of a job's own user on its clip: nobody else's can be asked for."""
        key = (job.clip, job.user)
        with self._lock:
            if key not in self._works:
                folder = self.root / WORK / job.clip / require_id(job.user, "user")
                self._works[key] = Work(folder, self.clip(job.clip).schedule)
            return self._works[key]

    def handed_in(self, clip_id: str) -> tuple[Job, ...]:
        """Return the labellings of a clip that were handed in, the first annotator's first."""
        found = [
            job
            for job in self.jobs()
            if job.clip == clip_id and job.kind in LABELS and job.state.handed_in
        ]
        return tuple(sorted(found, key=lambda job: (LABELS.index(job.kind), job.user)))

    def digest(self, job: Job) -> str:
        """Return SHA-256 of what a job's user made: of the labels, or of the expressions."""
        work = self.work(job)
        if job.kind is Kind.EXPRESSION:
            return expressions_digest(work.head)
        return masks_digest(work.head, work.schedule)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from writing to the project.

        Raises:
            DataError: another process has it.
        """
        path = self.root / LOCK
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise DataError(
                self.root, "another process has the project open; stop that server first"
            ) from error
        try:
            yield
        finally:
            os.close(descriptor)

    def _put(self, job: Job) -> None:
        write_job(self.root / JOBS, job)
        self._jobs[job.job_id] = job
