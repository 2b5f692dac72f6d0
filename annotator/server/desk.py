"""What one person does to one job: actions become revisions, masks become planes.

Blocking, and safe in any number of threads; the routes call it from a pool of threads.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from annotator.clip import ProjectClip
from annotator.history import History
from annotator.jobs import LABELLING, Job, JobState
from annotator.keyframe import Digest, Keyframe, Marks, SessionError, State
from annotator.planes import Planes, decode_plane, encode_plane
from annotator.project import Project
from annotator.scheduling import Priority, Scheduler, Stream
from annotator.segmenters.protocol import LogitArray, Prediction, PromptError, Prompts
from annotator.server.ahead import Ahead
from annotator.server.pool import SessionPool
from annotator.session import (
    Action,
    Decided,
    Painted,
    Prompted,
    Propagated,
    apply,
    barriers,
    conditioning,
    keyframe_of,
)
from annotator.store.past import REDO, UNDO, told
from annotator.store.work import Change, ConflictError, Work
from refvps.errors import RefvpsError
from refvps.packed import PackedMask, empty, pack
from refvps.types import BoolArray, FloatArray

MOST_LOGITS = 256
"""Logits that are kept, 128 KiB each."""

_TRIES = 20


class StaleError(RefvpsError):
    """A later request of the same tab was saved before this one; nothing is lost."""

    def __init__(self, rev: int) -> None:
        """Keep the revision that stands."""
        super().__init__("a later request of this tab was saved already")
        self.rev = rev


@dataclass(frozen=True, slots=True)
class Asked:
    """Which write this is: from what revision, from which tab, the how manieth."""

    rev: int
    session: str
    seq: int


@dataclass(frozen=True, slots=True)
class Carried:
    """One step of a propagation, saved."""

    k: int
    mask: PackedMask
    score: float
    rev: int
    keyframe: Keyframe


class Desk:
    """The work of every job, with the one segmenter that all share.

    Args:
        project: where it is kept.
        pool: open clips, used by the scheduler's thread alone.
        scheduler: the thread that owns the model.
    """

    def __init__(self, project: Project, pool: SessionPool, scheduler: Scheduler) -> None:
        self.project, self._pool, self._scheduler = project, pool, scheduler
        self._ahead = Ahead(pool, scheduler)
        self._histories: dict[str, tuple[History, int]] = {}
        self._streams: dict[str, Stream[tuple[int, Prediction]]] = {}
        self._logits: OrderedDict[tuple[str, int], LogitArray] = OrderedDict()
        self._lock = threading.Lock()

    def planes(self, job: Job, k: int) -> tuple[int, Planes]:
        """Return the revision and the planes of a keyframe."""
        work, clip = self.project.work(job), self.project.clip(job.clip)
        clip.schedule.require(k)
        head = work.head
        keyframe = keyframe_of(head.keyframes, k)
        target, ignore = (plane(work, clip, d) for d in (keyframe.target, keyframe.ignore))
        return head.rev_of(k), Planes(target, ignore)

    def shown(self, job: Job, k: int) -> None:
        """Prepare for clicks on a keyframe that the job's own user has on the screen."""
        clip = self.project.clip(job.clip)
        clip.schedule.require(k)
        if job.state.writable and job.kind in LABELLING:
            self._ahead.on_screen(job.job_id, clip, k)

    def paint(self, job: Job, k: int, planes: Planes, asked: Asked) -> int:
        """Save planes that a person painted; return the revision."""
        work = self.project.work(job)
        painted = Painted(put_plane(work, planes.target), put_plane(work, planes.ignore))
        return self.act(job, k, painted, asked)

    def act(self, job: Job, k: int, action: Action, asked: Asked) -> int:
        """Do one thing to a keyframe and return the revision.

        Raises:
            ConflictError: the keyframe has another revision, not made by this tab before.
            StaleError: this tab's later request was saved already.
            SessionError: the keyframe's state forbids it.
        """
        self._start(job)
        work = self.project.work(job)
        work.schedule.require(k)
        for _ in range(_TRIES):
            head = work.head
            stamp = head.frames.get(k)
            if stamp is not None and stamp.session == asked.session:
                if stamp.seq == asked.seq:
                    return stamp.rev
                if stamp.seq > asked.seq:
                    raise StaleError(stamp.rev)
            elif head.rev_of(k) != asked.rev:
                raise ConflictError(k, asked.rev, head.rev_of(k))
            after = {k: apply(keyframe_of(head.keyframes, k), action)}
            change = Change(
                after,
                {k: head.rev_of(k)},
                session=asked.session,
                seq=asked.seq,
                facts=facts(job, action),
            )
            try:
                rev = work.commit(change)
            except ConflictError:
                continue  # this tab's other request came between; look again
            self._remember(job, rev, head.keyframes, after)
            return rev
        raise ConflictError(k, asked.rev, work.head.rev_of(k))

    def decide(self, job: Job, k: int, side: Job, asked: Asked) -> int:
        """Take one side's labels of a keyframe for an adjudication; return the revision.

        Raises:
            SessionError: the side has no label there.
        """
        work, theirs = self.project.work(job), self.project.work(side)
        work.schedule.require(k)
        chosen = keyframe_of(theirs.head.keyframes, k)
        if chosen.state is State.EMPTY:
            raise SessionError(
                f"keyframe {k} has no label on that side; choose the other, or paint"
            )
        target, ignore = (
            None if digest is None else work.objects.put(theirs.objects.get(digest))
            for digest in (chosen.target, chosen.ignore)
        )
        absent = chosen.state is State.ABSENT
        return self.act(job, k, Decided(target, ignore, absent, side.kind.value), asked)

    def ask(self, job: Job, k: int, marks: Marks, session: str) -> "Future[Prediction]":
        """Queue clicks for the segmenter; a newer request of the tab makes an older one needless.

        Raises:
            SessionError: the job is handed in, or the keyframe is locked.
        """
        self._start(job)
        work, clip = self.project.work(job), self.project.clip(job.clip)
        clip.schedule.require(k)
        if keyframe_of(work.head.keyframes, k).state is State.LOCKED:
            raise SessionError("the keyframe is locked; unlock it first")
        base = None if marks.base is None else _base(work, clip, marks.base).dense()
        prompts = prompts_of(marks, base)
        return self._scheduler.submit(
            Priority.CLICK,
            lambda: self._pool.session(job.job_id, clip).predict(k, prompts),
            replaces=(job.job_id, k, session),
        )

    def answer(self, job: Job, k: int, marks: Marks, found: Prediction, asked: Asked) -> int:
        """Save what the segmenter answered to clicks; return the revision."""
        self._keep_logits(job, k, found)
        target = put_plane(self.project.work(job), pack(found.mask))
        action = Prompted(marks, target, self._pool.segmenter.name, found.score)
        return self.act(job, k, action, asked)

    def propagate(
        self, job: Job, start: int, stop: int | None, *, forward: bool, session: str
    ) -> Iterator[Carried]:
        """Carry the target over a range and save each step; closing the iterator cancels.

        By default it stops before the next keyframe that a person finished.

        Raises:
            SessionError: nothing is clicked or painted yet, or one is running for this job.
            ShapeError: the range leaves the clip.
        """
        self._start(job)
        work, clip = self.project.work(job), self.project.clip(job.clip)
        keyframes = work.head.keyframes
        if stop is None:
            found = barriers(keyframes)
            stop = clip.schedule.until_barrier(start, forward=forward, barriers=found)
        _require_range(clip, start, stop)
        known = _known(work, clip, keyframes)
        if not any(mask.any() for mask in known.values()):
            raise SessionError("nothing to go by: click or paint the target on a keyframe first")
        keep = barriers(keyframes)
        if start != stop:
            self._ahead.propagation(job.job_id, clip, start, known.keys())
        stream: Stream[tuple[int, Prediction]] = self._scheduler.stream(
            lambda: self._pool.session(job.job_id, clip).propagate(start, stop, known, keep)
        )
        with self._lock:
            if job.job_id in self._streams:
                stream.close()
                raise SessionError("a propagation is running on this job; cancel it first")
            self._streams[job.job_id] = stream
        return self._carried(job, stream, session)

    def cancel(self, job: Job) -> bool:
        """Stop the propagation of a job; return whether there was one."""
        with self._lock:
            stream = self._streams.pop(job.job_id, None)
        if stream is not None:
            stream.close()
        return stream is not None

    def undo(self, job: Job, k: int, *, again: bool = False) -> dict[int, Keyframe]:
        """Take back the last step of a keyframe, or do it ``again``; return what was restored.

        Raises:
            SessionError: there is nothing to undo, or to redo.
        """
        self._start(job)
        work = self.project.work(job)
        with self._lock:
            history, upto = self._history(job)
            head = work.head
            turn = history.redo if again else history.undo
            after, restored = turn(head.keyframes, k)
            if restored:
                base = {each: head.rev_of(each) for each in restored}
                name = REDO if again else UNDO
                work.commit(Change(restored, base, facts={**facts(job, None), "what": name}))
            self._histories[job.job_id] = after, upto
        return restored

    def logits(self, job: Job, k: int) -> LogitArray | None:
        """Return the logits of the last answer on a keyframe, where they are still kept."""
        return self._logits.get((job.job_id, k))

    def _carried(
        self, job: Job, stream: Stream[tuple[int, Prediction]], session: str
    ) -> Iterator[Carried]:
        work, run = self.project.work(job), secrets.token_hex(4)
        try:
            for k, found in stream:
                self._keep_logits(job, k, found)
                mask = pack(found.mask)
                digest = put_plane(work, mask)
                name = self._pool.segmenter.name
                rev, keyframe = self._save_step(
                    job, k, Propagated(digest, name, found.score), session, run
                )
                yield Carried(k, mask, found.score, rev, keyframe)
        finally:
            stream.close()
            with self._lock:
                if self._streams.get(job.job_id) is stream:
                    del self._streams[job.job_id]

    def _save_step(
        self, job: Job, k: int, action: Propagated, session: str, run: str
    ) -> tuple[int, Keyframe]:
        """Save one step on what the keyframe is now: what was edited meanwhile stays."""
        work = self.project.work(job)
        for _ in range(_TRIES):
            # Handed in while it ran, it changes nothing any more.
            (self.project.job(job.job_id) or job).require_writable()
            head = work.head
            before = keyframe_of(head.keyframes, k)
            after = {k: apply(before, action)}
            if after[k] == before:
                return head.rev_of(k), before
            known = {**facts(job, action), "run": run}
            change = Change(after, {k: head.rev_of(k)}, session=session, facts=known)
            try:
                rev = work.commit(change)
            except ConflictError:
                continue
            self._remember(job, rev, head.keyframes, after, run)
            return rev, after[k]
        raise ConflictError(k, 0, work.head.rev_of(k))

    def _history(self, job: Job) -> tuple[History, int]:
        """Return the job's history and up to which revision the log told it; holds the lock."""
        if job.job_id not in self._histories:
            work = self.project.work(job)
            self._histories[job.job_id] = told(work.events(), work.schedule, job.job_id)
        return self._histories[job.job_id]

    def _remember(
        self,
        job: Job,
        rev: int,
        before: Mapping[int, Keyframe],
        after: Mapping[int, Keyframe],
        run: str = "",
    ) -> None:
        with self._lock:
            history, upto = self._history(job)
            if rev > upto:  # else the log has just told it
                self._histories[job.job_id] = history.having(before, after, run), upto

    def _keep_logits(self, job: Job, k: int, found: Prediction) -> None:
        with self._lock:
            self._logits.pop((job.job_id, k), None)
            self._logits[job.job_id, k] = found.logits
            while len(self._logits) > MOST_LOGITS:
                self._logits.popitem(last=False)

    def _start(self, job: Job) -> None:
        """Refuse a job that is handed in; begin one that is not begun."""
        (self.project.job(job.job_id) or job).require_writable()
        self.project.move(job.job_id, JobState.IN_PROGRESS)


def facts(job: Job, action: Action | None) -> dict[str, object]:
    """Return what the log says of a change beside its keyframes."""
    what = type(action).__name__.lower() if action is not None else ""
    return {"user": job.user, "job": job.job_id, "clip": job.clip, "what": what}


def put_plane(work: Work, mask: PackedMask) -> Digest | None:
    """Store a plane and return its name; an empty one has none."""
    return work.objects.put(encode_plane(mask)) if mask.area else None


def plane(work: Work, clip: ProjectClip, digest: Digest | None) -> PackedMask:
    """Return a stored plane; None names the empty one."""
    if digest is None:
        return empty(clip.size)
    return decode_plane(work.objects.path(digest), work.objects.get(digest))


def _base(work: Work, clip: ProjectClip, digest: Digest) -> PackedMask:
    """Return the plane that clicks refine, which a browser named.

    Raises:
        PromptError: this person has stored no such plane.
    """
    if not work.objects.has(digest):
        raise PromptError("base names no plane of this job; leave it out, or name one of its own")
    return plane(work, clip, digest)


def prompts_of(marks: Marks, base: BoolArray | None) -> Prompts:
    """Return marks as a segmenter takes them."""
    points: FloatArray = np.array([(c.x, c.y) for c in marks.clicks], float).reshape(-1, 2)
    labels = np.array([click.positive for click in marks.clicks], bool)
    box = None if marks.box is None else np.array(marks.box, float)
    return Prompts(points, labels, box, base)


def _known(
    work: Work, clip: ProjectClip, keyframes: Mapping[int, Keyframe]
) -> dict[int, BoolArray]:
    """Return the masks that a propagation goes by: the stored ones, which a person agreed to."""
    return {
        k: plane(work, clip, keyframes[k].target).dense() for k in sorted(conditioning(keyframes))
    }


def _require_range(clip: ProjectClip, start: int, stop: int) -> None:
    clip.schedule.require(start)
    if not -1 <= stop <= clip.schedule.keyframes:
        raise SessionError(f"keyframe {stop} is beyond the clip of {clip.schedule.keyframes}")
