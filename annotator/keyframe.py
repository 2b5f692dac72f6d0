"""What is known of one keyframe: its state, where its planes lie, what a person said of it."""

from dataclasses import dataclass
from enum import StrEnum

from refvps.errors import RefvpsError, ShapeError

Digest = str
"""SHA-256 of a stored plane, in hexadecimal: its name wherever pixels do not matter."""

MOST_POINTS = 200


class SessionError(RefvpsError):
    """Something was done to a keyframe that its state forbids."""

    exit_code = 7


class State(StrEnum):
    """How far a keyframe is."""

    EMPTY = "empty"
    AUTO = "auto"
    PROMPTED = "prompted"
    EDITED = "edited"
    LOCKED = "locked"
    ABSENT = "absent"

    @property
    def finished(self) -> bool:
        """Whether a person decided these pixels, so that no model may change them."""
        return self in (State.EDITED, State.LOCKED, State.ABSENT)


@dataclass(frozen=True, slots=True)
class Click:
    """A point in image pixels, on the target or not on it."""

    x: float
    y: float
    positive: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """All that was clicked on a keyframe: points in order, and a box.

    Attributes:
        clicks: at most 200.
        box: left, top, right, bottom in pixels, or None.
        base: the plane that the clicks refine, or None where they start from nothing.
    """

    clicks: tuple[Click, ...] = ()
    box: tuple[float, float, float, float] | None = None
    base: Digest | None = None

    def __post_init__(self) -> None:
        """Check the number of points."""
        if len(self.clicks) > MOST_POINTS:
            raise ShapeError(f"{len(self.clicks)} points on one keyframe; at most {MOST_POINTS}")


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Keyframe:
    """One keyframe; planes are named, not held, so that a whole history takes little memory.

    Attributes:
        state: how far it is.
        target: its target plane; None where nothing was ever said, or where it is empty.
        ignore: its Ignore plane; None where it is empty.
        marks: what was clicked.
        beside: what a model says now of a keyframe that a person finished; None where they agree.
        source: what made the target: a segmenter's name, "hand", or a format it was imported from.
        score: how sure the segmenter was, a fraction; None where no segmenter made it.
        locked_from: the state to return to when it is unlocked.
        flags: of "problem", "unsure", "reviewed_ok", "review_reject", "onset" and "offset".
    """

    state: State = State.EMPTY
    target: Digest | None = None
    ignore: Digest | None = None
    marks: Marks = NO_MARKS
    beside: Digest | None = None
    source: str | None = None
    score: float | None = None
    locked_from: State | None = None
    flags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check what the state implies."""
        if self.state in (State.EMPTY, State.ABSENT) and self.target is not None:
            raise SessionError(f"a keyframe that is {self.state} has no target plane")
        if (self.state is State.LOCKED) != (self.locked_from is not None):
            raise SessionError("a locked keyframe knows what it was before, and no other does")

    @property
    def digests(self) -> frozenset[Digest]:
        """The planes that it names."""
        named = (self.target, self.ignore, self.beside, self.marks.base)
        return frozenset(digest for digest in named if digest is not None)


FLAGS = frozenset({"problem", "unsure", "reviewed_ok", "review_reject", "onset", "offset"})
