"""Which work of a project is published: what a reviewer accepted, or an adjudicator decided."""

from annotator.jobs import Job, JobState, Kind
from annotator.project import Project
from refvps.errors import DataError
from refvps.types import Expression

REVIEWED = (JobState.ACCEPTED, JobState.FROZEN)


def masks_to_publish(project: Project, *, unreviewed: bool) -> dict[str, Job]:
    """Return the job of every clip whose masks are published.

    An adjudication goes before the first labelling; a blind second one is never published.

    Args:
        project: the project.
        unreviewed: whether work that was handed in, but that nobody looked at, is published too.

    Raises:
        DataError: two people's first labels of one clip are ready.
    """
    found: dict[str, Job] = {}
    for kind in (Kind.ADJUDICATE, Kind.MASK):
        for job in project.jobs():
            ready = job.state.handed_in if unreviewed else job.state in REVIEWED
            if job.kind is not kind or not ready:
                continue
            before = found.get(job.clip)
            if before is not None and before.kind is kind:
                raise DataError(
                    job.clip,
                    f"is labelled by {before.user} and {job.user}, both ready; have it adjudicated",
                )
            found.setdefault(job.clip, job)
    return dict(sorted(found.items()))


def expressions_to_publish(project: Project, clip_id: str) -> tuple[Expression, ...]:
    """Return the expressions of a clip: those of each person, people in order of their names.

    Where there are jobs of expressions, those that are handed in count; else every text.

    Raises:
        DataError: there is none.
    """
    jobs = [job for job in project.jobs() if job.clip == clip_id]
    asked = [job for job in jobs if job.kind is Kind.EXPRESSION]
    people = {job.user for job in asked if job.state.handed_in} if asked else {j.user for j in jobs}
    found: list[Expression] = []
    for person in sorted(people):
        job = next(job for job in jobs if job.user == person)
        for text in project.work(job).head.expressions:
            found.append(Expression(str(len(found)), text, "1", person))
    if not found:
        raise DataError(clip_id, "has no expression that is handed in; a release needs one")
    return tuple(found)
