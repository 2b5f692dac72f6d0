"""The state of one person's work on one clip, and how it is written as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.keyframe import Click, Keyframe, Marks, State
from annotator.schedule import Schedule
from refvps.errors import DataError, RefvpsError
from refvps.strict_json import read_json

SCHEMA = "refvps-annotation/1"


@dataclass(frozen=True, slots=True)
class Stamped:
    """A keyframe with the revision that last changed it, and by which request.

    Attributes:
        keyframe: its state.
        rev: the revision.
        session: of the browser that sent it.
        seq: the number of the request in that session.
    """

    keyframe: Keyframe
    rev: int
    session: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """Everything at one revision.

    Attributes:
        rev: counts changes, from 0 for nothing.
        frames: by keyframe.
        expressions: what the person wrote, in order.
        expressions_rev: the revision that last changed them.
    """

    rev: int = 0
    frames: Mapping[int, Stamped] = field(default_factory=dict)
    expressions: tuple[str, ...] = ()
    expressions_rev: int = 0

    @property
    def keyframes(self) -> dict[int, Keyframe]:
        """The keyframes alone."""
        return {k: stamped.keyframe for k, stamped in self.frames.items()}

    def rev_of(self, k: int) -> int:
        """Return the revision that last changed a keyframe; 0 where none did."""
        return self.frames[k].rev if k in self.frames else 0

    def digests(self) -> set[str]:
        """Return the names of all planes."""
        return {digest for frame in self.frames.values() for digest in frame.keyframe.digests}


def head_document(head: Head, schedule: Schedule) -> dict[str, Any]:
    """Return a head as JSON takes it; keyframes go by their index at the full frame rate."""
    frames = {
        str(schedule.index(k)): stamped_document(stamped)
        for k, stamped in sorted(head.frames.items())
    }
    return {
        "schema": SCHEMA,
        "rev": head.rev,
        "frames": frames,
        "expressions": {"rev": head.expressions_rev, "texts": list(head.expressions)},
    }


def head_bytes(head: Head, schedule: Schedule) -> bytes:
    """Return the file of a head."""
    text = json.dumps(head_document(head, schedule), ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def read_head(path: Path, schedule: Schedule) -> Head:
    """Read ``HEAD.json``; one that is not there is the empty head.

    Raises:
        DataError: it is damaged.
    """
    if not path.exists():
        return Head()
    value = read_json(path)
    try:
        if value["schema"] != SCHEMA:
            raise DataError(path, f"schema is {value['schema']!r}; expected {SCHEMA!r}")
        frames = {schedule.ordinal(int(at)): stamped_of(v) for at, v in value["frames"].items()}
        texts = value["expressions"]
        return Head(int(value["rev"]), frames, tuple(texts["texts"]), int(texts["rev"]))
    except (KeyError, TypeError, ValueError, AttributeError, RefvpsError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(path, f"is not as it was written ({error}); restore it") from error


def stamped_document(stamped: Stamped) -> dict[str, Any]:
    """Return a keyframe as JSON takes it."""
    return {
        "rev": stamped.rev,
        "session": stamped.session,
        "seq": stamped.seq,
        **keyframe_document(stamped.keyframe),
    }


def stamped_of(value: Mapping[str, Any]) -> Stamped:
    """Return the keyframe of ``stamped_document``."""
    return Stamped(keyframe_of(value), int(value["rev"]), str(value["session"]), int(value["seq"]))


def keyframe_document(keyframe: Keyframe) -> dict[str, Any]:
    """Return a keyframe without its stamp as JSON takes it."""
    marks = keyframe.marks
    return {
        "state": keyframe.state.value,
        "target": keyframe.target,
        "ignore": keyframe.ignore,
        "clicks": [[click.x, click.y, click.positive] for click in marks.clicks],
        "box": list(marks.box) if marks.box else None,
        "base": marks.base,
        "beside": keyframe.beside,
        "source": keyframe.source,
        "score": keyframe.score,
        "locked_from": keyframe.locked_from.value if keyframe.locked_from else None,
        "flags": sorted(keyframe.flags),
    }


def keyframe_of(value: Mapping[str, Any]) -> Keyframe:
    """Return the keyframe of ``keyframe_document``."""
    clicks = tuple(Click(float(x), float(y), bool(p)) for x, y, p in value["clicks"])
    box = value["box"]
    edges = None if box is None else (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
    return Keyframe(
        state=State(value["state"]),
        target=value["target"],
        ignore=value["ignore"],
        marks=Marks(clicks, edges, value["base"]),
        beside=value["beside"],
        source=value["source"],
        score=value["score"],
        locked_from=State(value["locked_from"]) if value["locked_from"] else None,
        flags=frozenset(value["flags"]),
    )
