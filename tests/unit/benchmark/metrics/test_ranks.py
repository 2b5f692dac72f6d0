import numpy as np
import pytest

from benchmark.metrics.bootstrap import bootstrap_interval, percentile_interval, resampled_means
from benchmark.metrics.ranks import rank_intervals, ranks


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([0.3], (1,)), ([0.1, 0.3, 0.2], (3, 1, 2)), ([0.3, 0.3, 0.1], (1, 1, 3))],
)
def test_ranks(scores: list[float], expected: tuple[int, ...]) -> None:
    assert ranks(scores) == expected


def test_rank_intervals_by_hand() -> None:
    """In 21 resamples the outermost half on each side is cut: ranks 1 to 2, 1 to 2, and 3."""
    first = np.array([0.9] * 15 + [0.5] * 6)
    second = np.full(21, 0.7)
    third = np.full(21, 0.1)
    assert rank_intervals([first, second, third]) == ((1, 2), (1, 2), (3, 3))


def test_one_odd_resample_in_a_hundred_is_outside() -> None:
    first = np.array([0.9] * 100 + [0.5])
    assert rank_intervals([first, np.full(101, 0.7)]) == ((1, 1), (2, 2))


def test_equal_methods_may_have_each_others_rank() -> None:
    same = np.array([0.1, 0.2, 0.3])
    assert rank_intervals([same, same]) == ((1, 2), (1, 2))


def test_two_methods_meet_the_same_resamples() -> None:
    """B is always 0.125 below A: the paired difference does not vary, though both do."""
    a = [[0.5, 0.25], [0.75], [1.0, 0.125], [0.375]]
    b = [[value - 0.125 for value in values] for values in a]
    difference = resampled_means(a) - resampled_means(b)
    assert difference == pytest.approx(0.125, abs=1e-12)
    assert percentile_interval(resampled_means(a)) == bootstrap_interval(a)
    low, high = bootstrap_interval(a)
    assert high - low > 0.1
