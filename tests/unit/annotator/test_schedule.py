import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.schedule import Schedule, middle_of_largest_gap
from refvps.errors import ShapeError


@given(st.integers(1, 600), st.integers(1, 9))
def test_ordinals_and_indices_are_one_another_s_inverse(frames: int, stride: int) -> None:
    schedule = Schedule(frames, stride)
    indices = [schedule.index(k) for k in range(schedule.keyframes)]
    assert indices == list(range(0, frames, stride))
    assert [schedule.ordinal(index) for index in indices] == list(range(schedule.keyframes))


def test_what_is_no_keyframe_is_refused() -> None:
    for bad in (1, -4, 12):
        with pytest.raises(ShapeError):
            Schedule(9).ordinal(bad)
    with pytest.raises(ShapeError, match="no keyframe 3; the clip has 3"):
        Schedule(9).index(3)


@pytest.mark.parametrize(
    ("start", "forward", "barriers", "stop"),
    [(0, True, set(), 10), (9, False, set(), -1), (5, False, {5, 2}, 2), (5, True, {5}, 10)],
)
def test_a_propagation_stops_at_the_next_barrier(start, forward, barriers, stop) -> None:
    assert Schedule(40).until_barrier(start, forward=forward, barriers=barriers) == stop


@pytest.mark.parametrize(
    ("done", "middle"),
    [(set(), 5), (set(range(10)), None), ({0}, 5), ({0, 2, 4, 6, 8}, 1), ({5}, 2)],
)
def test_the_largest_gap_is_halved(done, middle) -> None:
    assert middle_of_largest_gap(Schedule(40), done) == middle
