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
from annotator.jobs import Job, JobState, Kind, read_jobs, write_job
from annotator.keyframe import SessionError
from annotator.protocol import VERSION
from annotator.store.work import Work
from annotator.users import Users
from refvps import atomic
from refvps.errors import DataError
from refvps.strict_json import read_json

PROJECT_FILE = "project.json"
SCHEMA = "refvps-project/1"
CLIPS, JOBS, WORK, REVIEWS = "clips", "jobs", "ann", "reviews"
CARDS, EXPORTS = "cards", "exports"
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
            if any((job.clip, job.user, job.kind) == (clip_id, user, kind) for job in self.jobs()):
                raise SessionError(f"{user} has a {kind} job on clip {clip_id} already")
            if kind in (Kind.MASK, Kind.RELABEL):
                taken = {job.kind for job in self.jobs() if (job.clip, job.user) == (clip_id, user)}
                if taken & {Kind.MASK, Kind.RELABEL}:
                    raise SessionError(f"{user} labels clip {clip_id} already; ask somebody else")
            if kind is Kind.EXPRESSION:
                writers = [job for job in self.jobs() if (job.clip, job.kind) == (clip_id, kind)]
                if len(writers) >= WRITERS:
                    raise SessionError(f"{WRITERS} people write expressions of {clip_id} already")
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
                job = replace(job, frozen_rev=self.work(job).head.rev)
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
