import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from refvps.errors import ShapeError
from refvps.exchange import encode_counts
from refvps.packed import Order, Size, pack
from refvps.rle import read_counts
from refvps.runs import RunTrack, runs_of

shapes = st.tuples(st.integers(0, 4), st.integers(1, 140), st.integers(1, 80))
stacks = shapes.flatmap(lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape)))


def tracks(masks: np.ndarray) -> list[RunTrack]:
    """The same masks as runs, made in every way there is."""
    size = Size(*masks.shape[1:])
    packed = [pack(mask) for mask in masks]
    return [
        runs_of(packed, size),
        runs_of([mask.by(Order.COLUMNS) for mask in packed], size),
        read_counts([encode_counts(mask) for mask in packed], size),
    ]


@given(stacks)
def test_runs_are_the_masks_they_were_made_of(pair: tuple[np.ndarray, np.ndarray]) -> None:
    masks, _ = pair
    for track in tracks(masks):
        assert len(track) == len(masks)
        assert track.areas().tolist() == masks.sum((1, 2)).tolist()
        for frame, mask in enumerate(masks):
            assert track.packed(frame) == pack(mask)


@given(stacks)
def test_shared_pixels_are_those_of_dense_masks(pair: tuple[np.ndarray, np.ndarray]) -> None:
    masks, others = pair
    expected = (masks & others).sum((1, 2)).tolist()
    for track in tracks(masks):
        for other in tracks(others):
            assert track.shared_with(other).tolist() == expected


def test_no_mask_is_a_mask_without_a_pixel() -> None:
    track = runs_of([None, pack(np.ones((2, 3), bool)), None], Size(2, 3))
    assert track.areas().tolist() == [0, 6, 0]
    assert track.first.tolist() == [0, 0, 3, 3]


def test_runs_of_no_pixel_count_for_nothing() -> None:
    # In a 2x2 frame: an empty run, then pixels 1 and 2, then an empty run at its end.
    places = np.array([0, 1, 4]), np.array([0, 3, 4]), np.array([0, 3])
    track = RunTrack(Size(2, 2), *places)
    assert track.areas().tolist() == [2]
    assert track.packed(0) == pack(np.array([[0, 1], [1, 0]], bool))
    assert track.shared_with(track).tolist() == [2]


def test_masks_of_another_size_are_refused() -> None:
    small, large = (runs_of([None], Size(side, side)) for side in (1, 2))
    with pytest.raises(ShapeError, match="1 frames of 1x1 and 1 of 2x2"):
        small.shared_with(large)
    with pytest.raises(ShapeError, match="1 frames of 1x1 and 2 of 1x1"):
        small.shared_with(runs_of([None, None], Size(1, 1)))
    with pytest.raises(ShapeError, match="mask of frame 2 is 1x1; the first is 2x2"):
        runs_of([None, pack(np.ones((1, 1), bool))], Size(2, 2))


@pytest.mark.parametrize(
    ("starts", "ends", "first", "problem"),
    [
        pytest.param([0], [], [0, 1], "as many ends", id="no-end"),
        pytest.param([0], [1], [0, 2], "first to count them", id="too-many"),
        pytest.param([0], [1], [1, 1], "first to count them", id="begins-late"),
        pytest.param([0, 4], [1, 5], [0, 2, 1, 2], "backwards", id="backwards"),
        pytest.param([1], [0], [0, 1], "overlap", id="negative"),
        pytest.param([0, 1], [2, 3], [0, 2], "overlap", id="overlap"),
        pytest.param([3], [5], [0, 1, 1], "leave their frames", id="past-the-end"),
        pytest.param([3], [4], [0, 0, 1], "leave their frames", id="before-the-start"),
        pytest.param([-1], [1], [0, 1], "leave their frames", id="before-everything"),
    ],
)
def test_arrays_must_belong_together(
    starts: list[int], ends: list[int], first: list[int], problem: str
) -> None:
    arrays = (np.array(values, np.int64) for values in (starts, ends, first))
    with pytest.raises(ShapeError, match=problem):
        RunTrack(Size(2, 2), *arrays)
