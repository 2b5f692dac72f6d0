import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics import sign_flip
from benchmark.metrics.sign_flip import MOST_ENUMERATED, sign_flip_test

VALUES = st.lists(st.integers(-64, 64).map(lambda k: k / 64), min_size=1, max_size=3)
CLUSTERS = st.lists(VALUES, min_size=1, max_size=7)


@pytest.mark.parametrize(
    ("clusters", "p"),
    [
        pytest.param([[0.5]], 1.0, id="one-video-shows-nothing"),
        pytest.param([[1.0], [2.0]], 2 / 4, id="two-alike"),
        pytest.param([[1.0], [2.0], [3.0]], 2 / 8, id="three-alike"),
        pytest.param([[1.0], [2.0], [-3.0]], 8 / 8, id="no-difference"),
        pytest.param([[3.0], [2.0], [-1.0]], 4 / 8, id="one-against"),
        pytest.param([[1.0, 2.0], [3.0]], 2 / 4, id="clips-of-a-video-flip-together"),
        pytest.param([[0.0], [0.0]], 1.0, id="all-zero"),
        pytest.param([[1.0], [0.0], [0.0]], 1.0, id="zeros-say-nothing"),
        pytest.param([[0.1], [0.2], [0.3], [0.4], [0.5]], 2 / 32, id="five-alike"),
    ],
)
def test_exact_p_by_hand(clusters: list[list[float]], p: float) -> None:
    found = sign_flip_test(clusters)
    assert found.p == p
    assert (found.patterns, found.exact) == (2 ** len(clusters), True)


@given(CLUSTERS)
def test_equals_a_plain_enumeration(clusters: list[list[float]]) -> None:
    """Sixty-fourths are exact in binary, so here ties need no tolerance."""
    sums = [sum(values) for values in clusters]
    patterns = list(itertools.product((1, -1), repeat=len(sums)))
    totals = [abs(sum(s * d for s, d in zip(signs, sums, strict=True))) for signs in patterns]
    expected = sum(total >= abs(sum(sums)) for total in totals) / len(patterns)
    assert sign_flip_test(clusters).p == expected


@given(CLUSTERS)
def test_swapping_the_methods_changes_nothing(clusters: list[list[float]]) -> None:
    swapped = [[-value for value in values] for values in clusters]
    assert sign_flip_test(swapped) == sign_flip_test(clusters)


def test_rounding_does_not_break_ties() -> None:
    """0.1 + 0.2 is not 0.3 in binary: every pattern that ties in decimals must be counted."""
    assert sign_flip_test([[0.1], [0.2], [-0.3]]).p == 1.0


def test_more_videos_are_drawn_and_p_is_never_0() -> None:
    found = sign_flip_test([[1.0]] * 40)
    assert not found.exact
    assert found.p == 1 / 10_001
    assert sign_flip_test([[1.0]] * 40) == found, "the draws have a fixed seed"


def test_drawing_agrees_with_enumerating(monkeypatch: pytest.MonkeyPatch) -> None:
    clusters = [[(k * 37 % 11 - 3) / 10] for k in range(MOST_ENUMERATED)]
    exact = sign_flip_test(clusters)
    monkeypatch.setattr(sign_flip, "MOST_ENUMERATED", 0)
    drawn = sign_flip_test(clusters)
    assert (exact.exact, drawn.exact) == (True, False)
    error = math.sqrt(exact.p * (1 - exact.p) / drawn.patterns)
    assert drawn.p == pytest.approx(exact.p, abs=4 * error)
