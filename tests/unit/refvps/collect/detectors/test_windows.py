"""Windows over a stream, and transitions from what a network says of each frame."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refvps.collect.cut import Change
from refvps.collect.detectors.windows import (
    PADDING,
    SIZE,
    STEP,
    WINDOW,
    Watching,
    Windows,
    transitions,
)
from refvps.errors import ShapeError
from support.detectors import seen_mark


def numbered(count: int) -> np.ndarray:
    """Frames that hold their number in two channels."""
    frames = np.zeros((count, *SIZE, 3), np.uint8)
    frames[..., 0] = (np.arange(count) % 256)[:, None, None]
    frames[..., 1] = (np.arange(count) // 256)[:, None, None]
    return frames


def streamed(frames: np.ndarray) -> list[np.ndarray]:
    windows = Windows()
    found = [window for frame in frames for window in windows.add(frame)]
    return found + list(windows.rest())


def whole(frames: np.ndarray) -> list[np.ndarray]:
    """The published windows: the whole video is padded first, and then cut."""
    after = PADDING + STEP - (len(frames) % STEP if len(frames) % STEP else STEP)
    padded = np.concatenate([frames[:1]] * PADDING + [frames] + [frames[-1:]] * after)
    starts = range(0, len(padded) - WINDOW + 1, STEP)
    return [padded[start : start + WINDOW] for start in starts]


@pytest.mark.parametrize("count", [1, 2, 24, 25, 49, 50, 51, 75, 99, 100, 101, 150, 151, 313])
def test_windows_of_a_stream_are_those_of_the_whole(count: int) -> None:
    frames = numbered(count)
    ours, theirs = streamed(frames), whole(frames)
    assert len(ours) == len(theirs) == -(-count // STEP)
    assert all((one == other).all() for one, other in zip(ours, theirs, strict=True))


def test_no_more_than_a_window_is_held() -> None:
    windows = Windows()
    most = 0
    for frame in numbered(400):
        list(windows.add(frame))
        most = max(most, len(windows._held))
    assert most < WINDOW


def test_a_video_of_nothing_has_no_window_and_no_change() -> None:
    assert list(Windows().rest()) == []
    assert Watching(seen_mark, 0.5).changes() == ()


@pytest.mark.parametrize("frame", [np.zeros((27, 48), np.uint8), np.zeros((27, 48, 3), np.float32)])
def test_frames_of_another_shape_are_refused(frame: np.ndarray) -> None:
    with pytest.raises(ShapeError, match=r"frames are uint8 \(27, 48, 3\)"):
        list(Windows().add(frame))


@settings(deadline=None, max_examples=20)
@given(st.sets(st.integers(0, 219)), st.integers(1, 220))
def test_every_frame_is_judged_once_and_in_its_place(marks: set[int], count: int) -> None:
    watching = Watching(seen_mark, 0.5)
    for place in range(count):
        watching.see(np.full((*SIZE, 3), 255 if place in marks else 0, np.uint8))
    marked = np.array([place in marks for place in range(count)], np.float32)
    assert watching.changes() == transitions(marked, marked, 0.5)


@pytest.mark.parametrize(
    ("middle", "part", "expected"),
    [
        ("........", "........", []),
        ("...#....", "...#....", [(3, 4)]),
        ("...#....", "........", [(3, 4)]),
        ("...##...", "...##...", [(2, 5)]),
        ("....#...", "..####..", [(1, 6)]),
        ("....#...", "..##.#..", [(1, 6)]),
        ("........", "..####..", [(1, 6)]),
        ("........", "...#....", [(3, 4)]),
        (".#......", ".....##.", [(1, 2), (4, 7)]),
        ("#.......", "#.......", [(0, 1)]),
        ("##......", "##......", [(0, 2)]),
        (".......#", ".......#", []),
        ("......##", "......##", [(5, 7)]),
        ("########", "########", [(0, 7)]),
        ("..#..#..", "..####..", [(1, 6)]),
        (".#....#.", ".#....#.", [(1, 2), (6, 7)]),
        ("#", "#", []),
    ],
)
def test_runs_become_changes(middle: str, part: str, expected: list[tuple[int, int]]) -> None:
    arrays = (np.array([each == "#" for each in text], np.float32) for text in (middle, part))
    assert transitions(*arrays, 0.5) == tuple(Change(*each) for each in expected)


def test_what_is_just_at_the_threshold_is_not_believed() -> None:
    at = np.array([0, 0.5, 0, 0], np.float32)
    assert transitions(at, at, 0.5) == ()
    assert transitions(at, at, 0.49) == (Change(1, 2),)


levels = st.lists(st.tuples(st.floats(0, 1, width=32), st.floats(0, 1, width=32)), max_size=60)


@given(levels, st.floats(0.05, 0.95))
def test_changes_are_in_order_apart_and_hold_every_frame_that_is_part_of_one(
    given_levels: list[tuple[float, float]], threshold: float
) -> None:
    middle, part = (
        np.array([each[place] for each in given_levels], np.float32) for place in (0, 1)
    )
    found = transitions(middle, part, threshold)
    for change in found:
        assert 0 <= change.before < change.after < len(middle)
    for one, other in itertools.pairwise(found):
        assert one.before < other.before
        assert one.after <= other.before + 1
    held = {place for each in found for place in range(each.before, each.after + 1)}
    sure = np.flatnonzero((middle > threshold) | (part > threshold)).tolist()
    assert {*sure} - {len(middle) - 1} <= held
    assert all(any(each.before <= place <= each.after for place in sure) for each in found)


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match="two arrays"):
        transitions(np.zeros(3, np.float32), np.zeros(4, np.float32), 0.5)
