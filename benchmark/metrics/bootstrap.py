"""Confidence intervals of means over clips, by resampling the videos they were cut from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.splitmix import draws
from refvps.types import FloatArray

RESAMPLES = 10_000
LEVEL = 0.95
SEED = 20251019
"""Fixed, so that a record can be reproduced to the last digit."""


def bootstrap_interval(
    clusters: Sequence[Sequence[float]],
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    seed: int = SEED,
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of the mean over all values.

    Args:
        clusters: the values of each video, at least one video, each with at least one value.
        resamples: how many samples are drawn.
        level: the share of resampled means inside the interval.
        seed: any whole number.

    Returns:
        The lower and upper end.

    >>> bootstrap_interval([[0.25], [0.25], [0.25]])
    (0.25, 0.25)
    """
    return percentile_interval(resampled_means(clusters, resamples=resamples, seed=seed), level)


def resampled_means(
    clusters: Sequence[Sequence[float]], *, resamples: int = RESAMPLES, seed: int = SEED
) -> FloatArray:
    """Return the mean over all values of every resample, float64 ``[resamples]``, in order drawn.

    Clusters are drawn whole, with replacement, because clips of one video are not independent.
    Which ones depends on the seed and their number alone, so two methods on the same videos meet
    the same resamples, and the difference of their means is a paired one. Random numbers are
    splitmix64 on a counter, and every sum is taken element by element in a fixed order, so the
    means are the same on every machine.
    """
    # One value at a time, in order: pairwise summation differs between machines.
    sums = np.array([_ordered_sum(values) for values in clusters])
    counts = np.array([len(values) for values in clusters], dtype=np.int64)
    totals = np.zeros(resamples)
    drawn = np.zeros(resamples, dtype=np.int64)
    for draw in range(len(clusters)):
        picked = draws(seed, draw * resamples, resamples, len(clusters))
        totals += sums[picked]
        drawn += counts[picked]
    means: FloatArray = totals / drawn
    return means


def percentile_interval(
    values: FloatArray | NDArray[np.int64], level: float = LEVEL
) -> tuple[float, float]:
    """Return the two values between which a share ``level`` of them lies."""
    ordered = np.sort(values)
    tail = (1 - level) / 2
    low, high = round(tail * (len(ordered) - 1)), round((1 - tail) * (len(ordered) - 1))
    return float(ordered[low]), float(ordered[high])


def _ordered_sum(values: Sequence[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total
