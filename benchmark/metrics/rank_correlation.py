"""Spearman's rank correlation with ties averaged, and its interval over videos."""

import math
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.bootstrap import LEVEL, RESAMPLES, SEED, percentile_interval
from benchmark.metrics.splitmix import draws
from refvps.types import FloatArray

Int64Array = NDArray[np.int64]

BATCH = 500
"""Resamples ranked at once; bounds memory."""


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Spearman's rho: Pearson's correlation of the ranks, equal values sharing their mean.

    Args:
        first: numbers, none of them NaN.
        second: as many.

    Returns:
        A number in [-1, 1]; None if either side has fewer than two different values, so that there
        is no order to compare.

    Source: Kendall, "Rank Correlation Methods", 1948, chapter 3.

    >>> spearman([1, 2, 3], [30, 20, 10])
    -1.0
    """
    found = _weighted(first, second, np.ones((1, len(first)), np.int64))[0]
    return None if math.isnan(found) else float(found)


def spearman_interval(
    first: Sequence[float],
    second: Sequence[float],
    clusters: Sequence[Hashable],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float, float] | None:
    """Return the 95 % percentile bootstrap interval of rho, clusters drawn whole.

    The resamples are those of ``bootstrap_interval``. One in which either side is constant has no
    rho and is left out.

    Args:
        first: numbers.
        second: as many.
        clusters: what each pair belongs to; pairs of one video are not independent.
        resamples: how many samples are drawn.
        seed: any whole number.

    Returns:
        None if there is one cluster, or rho is never defined.
    """
    place = {name: index for index, name in enumerate(sorted(set(clusters), key=str))}
    member = np.array([place[name] for name in clusters], np.int64)
    if len(place) < 2:
        return None
    drawn = np.zeros((resamples, len(place)), np.int64)
    for draw in range(len(place)):
        picked = draws(seed, draw * resamples, resamples, len(place))
        drawn[np.arange(resamples), picked] += 1
    found = np.concatenate(
        [
            _weighted(first, second, drawn[start : start + BATCH][:, member])
            for start in range(0, resamples, BATCH)
        ]
    )
    defined = found[~np.isnan(found)]
    return percentile_interval(defined, LEVEL) if len(defined) else None


def _weighted(first: Sequence[float], second: Sequence[float], weights: Int64Array) -> FloatArray:
    """Return rho of every resample, float64 ``[R]``; NaN where it is not defined.

    Args:
        first: ``[N]``.
        second: ``[N]``.
        weights: how often each pair is in a resample, ``[R, N]``.
    """
    one, other = _centred_ranks(first, weights), _centred_ranks(second, weights)
    # All whole numbers: no rounding, so every machine gives the same rho.
    shared = (weights * one * other).sum(axis=1)
    spread = (weights * one * one).sum(axis=1).astype(np.float64)
    spread *= (weights * other * other).sum(axis=1)
    undefined = spread == 0
    rho: FloatArray = shared / np.sqrt(np.where(undefined, 1.0, spread))
    rho[undefined] = np.nan
    return np.clip(rho, -1.0, 1.0)


def _centred_ranks(values: Sequence[float], weights: Int64Array) -> Int64Array:
    """Return twice each value's mean rank, minus twice the mean of all ranks, int64 ``[R, N]``."""
    _, group = np.unique(np.asarray(values, np.float64), return_inverse=True)
    size = np.zeros((len(weights), int(group.max()) + 1), np.int64)
    for index, place in enumerate(group):
        size[:, place] += weights[:, index]
    before = np.cumsum(size, axis=1) - size
    doubled = (2 * before + size + 1)[:, group]
    centred: Int64Array = doubled - (weights.sum(axis=1, keepdims=True) + 1)
    return centred
