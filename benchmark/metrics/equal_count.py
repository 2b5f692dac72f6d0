"""Bins that hold equally many values, as far as equal values allow."""

from collections.abc import Sequence
from itertools import pairwise


def equal_count_bins(values: Sequence[float], bins: int) -> tuple[tuple[int, ...], ...]:
    """Return the places of the values in each bin, bins in ascending order of value.

    Equal values are never parted: a cut that would fall among them moves to the nearer end of
    their run, the lower one if both are as near. So bins may differ in size, and there are fewer
    of them where most values are equal; none is empty.

    Args:
        values: numbers, in any order.
        bins: how many are wanted, at least 1.

    Returns:
        Every place once; within a bin by value, then by place.

    >>> equal_count_bins([5, 1, 3, 2], 2)
    ((1, 3), (2, 0))
    >>> equal_count_bins([1, 1, 1, 2], 2)
    ((0, 1, 2), (3,))
    """
    order = sorted(range(len(values)), key=lambda place: (values[place], place))
    ordered = [values[place] for place in order]
    total = len(order)
    cuts = {_nearest_gap(ordered, (2 * total * k + bins) // (2 * bins)) for k in range(1, bins)}
    edges = [0, *sorted(cuts - {0, total}), total]
    return tuple(tuple(order[start:stop]) for start, stop in pairwise(edges) if stop)


def _nearest_gap(ordered: Sequence[float], cut: int) -> int:
    """Return the place nearest to ``cut`` before which and after which values differ."""
    if cut <= 0 or cut >= len(ordered) or ordered[cut - 1] != ordered[cut]:
        return cut
    low = high = cut
    while low > 0 and ordered[low - 1] == ordered[cut]:
        low -= 1
    while high < len(ordered) and ordered[high] == ordered[cut]:
        high += 1
    return low if cut - low <= high - cut else high
