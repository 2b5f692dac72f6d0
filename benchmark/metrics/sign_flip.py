"""The sign-flip permutation test of a paired difference, by whole videos."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmark.metrics.splitmix import words
from refvps.types import FloatArray

MOST_ENUMERATED = 16
"""Up to this many clusters every pattern of signs is tried: at most 65,536."""

FLIPS = 10_000
SEED = 20251020
"""Fixed, and not the bootstrap's, so that the two do not share their draws."""

_ROUNDING = 1e-12
"""Sums that differ by less, as a share of the largest possible sum, tie: flipping adds up the same
numbers in another way."""


@dataclass(frozen=True, slots=True)
class SignFlipTest:
    """A two-sided test of whether a mean difference is zero.

    Attributes:
        p: the share of sign patterns whose difference is at least as large; in (0, 1].
        patterns: how many sign patterns were tried.
        exact: whether these are all there are.
    """

    p: float
    patterns: int
    exact: bool


def sign_flip_test(
    clusters: Sequence[Sequence[float]], *, flips: int = FLIPS, seed: int = SEED
) -> SignFlipTest:
    """Test whether the mean of paired differences is zero.

    If two methods are equally good, a video's differences could as well have had the other sign;
    all clips of a video flip together, because they are not independent. The number of values
    does not change by flipping, so comparing sums compares means.

    Args:
        clusters: the differences of each video, at least one video.
        flips: how many patterns are drawn where there are too many to try them all; the observed
            one is counted among them, so p is never 0 (Phipson and Smyth, 2010).
        seed: any whole number.

    >>> sign_flip_test([[1.0], [2.0], [3.0]])
    SignFlipTest(p=0.25, patterns=8, exact=True)
    """
    sums = [math.fsum(values) for values in clusters]
    least = abs(math.fsum(sums)) - _ROUNDING * math.fsum(map(abs, sums))
    if len(sums) <= MOST_ENUMERATED:
        totals = _all_totals(sums)
        extreme = int(np.count_nonzero(np.abs(totals) >= least))
        return SignFlipTest(extreme / len(totals), len(totals), exact=True)
    totals = _drawn_totals(sums, flips, seed)
    extreme = int(np.count_nonzero(np.abs(totals) >= least))
    return SignFlipTest((1 + extreme) / (1 + flips), flips, exact=False)


def _all_totals(sums: Sequence[float]) -> FloatArray:
    totals = np.zeros(1)
    for value in sums:
        totals = np.concatenate((totals + value, totals - value))
    return totals


def _drawn_totals(sums: Sequence[float], flips: int, seed: int) -> FloatArray:
    totals = np.zeros(flips)
    for place, value in enumerate(sums):
        up = words(seed, place * flips, flips) >> np.uint64(63) == 1
        totals += np.where(up, value, -value)
    return totals
