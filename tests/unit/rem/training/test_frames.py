import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rem.training.frames import even_frames, sample_frames

LENGTHS = st.integers(1, 40)
COUNTS = st.integers(1, 40)


def as_the_official_reader_repeats(length: int, count: int) -> list[int]:
    """Its two branches for short videos, written out."""
    if count > 2 * length:
        return sorted([*list(range(length)) * (count // length), *range(count % length)])
    return sorted([*range(length), *range(count - length)])


@given(LENGTHS, COUNTS, st.integers(0, 99))
def test_a_sample_has_as_many_frames_as_asked_in_order(length: int, count: int, seed: int) -> None:
    frames = sample_frames(length, count, np.random.default_rng(seed))
    assert len(frames) == count
    assert frames == sorted(frames)
    assert set(frames) <= set(range(length))
    if length >= count:
        assert len(set(frames)) == count
    else:
        assert frames == as_the_official_reader_repeats(length, count)


def test_frames_come_from_the_whole_video_not_from_a_stretch() -> None:
    random = np.random.default_rng(0)
    drawn = [sample_frames(30, 8, random) for _ in range(2000)]
    shares = np.bincount(np.concatenate(drawn), minlength=30) / 2000
    assert np.allclose(shares, 8 / 30, atol=0.05)


@given(LENGTHS, COUNTS)
def test_even_frames_are_distinct_and_reach_both_ends(length: int, count: int) -> None:
    frames = even_frames(length, count)
    assert len(set(frames)) == len(frames) == min(length, count)
    assert frames[0] == 0
    if count > 1:
        assert frames[-1] == length - 1


@pytest.mark.parametrize(
    ("length", "count", "expected"), [(1, 1, [0]), (1, 5, [0]), (10, 1, [0]), (5, 3, [0, 2, 4])]
)
def test_even_frames_of(length: int, count: int, expected: list[int]) -> None:
    assert even_frames(length, count) == expected
