"""Handing a job in: what is still missing, and what is kept when nothing is.

Expressions are kept while they are typed and checked when they are handed in, also against those
of other people, which are not shown.
"""

import time

from annotator.expressions import like_others, problems
from annotator.jobs import Job, JobState, Kind
from annotator.keyframe import SessionError, State
from annotator.project import Project
from annotator.protocol import VERSION
from annotator.session import Keyframes, keyframe_of
from annotator.store.work import Change
from refvps.errors import ShapeError

LONGEST_EXPRESSION = 300
EXPRESSIONS = 2
"""What each of two people writes on a clip."""


def missing(project: Project, job: Job) -> list[str]:
    """Return what keeps a job from being handed in, one line each."""
    head = project.work(job).head
    if job.kind is Kind.EXPRESSION:
        return expression_problems(project, job, head.expressions)
    return mask_problems(head.keyframes, project.clip(job.clip).schedule.keyframes)


def mask_problems(keyframes: Keyframes, count: int) -> list[str]:
    """Return what keeps masks from being handed in, one line each."""
    left = [k for k in range(count) if keyframe_of(keyframes, k).state is State.EMPTY]
    found = [f"keyframe {left[0]} and {len(left) - 1} more have no label"] if left else []
    if not any(keyframe.target for keyframe in keyframes.values()):
        found.append("no keyframe shows the target")
    return found


def expression_problems(project: Project, job: Job, texts: tuple[str, ...]) -> list[str]:
    """Return what keeps expressions from being handed in, one line each."""
    if len(texts) != EXPRESSIONS or not all(texts):
        return ["two expressions are needed"]
    others = [text for each in others_of(project, job) for text in each[1]]
    return problems(texts) or like_others(texts, others)


def others_of(project: Project, job: Job) -> list[tuple[Job, tuple[str, ...]]]:
    """Return what other people handed in on a job's clip; whether it may be shown is not said."""
    return [
        (other, project.work(other).head.expressions)
        for other in project.jobs()
        if other.kind is Kind.EXPRESSION
        and (other.clip, other.user != job.user) == (job.clip, True)
        and not other.state.writable
    ]


def hand_in(project: Project, job: Job) -> Job:
    """Hand a job in; it keeps the version of the protocol.

    Raises:
        SessionError: something is missing, or it is in review or beyond.
    """
    if job.state is JobState.SUBMITTED:
        return job  # asked again, since the first answer was lost
    if not job.state.writable:
        raise SessionError(f"the job is {job.state} already")
    if found := missing(project, job):
        raise SessionError(f"cannot be handed in: {'; '.join(found)}")
    moved = project.move(job.job_id, JobState.SUBMITTED)
    facts = {"user": job.user, "job": job.job_id, "clip": job.clip}
    event = {"ts_server": time.time(), **facts, "ev": "handed_in", "protocol": VERSION}
    project.work(job).log([event])
    return moved


def save_expressions(project: Project, job: Job, given: list[str], base: int) -> int:
    """Keep what a person wrote, finished or not; return the revision. The job is begun then.

    Args:
        project: where.
        job: of expressions, or of masks for a person who does both.
        given: at most two texts.
        base: the revision that they were made from.

    Raises:
        ShapeError: a text is too long, or has a character that cannot be shown.
        SessionError: the job is handed in.
        ConflictError: another tab wrote meanwhile.
    """
    texts = tuple(" ".join(text.split()) for text in given)
    for text in texts:
        if len(text) > LONGEST_EXPRESSION:
            raise ShapeError(f"an expression has at most {LONGEST_EXPRESSION} characters")
        if not text.isprintable():
            raise ShapeError("an expression has a character that cannot be shown")
    job.require_writable()
    for other in project.jobs():
        if (other.clip, other.user, other.kind) == (job.clip, job.user, Kind.EXPRESSION):
            other.require_writable()
    work = project.work(job)
    if texts == work.head.expressions:
        return work.head.expressions_rev
    facts = {"user": job.user, "job": job.job_id, "clip": job.clip, "what": "expressions"}
    saved = work.commit(Change(expressions=texts, expressions_base=base, facts=facts))
    if (job.kind, job.state) == (Kind.EXPRESSION, JobState.ASSIGNED):
        project.move(job.job_id, JobState.IN_PROGRESS)
    return saved
