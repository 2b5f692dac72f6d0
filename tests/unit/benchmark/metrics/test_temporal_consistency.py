import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.temporal_consistency import frame_spacing, temporal_consistency

SCORES = st.lists(st.floats(0, 1), min_size=2, max_size=30)


@pytest.mark.parametrize(
    ("scores", "absolute", "signed", "by_frames"),
    [
        ([0.5, 0.5], 0.0, 0.0, 0.0),
        ([0.0, 1.0], 100.0, 100.0, 50.0),
        ([1.0, 0.0], 100.0, -100.0, 50.0),
        ([0.2, 0.6, 0.2], 40.0, 0.0, 80 / 3),
        ([0.1, 0.2, 0.4, 0.3], 40 / 3, 20 / 3, 10.0),
        ([1.0, 1.0, 1.0, 1.0, 0.0], 25.0, -25.0, 20.0),
    ],
)
def test_by_hand(scores: list[float], absolute: float, signed: float, by_frames: float) -> None:
    assert temporal_consistency(scores) == pytest.approx(absolute)
    assert temporal_consistency(scores, signed=True) == pytest.approx(signed)
    assert temporal_consistency(scores, divisor="frames") == pytest.approx(by_frames)


@pytest.mark.parametrize("scores", [[], [0.5]])
def test_one_frame_has_no_step(scores: list[float]) -> None:
    assert temporal_consistency(scores) is None


@given(SCORES)
def test_the_signed_form_sees_the_ends_alone(scores: list[float]) -> None:
    ends = 100 * (scores[-1] - scores[0]) / (len(scores) - 1)
    assert temporal_consistency(scores, signed=True) == pytest.approx(ends, abs=1e-9)


@given(SCORES)
def test_bounds_and_time_backwards(scores: list[float]) -> None:
    found = temporal_consistency(scores)
    assert 0 <= found <= 100
    assert found == temporal_consistency(scores[::-1])
    assert found >= abs(temporal_consistency(scores, signed=True)) - 1e-9


@pytest.mark.parametrize(
    ("frame_ids", "expected"),
    [
        (["00000", "00004", "00008"], (4,)),
        (["1", "2", "4", "9"], (1, 2, 5)),
        (["00007"], ()),
        (["a", "b"], None),
        (["00004", "00000"], None),
        (["²", "³"], None),
    ],
)
def test_spacing(frame_ids: list[str], expected: tuple[int, ...] | None) -> None:
    assert frame_spacing(frame_ids) == expected
