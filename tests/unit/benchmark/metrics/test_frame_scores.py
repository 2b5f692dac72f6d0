import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.frame_scores import (
    Share,
    decay,
    empty_predictions,
    false_positives,
    mean_with_target,
    recall,
)


@pytest.mark.parametrize(
    ("scores", "target", "expected"),
    [
        ([0.5, 1.0, 0.0], [9, 0, 0], 0.5),
        ([0.25, 0.75], [1, 1], 0.5),
        ([1.0, 0.0], [0, 0], None),
    ],
)
def test_j_where_the_target_is_shown(
    scores: list[float], target: list[int], expected: float | None
) -> None:
    assert mean_with_target(scores, target) == expected


@pytest.mark.parametrize(
    ("predicted", "target", "expected"),
    [
        ([0, 1, 500], [0, 0, 0], Share(2, 3)),
        ([0, 7], [5, 5], Share(0, 0)),
        ([0, 7, 7], [5, 5, 0], Share(1, 1)),
    ],
)
def test_false_positives(predicted: list[int], target: list[int], expected: Share) -> None:
    assert false_positives(predicted, target) == expected


def test_shares() -> None:
    assert empty_predictions([0, 0, 4, 1]) == Share(2, 4)
    assert Share(1, 4).fraction == 0.25
    assert Share(0, 0).fraction is None


@pytest.mark.parametrize(
    ("scores", "expected"), [([0.5], 0.0), ([0.51], 1.0), ([0.0, 0.6, 0.5, 1.0], 0.5)]
)
def test_recall(scores: list[float], expected: float) -> None:
    assert recall(scores) == expected


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.7], 0.0),
        ([1.0, 0.0], 1.0),  # ends 0 | 1: frame 0 against frame 1
        ([1.0, 0.5, 0.0], 0.75),  # ends 1 (0.5, rounded up) | 2: 0.75 against 0
        ([1.0, 0.8, 0.6, 0.2], 0.5),  # ends 1 | 2: 0.9 against 0.4
        ([1.0, 1.0, 0.5, 0.0, 0.0], 1.0),  # ends 1 | 3
        ([0.0, 0.0, 0.5, 1.0, 1.0], -1.0),
    ],
)
def test_decay_by_hand(scores: list[float], expected: float) -> None:
    assert decay(scores) == pytest.approx(expected)


def test_decay_of_a_clip_longer_than_256_frames() -> None:
    """From 1 to 0 over 400 frames, frames 0 to 100 against 299 to 399.

    The ends of the official code are 8-bit numbers, so that 299 is 43: it gives 43 / 399.
    """
    ramp = [1 - frame / 399 for frame in range(400)]
    assert decay(ramp) == pytest.approx(299 / 399)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=600))
def test_decay_backwards_and_bounds(scores: list[float]) -> None:
    assert -1 <= decay(scores) <= 1
    if (len(scores) - 1) % 4 in (0, 1, 3):  # where no end is rounded away from its mirror
        assert decay(scores[::-1]) == pytest.approx(-decay(scores), abs=1e-12)
