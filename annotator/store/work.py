"""One person's work on one clip: ``HEAD.json``, planes, and the log of everything that happened.

The order of writing is planes, event, head. Each is on the disk before the next begins, and a save
is acknowledged after all three; so a crash leaves the old revision, or the new one, and a log that
agrees: an event whose head was not written yet is carried out when the work is opened again.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotator.keyframe import Keyframe
from annotator.schedule import Schedule
from annotator.store.event_log import Event, EventLog
from annotator.store.head import (
    Head,
    Stamped,
    head_bytes,
    read_head,
    stamped_document,
    stamped_of,
)
from annotator.store.objects import ObjectStore
from refvps import atomic
from refvps.errors import DataError, RefvpsError

HEAD = "HEAD.json"
EVENTS = "events.jsonl"
OBJECTS = "objects"
SAVE = "save"
TIDY = "tidy"
"""Names planes that nothing needed any more, and that were removed."""


class ConflictError(RefvpsError):
    """A change was made from a revision that is not the latest; nothing of it was saved."""

    exit_code = 7

    def __init__(self, k: int | None, given: int, latest: int) -> None:
        """Say what it was made from, and what is there."""
        what = "the expressions" if k is None else f"keyframe {k}"
        super().__init__(f"{what} changed meanwhile: revision {latest}, not {given}; load it again")
        self.k, self.latest = k, latest


@dataclass(frozen=True, slots=True)
class Change:
    """Keyframes to save together, all or none.

    Attributes:
        frames: as they become.
        base: the revision that each was made from; one that is left out is not checked.
        expressions: as they become, or None to leave them.
        expressions_base: the revision that they were made from.
        session: of the browser that asks.
        seq: the number of the request; asking twice saves once.
        facts: more for the log: who, which job, what it was.
    """

    frames: Mapping[int, Keyframe] = field(default_factory=dict)
    base: Mapping[int, int] = field(default_factory=dict)
    expressions: tuple[str, ...] | None = None
    expressions_base: int | None = None
    session: str = ""
    seq: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Waiting:
    """A change on its way to the disk."""

    change: Change
    rev: int = 0
    error: Exception | None = None
    done: bool = False


class Work:
    """Opens, changes and reads one person's work; any number of threads, one process.

    Args:
        folder: ``ann/CLIP/USER``; made when there is something to write.
        schedule: the keyframes of the clip.
        clock: seconds since 1970.

    Raises:
        DataError: what is there is damaged.
    """

    def __init__(
        self, folder: Path, schedule: Schedule, clock: Callable[[], float] = time.time
    ) -> None:
        self.folder = folder
        self.schedule = schedule
        self.objects = ObjectStore(folder / OBJECTS)
        self._clock = clock
        self._log = EventLog(folder / EVENTS)
        self._head = read_head(folder / HEAD, schedule)
        self._queue: list[_Waiting] = []
        self._queue_lock = threading.Lock()
        self._writer = threading.Lock()
        self._broken: DataError | None = None
        self._past: dict[tuple[int, int], Keyframe] = {}
        self._recover()

    @property
    def head(self) -> Head:
        """The latest revision; a value that never changes."""
        return self._head

    def at(self, k: int, rev: int) -> Keyframe | None:
        """Return what revision ``rev`` made of a keyframe; None where it did not change it.

        Revision 0 is the keyframe before the first change.
        """
        return Keyframe() if rev == 0 else self._past.get((k, rev))

    def commit(self, change: Change) -> int:
        """Save a change and return its revision, once it has reached the disk.

        Changes that come while another is written are written together: one event file and one
        head for all of them.

        Raises:
            ConflictError: a keyframe has another revision than the change was made from.
            DataError: the disk is full; the earlier revision stands.
        """
        for k in change.frames:
            self.schedule.require(k)
        mine = _Waiting(change)
        with self._queue_lock:
            self._queue.append(mine)
        with self._writer:
            if not mine.done:
                with self._queue_lock:
                    batch, self._queue = self._queue, []
                self._write(batch)
        if mine.error is not None:
            raise mine.error
        return mine.rev

    def log(self, events: Sequence[Event]) -> None:
        """Append events that change nothing else.

        Raises:
            DataError: the disk is full; none is kept.
        """
        with self._writer:
            _make_folder(self.folder)
            self._log.append(events)

    @property
    def logged_bytes(self) -> int:
        """How long the log is; it only grows."""
        return self._log.size

    def events(self) -> list[dict[str, Any]]:
        """Return everything that happened, oldest first."""
        with self._writer:
            return list(self._log.read())

    def _write(self, batch: list[_Waiting]) -> None:
        """Write a batch; errors go to whoever waits for them, and all are done afterwards."""
        head, events = self._head, []
        for waiting in batch:
            waiting.done = True
            try:
                waiting.rev, head, event = self._planned(head, waiting.change)
            except RefvpsError as error:
                waiting.error = error
                continue
            if event is not None:
                events.append(event)
        if not events:
            return
        try:
            self._publish(head, events)
        except DataError as error:
            for waiting in batch:
                waiting.error = waiting.error or error

    def _planned(self, head: Head, change: Change) -> tuple[int, Head, dict[str, Any] | None]:
        """Return the revision, the head and the event of a change; no event if it was made."""
        if repeated := _revision_of_repeat(head, change):
            return repeated, head, None
        _require_latest(head, change)
        rev = head.rev + 1
        stamped = {
            k: Stamped(keyframe, rev, change.session, change.seq)
            for k, keyframe in change.frames.items()
        }
        after = replace(head, rev=rev, frames={**head.frames, **stamped})
        event: dict[str, Any] = {"ts_server": self._clock(), **change.facts, "ev": SAVE, "rev": rev}
        event["frames"] = {
            str(self.schedule.index(k)): stamped_document(each) for k, each in stamped.items()
        }
        if change.expressions is not None:
            after = replace(after, expressions=change.expressions, expressions_rev=rev)
            event["expressions"] = list(change.expressions)
        return rev, after, event

    def _publish(self, head: Head, events: list[dict[str, Any]]) -> None:
        if self._broken is not None:
            raise self._broken
        size = self._log.size
        _make_folder(self.folder)
        self._log.append(events)
        try:
            atomic.write_bytes(self.folder / HEAD, head_bytes(head, self.schedule))
        except DataError:
            self._undo_events(size)
            raise
        self._head = head
        for event in events:
            self._note(event)

    def _note(self, event: Mapping[str, Any]) -> dict[int, Stamped]:
        """Remember the keyframes of a saved event, and return them."""
        frames = {
            self.schedule.ordinal(int(at)): stamped_of(v) for at, v in event["frames"].items()
        }
        self._past |= {(k, each.rev): each.keyframe for k, each in frames.items()}
        return frames

    def _undo_events(self, size: int) -> None:
        """Take announced revisions out of the log; if that fails, nothing more is written."""
        try:
            self._log.take_back(size)
        except DataError as error:
            self._broken = error

    def _recover(self) -> None:
        """Carry out what the log announced and the head does not have."""
        head = self._head
        for event in self._log.read():
            if event.get("ev") != SAVE:
                continue
            frames = self._note(event)
            if event["rev"] <= head.rev:
                continue
            head = replace(head, rev=event["rev"], frames={**head.frames, **frames})
            if "expressions" in event:
                texts = tuple(event["expressions"])
                head = replace(head, expressions=texts, expressions_rev=head.rev)
        # The next save writes it; opening changes nothing on the disk.
        self._head = head


def _revision_of_repeat(head: Head, change: Change) -> int:
    """Return the revision that a request made when it came before; 0 for a new one."""
    if not change.session or not change.frames:
        return 0
    stamps = [head.frames.get(k) for k in change.frames]
    if all(s is not None and (s.session, s.seq) == (change.session, change.seq) for s in stamps):
        return max(s.rev for s in stamps if s is not None)
    return 0


def _require_latest(head: Head, change: Change) -> None:
    for k, base in change.base.items():
        if head.rev_of(k) != base:
            raise ConflictError(k, base, head.rev_of(k))
    if change.expressions_base is not None and head.expressions_rev != change.expressions_base:
        raise ConflictError(None, change.expressions_base, head.expressions_rev)


def _make_folder(folder: Path) -> None:
    """Make a folder whose name, and its parents' names, last."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    try:
        folder.mkdir(exist_ok=True)
        atomic.sync_folder(folder.parent)
    except OSError as error:
        raise DataError(folder, f"cannot be made: {error.strerror or error}") from error
