"""How many classes a method does well: coverage of concepts, from the J of each class."""

import math
from collections.abc import Sequence

STEPS = 101
"""Thresholds of J at which the share of classes is given, both ends included."""


def share_at_least(scores: Sequence[float], threshold: float) -> float:
    """Return the share of classes with J of at least a threshold, a fraction.

    >>> share_at_least([0.25, 0.5, 1.0, 0.0], 0.5)
    0.5
    """
    return sum(1 for score in scores if score >= threshold) / len(scores)


def coverage_curve(scores: Sequence[float], steps: int = STEPS) -> tuple[float, ...]:
    """Return the share of classes with J >= t, for t from 0 to 1 in equal steps."""
    return tuple(share_at_least(scores, step / (steps - 1)) for step in range(steps))


def area_under_coverage(scores: Sequence[float]) -> float:
    """Return the area under the share of classes with J >= t over t from 0 to 1.

    The curve is a staircase, so the area is exact, and equals the mean of the scores: that mean
    is what the curve spreads out. It is computed from the stairs nevertheless.

    Args:
        scores: J of each class, fractions in [0, 1], at least one.

    >>> area_under_coverage([0.25, 0.75])
    0.5
    """
    ordered = sorted(scores)
    total = len(ordered)
    stairs = zip([0.0, *ordered], ordered, range(total, 0, -1), strict=False)
    return math.fsum((upper - lower) * reached / total for lower, upper, reached in stairs)


def hardest_mean(scores: Sequence[float], share: float = 0.25) -> float:
    """Return the mean J of the lowest classes, a share of all, rounded up, at least one.

    >>> hardest_mean([0.9, 0.1, 0.5, 0.3, 0.7])
    0.2
    """
    kept = sorted(scores)[: max(1, math.ceil(share * len(scores)))]
    return math.fsum(kept) / len(kept)
