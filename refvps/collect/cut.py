"""Which part of a video becomes a clip, and which of its frames the clip's frames are.

One rule for time: output frame ``k`` is the frame on screen at ``start + k / 24``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from refvps.collect.timeline import Timeline
from refvps.errors import ConfigError, ShapeError
from refvps.video.times import Span, seconds_text

FPS = Fraction(24)
CONTEXT = Fraction(1, 2)
"""Seconds before and after the event, where the shot has them."""

MARGIN = 2
"""Frames kept away from a hard cut, since encoders smear the first and last of a shot."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of shot between two frames.

    Attributes:
        before: index of the last frame of the shot before.
        after: index of the first frame of the shot after; later than ``before`` + 1 where one
            shot turns into the other gradually.
    """

    before: int
    after: int

    def __post_init__(self) -> None:
        """Check the order."""
        if not 0 <= self.before < self.after:
            raise ShapeError(f"a change goes from a frame to a later one; got {self}")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a video that shows an event.

    Attributes:
        span: what the clip shows, in seconds from the first frame; starts at a frame.
        event: the event within it.
        notes: where it is not as asked for, and why.
    """

    span: Span
    event: Span
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that the event lies within the span, and both end."""
        if self.span.end is None or self.event.end is None:
            raise ShapeError("a part and its event need an end")
        if self.event.start < self.span.start or self.event.end > self.span.end:
            raise ShapeError(f"the event, {self.event}, is not within the clip, {self.span}")


@dataclass(frozen=True, slots=True)
class FramePlan:
    """Which source frames are written.

    Attributes:
        indices: the source frame of each output frame; never decreasing.
    """

    indices: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check the order."""
        if not self.indices or list(self.indices) != sorted(self.indices):
            raise ShapeError("a plan has frames in the order of time")

    @property
    def repeats(self) -> tuple[bool, ...]:
        """Whether each output frame shows the same source frame as the one before it."""
        pairs = zip((-1, *self.indices), self.indices, strict=False)
        return tuple(before == index for before, index in pairs)


def shots_of(timeline: Timeline, changes: Sequence[Change]) -> tuple[Span, ...]:
    """Return the spans between changes, without their margins; whole gradual changes are left out.

    Spans that the margins use up are not returned.
    """
    spans = []
    first = 0
    for change in (*sorted(changes, key=lambda each: each.before), None):
        last = len(timeline) if change is None else change.before + 1 - MARGIN
        if last > first:
            end = timeline.end if last >= len(timeline) else timeline.time(last)
            spans.append(Span(timeline.time(first), end))
        if change is not None:
            first = max(first, change.after + MARGIN)
        if first >= len(timeline):
            break
    return tuple(spans)


def part_around(
    timeline: Timeline, changes: Sequence[Change], event: Span, context: Fraction = CONTEXT
) -> Part:
    """Return the part that shows an event, with context where its shot has it.

    The start goes back to the frame on screen then, so that it is a frame's own time.

    Raises:
        ConfigError: the event is not within the video, or a change of shot lies in it or so near
            that its margin does.
    """
    if event.end is None or event.end > timeline.end:
        raise ConfigError(
            f"the event, {event}, is not within the video of {seconds_text(timeline.end)} s"
        )
    shot = _shot_of(timeline, changes, event)
    notes = []
    start, end = event.start - context, event.end + context
    for name, short in (("before", shot.start - start), ("after", end - (shot.end or end))):
        if short > 0:
            held = seconds_text(context - short)
            notes.append(f"context {name} the event is {held} s of {seconds_text(context)} s")
    start, end = max(start, shot.start), min(end, shot.end or end)
    return Part(Span(timeline.time(timeline.at(start)), end), event, tuple(notes))


def plan(
    timeline: Timeline, span: Span, changes: Sequence[Change] = (), fps: Fraction = FPS
) -> FramePlan:
    """Return the source frames of a clip: of frame ``k``, the one on screen at ``start + k/fps``.

    Raises:
        ConfigError: the span is not within the video, or a change of shot lies in it.
    """
    if span.end is None or span.end > timeline.end or span.start >= timeline.end:
        raise ConfigError(f"{span} is not within the video of {seconds_text(timeline.end)} s")
    places = range(_count(span, fps))
    indices = tuple(timeline.at(span.start + place / fps) for place in places)
    inside = [each for each in changes if each.before < indices[-1] and each.after > indices[0]]
    if inside:
        at = seconds_text(timeline.time(inside[0].after))
        raise ConfigError(
            f"the shot changes at {at} s, within {span}; end before or start after it"
        )
    return FramePlan(indices)


def annotated_frames(part: Part, fps: Fraction = Fraction(6)) -> int:
    """Return how many frames at 6 a second show the event: ``start + k/6`` within it.

    >>> annotated_frames(Part(Span(Fraction(0), Fraction(2)), Span(Fraction(1, 2), Fraction(1))))
    4
    """
    end = part.event.end
    if end is None:
        raise ShapeError("an event needs an end")
    first = -((part.span.start - part.event.start) * fps // 1)
    last = min((end - part.span.start) * fps // 1, _count(part.span, fps) - 1)
    return max(0, last - first + 1)


def _count(span: Span, fps: Fraction) -> int:
    """Return how many of the times ``start + k / fps`` lie before the end."""
    if span.end is None:
        raise ShapeError("a part of a video needs an end")
    return -((span.start - span.end) * fps // 1)


def _shot_of(timeline: Timeline, changes: Sequence[Change], event: Span) -> Span:
    for shot in shots_of(timeline, changes):
        if shot.start <= event.start and (shot.end is None or (event.end or 0) <= shot.end):
            return shot
    raise ConfigError(
        f"the shot changes within the event, {event}, or less than {MARGIN} frames from it; "
        "trim it to one shot"
    )
