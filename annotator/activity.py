"""How long people worked, and on what: numbers from the event log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.keyframe import State
from annotator.store.work import Work
from refvps.errors import ShapeError

LONGEST_GAP = 30.0
"""Seconds between two events that still count as work; more is a pause."""

PLANNED_SECONDS = {"model-assisted": 4.5, "model per frame": 37.8, "by hand": 80.0}
"""Seconds a keyframe that the plan reckons with. Sources: the data engine of SAM 2, last and first
phase (Ravi et al., 2024); masks drawn by hand in EVA-VOS (Delatolas et al., 2024)."""

CLIENT_EVENTS = frozenset(
    {
        "open", "close", "hidden", "visible", "frame_enter", "frame_leave", "click", "box",
        "undo_point", "propagate_start", "propagate_cancel", "propagate_done", "stroke", "polygon",
        "fill", "ignore_stroke", "suggest_accept", "suggest_reject", "undo", "redo", "lock",
        "absent", "conflict", "submit", "expression_edit", "heartbeat",
    }
)  # fmt: skip
"""What a browser may log; what it saves the server logs itself."""

_COUNTED = {"click": "clicks", "box": "clicks", "stroke": "strokes", "polygon": "strokes"}
_COUNTED |= {"fill": "strokes", "ignore_stroke": "strokes"}


@dataclass(slots=True)
class Effort:
    """What one keyframe took."""

    seconds: float = 0.0
    clicks: int = 0
    strokes: int = 0


@dataclass(slots=True)
class Activity:
    """What a clip took.

    Attributes:
        seconds: of work, pauses and hidden time left out.
        keyframes: by keyframe; time before the first is entered belongs to none.
        propagations: how many were started.
        ignore_by_hand: strokes of Ignore.
        ignore_suggested: suggestions of Ignore that were accepted.
    """

    seconds: float = 0.0
    keyframes: dict[int, Effort] = field(default_factory=dict)
    propagations: int = 0
    ignore_by_hand: int = 0
    ignore_suggested: int = 0


def measured(events: Iterable[Mapping[str, Any]]) -> Activity:
    """Return what a log amounts to.

    Active time is the sum of the gaps between a person's events, each capped at 30 s, without the
    time when the page was hidden. A gap belongs to the keyframe that was shown during it. Times
    are the browser's monotone ones, session by session, since clocks of machines differ.

    >>> measured([{"ev": "frame_enter", "frame": 2, "mono": 0.0, "session": "a"},
    ...           {"ev": "click", "frame": 2, "mono": 4.0, "session": "a"}]).seconds
    4.0
    """
    found = Activity()
    places: dict[str, tuple[float, int | None, bool]] = {}
    for event in events:
        name = event.get("ev")
        if name not in CLIENT_EVENTS:
            continue
        session, now = str(event.get("session", "")), float(event.get("mono", 0.0))
        before, shown, hidden = places.get(session, (now, None, False))
        if not hidden:
            _spend(found, min(max(0.0, now - before), LONGEST_GAP), shown)
        _count(found, event, shown)
        if name == "frame_enter":
            shown = int(event["frame"])
        hidden = name in ("hidden", "close") or (hidden and name != "visible")
        places[session] = (max(now, before), shown, hidden)
    return found


def work_document(work: Work) -> dict[str, Any]:
    """Return what one person's work on a clip took, as JSON takes it."""
    edited = sum(
        each.source == "hand" and each.state is not State.ABSENT
        for each in work.head.keyframes.values()
    )
    return document(measured(work.events()), work.schedule.keyframes, edited)


def document(activity: Activity, keyframes: int, edited: int) -> dict[str, Any]:
    """Return the figures as JSON takes them, beside those of the plan.

    Args:
        activity: what was measured.
        keyframes: of the clip.
        edited: keyframes that were changed by hand.
    """
    each = activity.seconds / keyframes if keyframes else None
    return {
        "active_seconds": round(activity.seconds, 3),
        "seconds_per_keyframe": None if each is None else round(each, 3),
        "planned_seconds_per_keyframe": PLANNED_SECONDS,
        "edited_fraction": edited / keyframes if keyframes else None,
        "propagations": activity.propagations,
        "ignore": {"by_hand": activity.ignore_by_hand, "suggested": activity.ignore_suggested},
        "keyframes": {
            str(k): {"seconds": round(e.seconds, 3), "clicks": e.clicks, "strokes": e.strokes}
            for k, e in sorted(activity.keyframes.items())
        },
    }


def checked_event(event: Mapping[str, Any], keyframes: int) -> dict[str, Any]:
    """Return the fields of a browser's event that are kept, after looking at each.

    Raises:
        ShapeError: an unknown event, a number that is none, or no such keyframe.
    """
    name, mono, frame = event.get("ev"), event.get("mono"), event.get("frame")
    if name not in CLIENT_EVENTS:
        raise ShapeError(f"no event is called {str(name)[:40]!r}")
    if isinstance(mono, bool) or not isinstance(mono, int | float) or not 0 <= mono < 1e12:
        raise ShapeError("an event has its time, mono, in seconds")
    session = event.get("session")
    if not isinstance(session, str) or not 0 < len(session) <= 64:
        raise ShapeError("an event names its session")
    kept: dict[str, Any] = {"ev": name, "mono": mono, "session": session}
    if frame is not None or name == "frame_enter":
        if isinstance(frame, bool) or not isinstance(frame, int) or not 0 <= frame < keyframes:
            raise ShapeError(f"an event names a keyframe that the clip does not have: {frame!r}")
        kept["frame"] = frame
    if isinstance(event.get("ts_client"), int | float):
        kept["ts_client"] = event["ts_client"]
    return kept


def _spend(activity: Activity, seconds: float, shown: int | None) -> None:
    activity.seconds += seconds
    if shown is not None:
        activity.keyframes.setdefault(shown, Effort()).seconds += seconds


def _count(activity: Activity, event: Mapping[str, Any], shown: int | None) -> None:
    name = event["ev"]
    activity.propagations += name == "propagate_start"
    activity.ignore_by_hand += name == "ignore_stroke"
    activity.ignore_suggested += name == "suggest_accept"
    k = event.get("frame", shown)
    if name in _COUNTED and k is not None:
        effort = activity.keyframes.setdefault(int(k), Effort())
        setattr(effort, _COUNTED[name], getattr(effort, _COUNTED[name]) + 1)
