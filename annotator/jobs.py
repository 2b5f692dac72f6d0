"""Who does what on which clip, and how far it is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from annotator.ids import require_id
from annotator.keyframe import SessionError
from refvps import atomic
from refvps.errors import DataError
from refvps.strict_json import read_json


class Kind(StrEnum):
    """What a job is for."""

    MASK = "mask"
    RELABEL = "relabel"
    EXPRESSION = "expression"
    VERIFY_EXPRESSION = "verify_expression"
    REVIEW = "review"
    ADJUDICATE = "adjudicate"


LABELS = (Kind.MASK, Kind.RELABEL)
"""Jobs of one person's own labels of a clip, the first annotator's first."""
LABELLING = frozenset({*LABELS, Kind.ADJUDICATE})
"""Jobs that make masks; one person has at most one of them on a clip."""


class JobState(StrEnum):
    """How far a job is."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    ACCEPTED = "accepted"
    FROZEN = "frozen"

    @property
    def writable(self) -> bool:
        """Whether its annotator may still change anything."""
        return self in (JobState.ASSIGNED, JobState.IN_PROGRESS, JobState.CHANGES_REQUESTED)

    @property
    def handed_in(self) -> bool:
        """Whether the work is finished as far as its annotator is concerned."""
        return self in (
            JobState.SUBMITTED, JobState.IN_REVIEW, JobState.ACCEPTED, JobState.FROZEN
        )  # fmt: skip


_NEXT: Mapping[JobState, frozenset[JobState]] = {
    JobState.ASSIGNED: frozenset({JobState.IN_PROGRESS, JobState.SUBMITTED}),
    JobState.IN_PROGRESS: frozenset({JobState.SUBMITTED}),
    JobState.SUBMITTED: frozenset(
        {JobState.IN_REVIEW, JobState.IN_PROGRESS, JobState.CHANGES_REQUESTED, JobState.ACCEPTED}
    ),
    JobState.IN_REVIEW: frozenset({JobState.CHANGES_REQUESTED, JobState.ACCEPTED}),
    JobState.CHANGES_REQUESTED: frozenset({JobState.IN_PROGRESS, JobState.SUBMITTED}),
    JobState.ACCEPTED: frozenset({JobState.FROZEN, JobState.CHANGES_REQUESTED}),
    JobState.FROZEN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Job:
    """One person's task on one clip; the only way to any pixel.

    Attributes:
        job_id: its name.
        kind: what it is for.
        clip: the clip's id.
        user: who does it.
        state: how far it is.
        frozen_rev: the revision that was frozen; None before.
        frozen_digest: SHA-256 of what was frozen: of the labels, or of the expressions.
        protocol: version of the annotation protocol when it was last handed in; None before.
        due: the day it is due, as in "2026-11-30", or None.
    """

    job_id: str
    kind: Kind
    clip: str
    user: str
    state: JobState = JobState.ASSIGNED
    frozen_rev: int | None = None
    frozen_digest: str | None = None
    protocol: str | None = None
    due: str | None = None

    def __post_init__(self) -> None:
        """Check that the day is one."""
        if self.due is not None:
            require_day(self.due)

    def require_writable(self) -> None:
        """Raise ``SessionError`` unless its annotator may still change something."""
        if not self.state.writable:
            raise SessionError(f"the job is {self.state}: nothing can be changed any more")

    def moved(self, state: JobState) -> "Job":
        """Return the job in another state; in the same one it stays as it is.

        Raises:
            SessionError: there is no such step.
        """
        if state is self.state:
            return self
        if state not in _NEXT[self.state]:
            raise SessionError(f"job {self.job_id} is {self.state} and cannot become {state}")
        return replace(self, state=state)


def require_day(text: str) -> str:
    """Return a day, which is one of the calendar.

    Raises:
        SessionError: it is none.

    >>> require_day("2026-11-30")
    '2026-11-30'
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise SessionError(f"{text[:20]!r} is no day; write it as 2026-11-30") from None


def write_job(folder: Path, job: Job) -> None:
    """Write ``jobs/JOB.json`` atomically."""
    atomic.write_json(folder / f"{require_id(job.job_id, 'job')}.json", asdict(job))


def read_jobs(folder: Path) -> dict[str, Job]:
    """Return all jobs by name.

    Raises:
        DataError: a file of them is damaged.
    """
    found = {}
    for path in sorted(folder.glob("*.json")):
        value = read_json(path)
        try:
            job = Job(
                require_id(value["job_id"], "job"),
                Kind(value["kind"]),
                require_id(value["clip"], "clip"),
                require_id(value["user"], "user"),
                JobState(value["state"]),
                value["frozen_rev"],
                value.get("frozen_digest"),
                value.get("protocol"),
                value.get("due"),
            )
        except (KeyError, TypeError, ValueError, SessionError) as error:
            raise DataError(path, f"is not as it was written ({error}); restore it") from error
        found[job.job_id] = job
    return found
