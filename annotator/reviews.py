"""Reviews: a reviewer marks keyframes, then says yes, or sends them back with reasons.

Marks are kept while the reviewer works, in a log beside the verdicts; a verdict is a file of its
own. What was rejected is the annotator's problem list until it has been changed.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotator.jobs import LABELLING, LABELS, Job, JobState, Kind
from annotator.keyframe import Keyframe, SessionError
from annotator.project import REVIEWS, Project
from annotator.session import keyframe_of
from annotator.store.event_log import EventLog, read_events
from annotator.store.work import Change
from refvps import atomic
from refvps.errors import DataError, ShapeError
from refvps.pages import Visitor
from refvps.strict_json import read_json

REASONS = (
    "over", "under", "wrong target", "ignore too wide", "ignore missing", "flicker", "boundary",
)  # fmt: skip
"""Why a keyframe is rejected."""

VERDICTS: Mapping[str, JobState] = {
    "accept": JobState.ACCEPTED,
    "changes": JobState.CHANGES_REQUESTED,
    "freeze": JobState.FROZEN,
}

WAITING = (JobState.SUBMITTED, JobState.IN_REVIEW)
LONGEST_NOTE = 300

_TRUSTED = frozenset({"reviewer", "admin"})
_REJECTED, _FINE = "review_reject", "reviewed_ok"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reviewer says of one keyframe.

    Attributes:
        reason: why it is rejected, of ``REASONS``; None where it is fine.
        note: more, for the annotator.
    """

    reason: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Check the reason and the note."""
        if self.reason is not None and self.reason not in REASONS:
            raise ShapeError(f"a reason is one of {', '.join(REASONS)}")
        require_note(self.note)


@dataclass(frozen=True, slots=True)
class Problem:
    """One keyframe of an annotator's problem list.

    Attributes:
        k: the keyframe.
        reason: why it was rejected.
        note: what the reviewer wrote beside.
        mended: whether it was changed since.
    """

    k: int
    reason: str
    note: str
    mended: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a job was judged.

    Attributes:
        verdict: "accept", "changes" or "freeze".
        reasons: of rejected keyframes.
        notes: beside the reasons.
        note: on the whole job.
        reviewer: who judged it.
        at: seconds since 1970.
        rev: the revision that was judged.
    """

    verdict: str
    reasons: Mapping[int, str] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    note: str = ""
    reviewer: str = ""
    at: float = 0.0
    rev: int = 0

    def __post_init__(self) -> None:
        """Check the words."""
        if self.verdict not in VERDICTS:
            raise ShapeError(f"a verdict is one of {', '.join(VERDICTS)}")
        for k, reason in self.reasons.items():
            Mark(reason, self.notes.get(k, ""))
        require_note(self.note)


def require_note(text: str) -> str:
    """Return a note that is short and can be shown.

    Raises:
        ShapeError: it is not.
    """
    if len(text) > LONGEST_NOTE or not text.isprintable():
        raise ShapeError(f"a note has at most {LONGEST_NOTE} printable characters")
    return text


def may_review(project: Project, visitor: Visitor, job: Job) -> bool:
    """Return whether somebody may look at another person's job to judge it.

    Whoever labels a clip judges no labels of it, whatever roles they have; and whoever writes
    expressions of a clip, or labels it, sees no others' expressions before their own are accepted.
    """
    return job in reviewable(project, visitor, [job])


def reviewable(project: Project, visitor: Visitor, jobs: Iterable[Job]) -> list[Job]:
    """Return those of some jobs that somebody may look at to judge them."""
    if not visitor.roles & _TRUSTED:
        return []
    own: dict[str, list[Job]] = {}
    for each in project.jobs():
        if each.user == visitor.name:
            own.setdefault(each.clip, []).append(each)
    return [
        job for job in jobs if job.user != visitor.name and not _biased(own.get(job.clip, ()), job)
    ]


def _biased(own: Iterable[Job], job: Job) -> bool:
    """Return whether one's own jobs on a clip keep one from judging another's."""
    if job.kind is Kind.EXPRESSION:
        return any(each.state not in (JobState.ACCEPTED, JobState.FROZEN) for each in own)
    return any(each.kind in LABELS for each in own)


def give_verdict(project: Project, job: Job, reviewer: str, given: Verdict) -> Job:
    """Judge a job and return it as it is then.

    Raises:
        SessionError: nobody judges their own work, or there is no such step from its state.
        ShapeError: a reason names a keyframe that the clip does not have.
        DataError: the disk is full; the job stays as it was.
    """
    if job.user == reviewer:
        raise SessionError("nobody reviews their own work")
    schedule = project.clip(job.clip).schedule
    for k in given.reasons:
        schedule.require(k)
    job.moved(VERDICTS[given.verdict])
    if job.kind in LABELLING and given.verdict != "freeze":
        _flag(project, job, reviewer, given.reasons)
    at = time.time()
    kept = replace(given, reviewer=reviewer, at=at, rev=project.work(job).head.rev)
    folder = project.root / REVIEWS / job.clip
    name = f"{reviewer}-{job.job_id[:40]}-{kept.rev}-{kept.verdict}-{int(at * 1000)}.json"
    atomic.write_json(folder / name, _document(job, kept))
    moved = project.move(job.job_id, VERDICTS[given.verdict])
    _log(project, job, [{"user": reviewer, "ev": "verdict", "verdict": kept.verdict}])
    return moved


def last_verdict(project: Project, job: Job) -> Verdict | None:
    """Return how a job was judged last; None where it was not.

    Raises:
        DataError: a file is damaged.
    """
    found = [
        verdict
        for path in (project.root / REVIEWS / job.clip).glob("*.json")
        if (verdict := _read(path, job)) is not None
    ]
    return max(found, key=lambda verdict: verdict.at, default=None)


def problems_of(project: Project, job: Job) -> list[Problem]:
    """Return what a reviewer rejected, in order; a keyframe changed since then is mended."""
    verdict = last_verdict(project, job)
    if verdict is None or verdict.verdict != "changes":
        return []
    head = project.work(job).head
    return [
        Problem(k, reason, verdict.notes.get(k, ""), head.rev_of(k) > verdict.rev)
        for k, reason in sorted(verdict.reasons.items())
    ]


def sent_back(project: Project, job: Job) -> dict[str, Any]:
    """Return what the last review wants changed, by keyframe, and the revision it looked at.

    Nothing where the job was never sent back, or is judged otherwise since.
    """
    verdict = last_verdict(project, job)
    if verdict is None or verdict.verdict != "changes" or not job.state.writable:
        return {"rev": 0, "reasons": {}}
    return {"rev": verdict.rev, "reasons": {str(k): each for k, each in verdict.reasons.items()}}


def put_mark(project: Project, job: Job, reviewer: str, k: int, mark: Mark | None) -> None:
    """Keep what a reviewer says of a keyframe, or None to say nothing of it.

    The first one begins the review: the job is then in review.

    Raises:
        SessionError: the job is not handed in.
        ShapeError: the clip has no such keyframe.
    """
    if job.state not in WAITING:
        raise SessionError(f"the job is {job.state}; only what is handed in is reviewed")
    project.clip(job.clip).schedule.require(k)
    project.move(job.job_id, JobState.IN_REVIEW)
    event: dict[str, Any] = {"user": reviewer, "ev": "mark", "k": k}
    if mark is not None:
        event |= {"fine": mark.reason is None, "reason": mark.reason, "note": mark.note}
    _log(project, job, [event])


def marks_of(project: Project, job: Job, reviewer: str) -> dict[int, Mark]:
    """Return what a reviewer says of keyframes and has not sent yet."""
    found: dict[int, Mark] = {}
    for event in read_events(_marks_path(project, job)):
        if event["ev"] == "verdict":
            found = {}
        elif event["user"] == reviewer:
            found.pop(event["k"], None)
            if "fine" in event:
                found[event["k"]] = Mark(event["reason"], event["note"])
    return found


def _flag(project: Project, job: Job, reviewer: str, rejected: Iterable[int]) -> None:
    """Show in the annotator's own state which keyframes were rejected."""
    work, wanted = project.work(job), set(rejected)
    head = work.head
    frames: dict[int, Keyframe] = {}
    for k in sorted(wanted | set(head.frames)):
        keyframe = keyframe_of(head.keyframes, k)
        flags = keyframe.flags - {_REJECTED, _FINE} | ({_REJECTED} if k in wanted else set())
        if flags != keyframe.flags:
            frames[k] = replace(keyframe, flags=flags)
    if frames:
        facts = {"user": reviewer, "job": job.job_id, "clip": job.clip, "what": "review"}
        work.commit(Change(frames, {k: head.rev_of(k) for k in frames}, facts=facts))


def _document(job: Job, verdict: Verdict) -> dict[str, Any]:
    return {
        "job": job.job_id,
        "reviewer": verdict.reviewer,
        "at": verdict.at,
        "rev": verdict.rev,
        "verdict": verdict.verdict,
        "reasons": {str(k): reason for k, reason in verdict.reasons.items()},
        "notes": {str(k): note for k, note in verdict.notes.items() if note},
        "note": verdict.note,
    }


def _read(path: Path, job: Job) -> Verdict | None:
    """Return the verdict of a file, if it judges the job."""
    value = read_json(path)
    try:
        if value["job"] != job.job_id:
            return None
        return Verdict(
            verdict=value["verdict"],
            reasons={int(k): reason for k, reason in value["reasons"].items()},
            notes={int(k): note for k, note in value.get("notes", {}).items()},
            note=value.get("note", ""),
            reviewer=value["reviewer"],
            at=float(value["at"]),
            rev=int(value["rev"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ShapeError) as error:
        raise DataError(path, f"is not as it was written ({error}); restore it") from error


def _log(project: Project, job: Job, events: list[dict[str, Any]]) -> None:
    path = _marks_path(project, job)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(path, f"cannot be written: {error.strerror or error}") from error
    with project.writing:
        EventLog(path).append([{"ts_server": time.time(), **event} for event in events])


def _marks_path(project: Project, job: Job) -> Path:
    return project.root / REVIEWS / job.clip / f"{job.job_id}.jsonl"
