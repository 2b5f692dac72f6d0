"""Temporal consistency: how far J moves from one annotated frame to the next."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

Divisor = Literal["pairs", "frames"]


def temporal_consistency(
    scores: Sequence[float], *, signed: bool = False, divisor: Divisor = "pairs"
) -> float | None:
    """Return the mean step of J between consecutive annotated frames, in points of J.

    Lower is steadier. It says nothing about being right: a method that answers with empty masks
    is perfectly steady, so J belongs beside it.

    The paper's equation B is a signed difference. Summed over a clip it telescopes to J of the
    last frame minus J of the first and says nothing about the frames between, and it could not
    give the paper's Table H. The absolute value is meant, and is the default here.

    Args:
        scores: J of the annotated frames of a clip and expression, in order of time; fractions.
        signed: take differences with their sign, as equation B is printed.
        divisor: divide by the number of pairs, or by that of frames, as equation A is printed.

    Returns:
        Points, in [0, 100], or [-100, 100] if signed; None for a single frame, which has no step.

    Source: ReferEverything, supplement B.7, equations A and B.

    >>> temporal_consistency([0.5, 0.75, 0.5])
    25.0
    >>> temporal_consistency([0.5, 0.75, 0.5], signed=True)
    0.0
    """
    if len(scores) < 2:
        return None
    steps = [later - earlier for earlier, later in pairwise(scores)]
    total = math.fsum(steps if signed else map(abs, steps))
    return 100 * total / (len(steps) if divisor == "pairs" else len(scores))


_NUMBERED = re.compile("(.*?)([0-9]+)", re.DOTALL)


def frame_spacing(frame_ids: Sequence[str]) -> tuple[int, ...] | None:
    """Return the distances between consecutive annotated frames, each once, ascending.

    Args:
        frame_ids: annotated frames in order.

    Returns:
        Differences of the whole numbers that end the ids, which begin alike; None where there are
        none or they do not ascend, so that nothing is known about what lies between.

    >>> frame_spacing(["00000", "00004", "00008"])
    (4,)
    >>> frame_spacing(["frame0001", "frame0031"])
    (30,)
    """
    found = [_NUMBERED.fullmatch(frame_id) for frame_id in frame_ids]
    numbers = [(each[1], int(each[2])) for each in found if each]
    if len(numbers) < len(found) or len({start for start, _ in numbers}) > 1:
        return None
    gaps = {later - earlier for (_, earlier), (_, later) in pairwise(numbers)}
    return tuple(sorted(gaps)) if all(gap > 0 for gap in gaps) else None
