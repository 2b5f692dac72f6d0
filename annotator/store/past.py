"""The history of a job, told again from the log: what can be undone after a restart."""

from collections.abc import Iterable, Mapping
from typing import Any

from annotator.history import History
from annotator.keyframe import Keyframe, SessionError
from annotator.schedule import Schedule
from annotator.session import Keyframes
from annotator.store.head import stamped_of
from annotator.store.work import SAVE, TIDY

UNDO, REDO = "undo", "redo"


def told(
    events: Iterable[Mapping[str, Any]], schedule: Schedule, job_id: str
) -> tuple[History, int]:
    """Return a job's history, and the revision up to which it goes.

    What another process did, such as an import, cannot be undone here either.

    Args:
        events: of the log, oldest first.
        schedule: the keyframes of the clip.
        job_id: whose history; a person may have other jobs on the clip.
    """
    history, keyframes, rev = History(), dict[int, Keyframe](), 0
    for event in events:
        if event.get("ev") == TIDY:
            history = history.without(frozenset(event["digests"]))
        if event.get("ev") != SAVE or event["rev"] <= rev:
            continue
        rev = event["rev"]
        after = {
            schedule.ordinal(int(at)): stamped_of(value).keyframe
            for at, value in event["frames"].items()
        }
        if event.get("job") == job_id and after:
            history = _after(history, keyframes, after, event)
        keyframes |= after
    return history, rev


def _after(
    history: History, before: Keyframes, after: Mapping[int, Keyframe], event: Mapping[str, Any]
) -> History:
    what = event.get("what")
    if what not in (UNDO, REDO):
        return history.having(before, after, str(event.get("run", "")))
    turn = history.undo if what == UNDO else history.redo
    try:
        return turn(before, next(iter(after)))[0]
    except SessionError:  # the step is older than what is remembered
        return history
