import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.holm import holm


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        pytest.param([], [], id="none"),
        pytest.param([0.04], [0.04], id="one-stays"),
        pytest.param([0.01, 0.04, 0.03], [0.03, 0.06, 0.06], id="monotone"),
        pytest.param([0.02, 0.02], [0.04, 0.04], id="equal"),
        pytest.param([0.5, 0.9, 0.4], [1.0, 1.0, 1.0], id="at-most-1"),
        pytest.param([0.01, 0.02, 0.03, 0.005], [0.03, 0.04, 0.04, 0.02], id="four"),
    ],
)
def test_by_hand(p_values: list[float], adjusted: list[float]) -> None:
    assert holm(p_values) == pytest.approx(adjusted)


@given(st.lists(st.floats(0, 1), max_size=8))
def test_between_the_plain_value_and_bonferroni(p_values: list[float]) -> None:
    for plain, adjusted in zip(p_values, holm(p_values), strict=True):
        assert plain <= adjusted <= min(1, len(p_values) * plain)
