import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmark.metrics.mask_change import motion, shape_change, shape_of, track_change
from refvps.errors import ShapeError
from support.ascii_masks import mask

MASKS = arrays(np.bool_, (7, 9))


def changes(first: str, second: str) -> tuple[float, float]:
    one, other = shape_of(mask(first)), shape_of(mask(second))
    return motion(one, other), shape_change(one, other)


@pytest.mark.parametrize(
    ("first", "second", "moved", "changed"),
    [
        # the same 2 by 2 square: still, and two to the right (2 / sqrt 4)
        ("##..../##....", "##..../##....", 0.0, 0.0),
        ("##..../##....", "..##../..##..", 1.0, 0.0),
        # diagonally by 3 and 4, of 1 pixel
        ("#..../...../...../.....", "...../...../...../....#", 5.0, 0.0),
        # a row becomes a column around the same centroid: 1 of 5 pixels is shared
        (".../###/...", ".#./.#./.#.", 0.0, 0.8),
        # 4 pixels shrink to the left 2: the centroid goes from 1.5 to 0.5, the mean area is 3
        ("####", "##..", 1 / 3**0.5, 0.5),
        # half a pixel is rounded up: from 0 to 0.5 shifts by one, and one of 2 is covered
        ("#.", "##", 0.5 / 1.5**0.5, 0.5),
    ],
)
def test_by_hand(first: str, second: str, moved: float, changed: float) -> None:
    assert changes(first, second) == (pytest.approx(moved), pytest.approx(changed))


def test_a_shape_shifted_out_of_the_frame_is_compared_whole() -> None:
    """A tall bar at the left becomes a wide one at the right edge; nothing is cut off."""
    assert changes("#..../#..../#....", "...../..###/.....")[1] == pytest.approx(0.8)


def test_a_centroid() -> None:
    found = shape_of(mask("...../..##./..#.."))
    assert (found.top, found.left, found.area) == (1, 2, 3)
    assert found.centroid == (pytest.approx(4 / 3), pytest.approx(7 / 3))
    assert shape_of(mask("..")) is None


def test_frames_annotated_as_empty_break_the_track() -> None:
    """Nothing is measured into, out of, or across an empty frame."""
    one, far, empty = mask("##......"), mask("......##"), mask("........")
    found = track_change([one, one, empty, far, far])
    assert (found.motion, found.shape_change) == (0.0, 0.0)
    assert (found.steps, found.broken) == (2, 2)
    found = track_change([empty, one, empty])
    assert (found.motion, found.shape_change) == (None, None)
    assert (found.steps, found.broken) == (0, 2)
    assert track_change([one]).steps == track_change([one]).broken == 0


def test_means_over_steps() -> None:
    found = track_change([mask("#..."), mask(".#.."), mask("...#")])
    assert found.motion == pytest.approx((1 + 2) / 2)
    assert found.shape_change == 0.0


def test_one_size() -> None:
    with pytest.raises(ShapeError, match="differ in size"):
        track_change([mask("#."), mask("#")])


def by_definition(first: np.ndarray, second: np.ndarray) -> float:
    """1 - J over sets of pixels in the plane."""
    one, other = (set(zip(*np.nonzero(m), strict=True)) for m in (first, second))
    shift = [
        int(np.floor(np.mean([p[axis] for p in other]) - np.mean([p[axis] for p in one]) + 0.5))
        for axis in (0, 1)
    ]
    moved = {(row + shift[0], column + shift[1]) for row, column in one}
    return 1 - len(moved & other) / len(moved | other)


@given(MASKS, MASKS)
def test_equals_the_definition(first: np.ndarray, second: np.ndarray) -> None:
    one, other = shape_of(first), shape_of(second)
    if one is None or other is None:
        return
    means = np.subtract(other.centroid, one.centroid)
    if np.any(abs(means % 1 - 0.5) < 1e-9):
        return  # the two means may round half a pixel apart
    assert shape_change(one, other) == pytest.approx(by_definition(first, second), abs=1e-12)


@given(MASKS, st.integers(0, 5), st.integers(0, 6))
def test_a_rigid_shift_is_motion_alone(pixels: np.ndarray, down: int, right: int) -> None:
    first, second = np.zeros((12, 15), bool), np.zeros((12, 15), bool)
    first[:7, :9] = pixels
    second[down : down + 7, right : right + 9] = pixels
    one, other = shape_of(first), shape_of(second)
    if one is None:
        return
    assert shape_change(one, other) == 0.0
    assert motion(one, other) == pytest.approx((down**2 + right**2) ** 0.5 / one.area**0.5)
