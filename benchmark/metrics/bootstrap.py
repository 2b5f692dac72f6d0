"""Confidence intervals of means over clips, by resampling the videos they were cut from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
LEVEL = 0.95
SEED = 20251019
"""Fixed, so that a record can be reproduced to the last digit."""

_GOLDEN = 0x9E3779B97F4A7C15
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_WORD = 1 << 64


def bootstrap_interval(
    clusters: Sequence[Sequence[float]],
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    seed: int = SEED,
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of the mean over all values.

    Clusters are drawn whole, with replacement, because clips of one video are not independent.
    Random numbers are splitmix64 on a counter, and every sum is taken element by element in a
    fixed order, so the interval is the same on every machine.

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
    # One value at a time, in order: pairwise summation differs between machines.
    sums = np.array([_ordered_sum(values) for values in clusters])
    counts = np.array([len(values) for values in clusters], dtype=np.int64)
    totals = np.zeros(resamples)
    drawn = np.zeros(resamples, dtype=np.int64)
    for draw in range(len(clusters)):
        picked = _draws(seed, draw * resamples, resamples, len(clusters))
        totals += sums[picked]
        drawn += counts[picked]
    means = np.sort(totals / drawn)
    tail = (1 - level) / 2
    low, high = round(tail * (resamples - 1)), round((1 - tail) * (resamples - 1))
    return float(means[low]), float(means[high])


def _ordered_sum(values: Sequence[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def _draws(seed: int, start: int, count: int, below: int) -> NDArray[np.int64]:
    """Return whole numbers in [0, below): splitmix64 of the counters from ``start`` on.

    Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
    """
    counters = np.arange(start + 1, start + count + 1, dtype=np.uint64)
    state = counters * np.uint64(_GOLDEN) + np.uint64(seed % _WORD)
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    state ^= state >> np.uint64(31)
    # The high half times the bound, shifted down: no modulo bias that a table could show.
    picked = ((state >> np.uint64(32)) * np.uint64(below)) >> np.uint64(32)
    return picked.astype(np.int64)
