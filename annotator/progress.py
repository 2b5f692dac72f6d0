"""How far a project is: per job, per clip, per person, and how long it took."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from annotator.activity import measured
from annotator.handing_in import EXPRESSIONS
from annotator.jobs import Job, JobState, Kind
from annotator.keyframe import State
from annotator.project import Project
from annotator.session import keyframe_of

DONE = (JobState.SUBMITTED, JobState.IN_REVIEW, JobState.ACCEPTED, JobState.FROZEN)
"""States in which the annotator has nothing left to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one job is.

    Attributes:
        job: which.
        done: keyframes with a label, or expressions that are written.
        of: how many there are to be.
        seconds: of work, by the log.
        edited: keyframes that a person changed by hand.
    """

    job: Job
    done: int
    of: int
    seconds: float
    edited: int = 0

    @property
    def handed_in(self) -> bool:
        """Whether the annotator has nothing left to do."""
        return self.job.state in DONE

    @property
    def seconds_each(self) -> float | None:
        """Seconds for each keyframe or expression that is done; None before the first."""
        return self.seconds / self.done if self.done else None


@dataclass(frozen=True, slots=True)
class Total:
    """Several jobs together.

    Attributes:
        jobs: how many.
        handed_in: how many of them.
        done: keyframes or expressions.
        of: how many there are to be.
        seconds: of work.
    """

    jobs: int = 0
    handed_in: int = 0
    done: int = 0
    of: int = 0
    seconds: float = 0.0

    @property
    def minutes_each(self) -> float | None:
        """Minutes for each that is done; None before the first."""
        return self.seconds / 60 / self.done if self.done else None


class Meter:
    """Measures jobs; a log that did not grow since is not read again.

    Args:
        project: whose jobs.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, tuple[int, float]] = {}

    def progress(self, job: Job) -> Progress:
        """Return how far a job is."""
        work = self._project.work(job)
        head, seconds = work.head, self._seconds(job)
        if job.kind is Kind.EXPRESSION:
            return Progress(job, sum(map(bool, head.expressions)), EXPRESSIONS, seconds)
        keyframes, count = head.keyframes, work.schedule.keyframes
        states = [keyframe_of(keyframes, k) for k in range(count)]
        done = sum(each.state is not State.EMPTY for each in states)
        edited = sum(each.source == "hand" and each.state is not State.ABSENT for each in states)
        return Progress(job, done, count, seconds, edited)

    def all(self) -> list[Progress]:
        """Return how far every job is."""
        return [self.progress(job) for job in self._project.jobs()]

    def _seconds(self, job: Job) -> float:
        work = self._project.work(job)
        size = work.logged_bytes
        known = self._known.get(job.job_id)
        if known is None or known[0] != size:
            own = (event for event in work.events() if event.get("job") == job.job_id)
            known = self._known[job.job_id] = (size, measured(own).seconds)
        return known[1]


def total(found: Iterable[Progress]) -> Total:
    """Return several jobs together."""
    jobs = list(found)
    return Total(
        len(jobs),
        sum(each.handed_in for each in jobs),
        sum(each.done for each in jobs),
        sum(each.of for each in jobs),
        sum(each.seconds for each in jobs),
    )


def grouped(
    found: Iterable[Progress], key: Callable[[Progress], str]
) -> Mapping[str, list[Progress]]:
    """Return jobs by something they share, in the order of its name."""
    groups: dict[str, list[Progress]] = {}
    for each in found:
        groups.setdefault(key(each), []).append(each)
    return {name: groups[name] for name in sorted(groups)}
