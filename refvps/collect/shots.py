"""Changes of shot: changes of content that detectors see, less flashes and lamps in one shot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from refvps.collect.cut import Change
from refvps.collect.detectors.detector import Sighting
from refvps.collect.relit import is_relit
from refvps.collect.sketch import Sketch
from refvps.collect.timeline import Timeline
from refvps.errors import ShapeError
from refvps.types import UInt8Array

Kind = Literal["cut", "gradual", "flash-suppressed"]

TOGETHER = Fraction(1, 5)
"""Changes nearer than this are judged as one."""

LATER = (Fraction(1, 10), Fraction(1, 6), Fraction(4, 15), Fraction(2, 5))
"""How long after the last change the picture is compared with the one before the first."""

SAME_SHOT = 0.55
"""From this likeness on, what comes after shows what came before."""

SAME_FRAME = 0.9
"""From this likeness on it is the same picture in another light."""

SHIFT = 8
"""Thumbnail pixels by which the camera may have moved meanwhile."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """A place where the content changes.

    Attributes:
        change: the frames on its two sides.
        kind: "cut" between two frames, "gradual" over more, "flash-suppressed" where the shot
            goes on afterwards, in the light of before or in another; the last is shown to people
            and divides nothing.
        score: likeness of the pictures before and after it, -1 to 1.
        detectors: the names of those that saw it, in alphabetical order.
    """

    change: Change
    kind: Kind
    score: float
    detectors: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check the score."""
        if not -1.001 <= self.score <= 1.001:
            raise ShapeError(f"a likeness lies within -1 and 1; got {self.score}")


def boundaries(
    sketch: Sketch, timeline: Timeline, same_shot: float = SAME_SHOT
) -> tuple[Boundary, ...]:
    """Return every change of a video, in order, told apart by what comes after it.

    Args:
        sketch: the video's frames, small.
        timeline: when they are shown.
        same_shot: from this likeness on, what comes after shows what came before.
    """
    groups = list(_groups(sketch.sightings, timeline))
    found = []
    for place, group in enumerate(groups):
        until = groups[place + 1].first - 1 if place + 1 < len(groups) else len(timeline) - 1
        found.append(_judged(sketch.thumbs, timeline, group, until, same_shot))
    return tuple(found)


def dividing(found: Sequence[Boundary]) -> tuple[Change, ...]:
    """Return the changes that divide shots: all but suppressed flashes."""
    return tuple(each.change for each in found if each.kind != "flash-suppressed")


def likeness(one: UInt8Array, other: UInt8Array, shift: int = SHIFT) -> float:
    """Return how alike two grey pictures are, whatever their brightness and contrast: -1 to 1.

    The best zero-mean normalised correlation with the middle of ``one`` moved by up to ``shift``
    pixels. Pictures without any contrast are like none.

    >>> ramp = np.arange(400, dtype=np.uint8).reshape(20, 20)
    >>> round(likeness(ramp, ramp // 2, 2), 3)
    1.0
    """
    import cv2

    shift = min(shift, (min(one.shape) - 1) // 4)
    core = one[shift : one.shape[0] - shift, shift : one.shape[1] - shift]
    if core.std() < 1 or other.std() < 1:
        return 0.0
    scores = cv2.matchTemplate(other, core, cv2.TM_CCOEFF_NORMED)
    return float(np.clip(np.nan_to_num(scores), -1, 1).max())


@dataclass(frozen=True, slots=True)
class _Group:
    """Changes that lie close together: the first and the last frame that one of them brings."""

    first: int
    last: int
    detectors: frozenset[str]


def _groups(sightings: Sequence[Sighting], timeline: Timeline) -> Iterator[_Group]:
    """Yield what was seen, in order, as one where it lies close together."""
    group: _Group | None = None
    for each in sorted(sightings, key=lambda each: (each.change.before, each.change.after)):
        first, last = each.change.before + 1, each.change.after
        if group and timeline.time(first) - timeline.time(group.last) < TOGETHER:
            group = _Group(group.first, max(group.last, last), group.detectors | {each.by})
            continue
        if group:
            yield group
        group = _Group(first, last, frozenset({each.by}))
    if group:
        yield group


def _judged(
    thumbs: UInt8Array, timeline: Timeline, group: _Group, until: int, same_shot: float
) -> Boundary:
    first, last, by = group.first, group.last, tuple(sorted(group.detectors))
    before = thumbs[first - 1]
    later = {
        min(until, timeline.at(min(timeline.time(last) + step, timeline.time(until))))
        for step in LATER
    }
    scores = {place: likeness(before, thumbs[place]) for place in later}
    after, score = max(scores.items(), key=lambda item: item[1])
    change = Change(first - 1, last)
    returned = score >= same_shot and _returns(thumbs, (first, last), after)
    if returned or score >= max(same_shot, SAME_FRAME) or is_relit(thumbs, first, last, until):
        return Boundary(change, "flash-suppressed", score, by)
    return Boundary(change, "cut" if first == last else "gradual", score, by)


def _returns(thumbs: UInt8Array, group: tuple[int, int], after: int) -> bool:
    """Return whether the picture left and came back, as in a flash, not in a cut that stays."""
    first, last = group
    before = thumbs[first - 1].astype(np.int16)
    away = max(float(np.abs(before - thumbs[place]).mean()) for place in range(first, last + 1))
    back = float(np.abs(before - thumbs[after]).mean())
    return back < away * 0.75
