"""The target card of a clip: which region is meant, shown rather than told.

Whoever labels or describes a clip sees it. It points at the target in one keyframe, so that a
person who writes expressions knows what they are about without reading words to repeat.
"""

import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path

from annotator.clip import ProjectClip
from annotator.project import CARDS, Project
from annotator.store.event_log import EventLog, read_events
from refvps.errors import DataError, ShapeError

LONGEST_TEXT = 300
MOST_POINTS = 5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TargetCard:
    """What is to be labelled.

    Attributes:
        target: what it is, in words that are none of the referring expressions.
        note: a hint for those who label, such as where it ends.
        keyframe: the one that shows it best.
        points: on the target in that keyframe, x and y as fractions of width and height.
    """

    target: str = ""
    note: str = ""
    keyframe: int = 0
    points: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        """Check lengths, the number of points, and that they lie in the picture."""
        for text in (self.target, self.note):
            if len(text) > LONGEST_TEXT or not text.isprintable():
                raise ShapeError(f"a card's text has at most {LONGEST_TEXT} printable characters")
        if len(self.points) > MOST_POINTS:
            raise ShapeError(f"{len(self.points)} points on a card; at most {MOST_POINTS}")
        if not all(0 <= edge <= 1 for point in self.points for edge in point):
            raise ShapeError("a point of a card lies in the picture: 0 to 1 from left and from top")


def read_card(project: Project, clip: ProjectClip) -> TargetCard:
    """Return the latest card of a clip; before there is one, what the clip came with.

    Raises:
        DataError: its file is damaged.
    """
    path = _path(project, clip)
    events = deque(read_events(path), maxlen=1)
    if not events:
        return TargetCard(" ".join(clip.facts.card.split())[:LONGEST_TEXT])
    found = events.pop()
    try:
        points = tuple((float(x), float(y)) for x, y in found["points"])
        return TargetCard(found["target"], found["note"], int(found["keyframe"]), points)
    except (KeyError, TypeError, ValueError, ShapeError) as error:
        raise DataError(path, f"is not as it was written ({error}); restore it") from error


def put_card(project: Project, clip: ProjectClip, card: TargetCard, user: str) -> None:
    """Write a card; earlier ones stay in the file, with who wrote them and when.

    Raises:
        ShapeError: the clip has no such keyframe.
        DataError: the disk is full.
    """
    clip.schedule.require(card.keyframe)
    path = _path(project, clip)
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise DataError(path, f"cannot be written: {error.strerror or error}") from error
    with project.writing:
        event = {"ts_server": time.time(), "user": user, "ev": "card", **asdict(card)}
        EventLog(path).append([event])


def _path(project: Project, clip: ProjectClip) -> Path:
    return project.root / CARDS / f"{clip.clip_id}.jsonl"
