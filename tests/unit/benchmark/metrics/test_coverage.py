import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.coverage import (
    area_under_coverage,
    coverage_curve,
    hardest_mean,
    share_at_least,
)

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_curve_by_hand() -> None:
    assert coverage_curve([0.0, 0.5, 0.5, 1.0], steps=5) == (1.0, 0.75, 0.75, 0.25, 0.25)


@pytest.mark.parametrize(
    ("scores", "area"),
    [([0.0], 0.0), ([1.0], 1.0), ([0.2, 0.6], 0.4), ([0.5, 0.5, 0.8], 0.6)],
)
def test_area_by_hand(scores: list[float], area: float) -> None:
    assert area_under_coverage(scores) == pytest.approx(area)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([0.4], 0.4), ([0.4, 0.2], 0.2), ([0.1, 0.2, 0.9, 0.9, 0.9], 0.15), ([0.3] * 8, 0.3)],
)
def test_hardest_quarter(scores: list[float], expected: float) -> None:
    assert hardest_mean(scores) == pytest.approx(expected)


@given(SCORES)
def test_the_area_is_the_mean(scores: list[float]) -> None:
    assert area_under_coverage(scores) == pytest.approx(sum(scores) / len(scores), abs=1e-12)


@given(SCORES)
def test_the_curve_falls_from_all(scores: list[float]) -> None:
    curve = coverage_curve(scores)
    assert curve[0] == 1.0
    assert list(curve) == sorted(curve, reverse=True)
    assert curve[-1] == share_at_least(scores, 1.0)
