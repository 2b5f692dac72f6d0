"""How sure the order of several methods is."""

from collections.abc import Sequence

import numpy as np

from benchmark.metrics.bootstrap import LEVEL, percentile_interval
from refvps.types import FloatArray


def ranks(scores: Sequence[float]) -> tuple[int, ...]:
    """Return each score's rank, 1 for the highest; equal scores share the best of their ranks.

    >>> ranks([0.25, 0.5, 0.25])
    (2, 1, 2)
    """
    return tuple(1 + sum(other > score for other in scores) for score in scores)


def rank_intervals(
    resampled: Sequence[FloatArray], level: float = LEVEL
) -> tuple[tuple[int, int], ...]:
    """Return the interval of each method's rank over resamples.

    In a resample where methods tie, each may have any of their ranks: the lower end counts the
    best of them, the upper end the worst.

    Args:
        resampled: each method's mean in every resample, float64 ``[R]`` each, the same resamples.
        level: the share of resamples inside the interval.
    """
    found = []
    for own in resampled:
        best = 1 + sum(np.asarray(other > own, np.int64) for other in resampled)
        worst = sum(np.asarray(other >= own, np.int64) for other in resampled)
        low = percentile_interval(np.asarray(best, np.int64), level)[0]
        high = percentile_interval(np.asarray(worst, np.int64), level)[1]
        found.append((int(low), int(high)))
    return tuple(found)
