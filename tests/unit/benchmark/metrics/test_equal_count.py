from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.equal_count import equal_count_bins


@pytest.mark.parametrize(
    ("values", "bins", "expected"),
    [
        ([3, 1, 2], 3, [[1], [2], [3]]),
        ([1, 2, 3, 4, 5], 2, [[1, 2, 3], [4, 5]]),
        ([1, 2, 2, 2, 3, 4], 2, [[1, 2, 2, 2], [3, 4]]),
        ([1, 2, 2, 3], 2, [[1], [2, 2, 3]]),
        ([5, 5, 5], 4, [[5, 5, 5]]),
        ([1, 2], 5, [[1], [2]]),
        ([], 3, []),
    ],
)
def test_by_hand(values: list[float], bins: int, expected: list[list[float]]) -> None:
    found = equal_count_bins(values, bins)
    assert [[values[place] for place in places] for places in found] == expected


@given(st.lists(st.integers(0, 12)), st.integers(1, 7))
def test_bins_part_the_values_and_no_equal_ones(values: list[int], bins: int) -> None:
    found = equal_count_bins(values, bins)
    assert sorted(place for places in found for place in places) == list(range(len(values)))
    assert all(found)
    assert len(found) <= bins
    for lower, higher in pairwise(found):
        assert max(values[p] for p in lower) < min(values[p] for p in higher)


@given(st.sets(st.integers(), min_size=1), st.integers(1, 7))
def test_without_ties_sizes_differ_by_one_at_most(values: set[int], bins: int) -> None:
    sizes = [len(places) for places in equal_count_bins(list(values), bins)]
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) == min(bins, len(values))
