import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.rank_correlation import spearman, spearman_interval

NUMBERS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=25)


def average_ranks(values: list[float]) -> list[float]:
    """The definition: 1 + how many are smaller + half of how many others are equal."""
    return [
        1 + sum(other < value for other in values) + (values.count(value) - 1) / 2
        for value in values
    ]


def pearson(first: list[float], second: list[float]) -> float | None:
    one, other = sum(first) / len(first), sum(second) / len(second)
    shared = sum((a - one) * (b - other) for a, b in zip(first, second, strict=True))
    spread = sum((a - one) ** 2 for a in first) * sum((b - other) ** 2 for b in second)
    return shared / spread**0.5 if spread else None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2, 3], [1, 4, 9], 1.0),
        ([1, 2, 3], [9, 4, 1], -1.0),
        # without ties: 1 - 6 * sum of squared rank differences / (n (n^2 - 1))
        ([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], 1 - 6 * 4 / (5 * 24)),
        # ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5)
        ([1, 2, 2, 3], [1, 2, 3, 4], 4.5 / (4.5 * 5) ** 0.5),
        # ranks 1.5, 1.5, 3.5, 3.5 both ways: nothing shared
        ([0, 0, 1, 1], [0, 1, 0, 1], 0.0),
        ([7, 7, 7], [1, 2, 3], None),
        ([1, 2], [5, 5], None),
        ([1], [1], None),
    ],
)
def test_by_hand(first: list[float], second: list[float], expected: float | None) -> None:
    assert spearman(first, second) == (None if expected is None else pytest.approx(expected))


@given(NUMBERS)
def test_is_pearson_of_average_ranks(pairs: list[tuple[int, int]]) -> None:
    first, second = [list(side) for side in zip(*pairs, strict=True)]
    expected = pearson(average_ranks(first), average_ranks(second))
    found = spearman(first, second)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-12))


@given(NUMBERS)
def test_only_the_order_counts(pairs: list[tuple[int, int]]) -> None:
    first, second = [list(side) for side in zip(*pairs, strict=True)]
    assert spearman([value**3 for value in first], second) == spearman(first, second)
    assert spearman(second, first) == spearman(first, second)


def test_interval_equals_rho_of_repeated_pairs() -> None:
    """Each resample's rho is that of the drawn pairs, written out."""
    from benchmark.metrics.splitmix import draws

    first, second = [1, 5, 2, 8, 8, 3], [2, 3, 3, 9, 7, 1]
    clusters = ["a", "a", "b", "c", "c", "d"]
    names, found = sorted(set(clusters)), []
    for sample in range(60):
        drawn = [names[int(draws(7, draw * 60, 60, 4)[sample])] for draw in range(4)]
        places = [p for name in drawn for p in range(6) if clusters[p] == name]
        rho = spearman([first[p] for p in places], [second[p] for p in places])
        if rho is not None:
            found.append(rho)
    found.sort()
    last = len(found) - 1
    expected = (found[round(0.025 * last)], found[round(0.975 * last)])
    assert spearman_interval(first, second, clusters, resamples=60, seed=7) == expected


def test_no_interval_without_several_clusters_or_any_order() -> None:
    assert spearman_interval([1, 2], [1, 2], ["a", "a"]) is None
    assert spearman_interval([1, 1], [1, 2], ["a", "b"], resamples=20) is None
