"""Places where a picture may jump within one take: most edges are elsewhere from one frame on.

Content alone hardly differs there, so what looks for sudden changes of content misses most jumps.
Fast motion looks alike now and then; jumps are therefore proposed to people and divide nothing.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from refvps.collect.relit import LEAST_PARTS, MAY_DIFFER, Agreement, agreement, says_something
from refvps.collect.shots import TOGETHER, Boundary
from refvps.collect.timeline import Timeline
from refvps.types import UInt8Array

LOSS = 0.5
"""Agreement of edges, of 1, that the third-worst part of a picture loses in a jump."""

AROUND = 3
"""So many pairs of frames on either side say how much edges usually move."""


def jumps(
    thumbs: UInt8Array, timeline: Timeline, found: Sequence[Boundary], loss: float = LOSS
) -> tuple[int, ...]:
    """Return the first frames after suspected jumps, none near a change that is known.

    Args:
        thumbs: frames of a video, grey, uint8 ``[N, h, w]``.
        timeline: when they are shown.
        found: the sudden changes of content, suppressed ones among them.
        loss: agreement of edges that is lost at least.
    """
    known = [(each.change.before, each.change.after) for each in found]
    places = np.flatnonzero(losses(thumbs) >= loss).tolist()
    return tuple(
        place
        for place in _peaks(places)
        if not any(_is_near(timeline, place, change) for change in known)
    )


def losses(thumbs: UInt8Array) -> NDArray[np.float64]:
    """Return how much less edges agree with the frame before than around, ``[N]``; 0 for none."""
    pairs = [agreement(thumbs[k], thumbs[k + 1]) for k in range(len(thumbs) - 1)]
    return np.array([0.0, *(_loss(pairs, place) for place in range(len(pairs)))])


def _loss(pairs: Sequence[Agreement], place: int) -> float:
    over = pairs[place]
    beside = [*pairs[max(0, place - AROUND) : place], *pairs[place + 1 : place + 1 + AROUND]]
    if not beside:
        return 0.0
    usual = np.min([each.parts for each in beside], axis=0)
    lost = np.sort((usual - over.parts)[says_something(over)])
    return float(lost[-1 - MAY_DIFFER]) if len(lost) >= LEAST_PARTS else 0.0


def _peaks(places: Sequence[int]) -> Iterator[int]:
    """Yield the first of places that follow one another."""
    yield from (place for place in places if place - 1 not in places)


def _is_near(timeline: Timeline, place: int, change: tuple[int, int]) -> bool:
    before, after = (timeline.time(each) for each in change)
    return before - TOGETHER <= timeline.time(place) <= after + TOGETHER
