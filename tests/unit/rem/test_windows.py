import itertools

import pytest

from refvps.errors import ConfigError
from rem.variants import MS_1_4B, WAN_14B
from rem.windows import Window, WindowPlan, blend_weights

LENGTHS = range(1, 121)


def official_ms(frames: int, length: int) -> list[tuple[list[int], list[int]]]:
    """(frames seen, frames answered) of every window, as infer_sample_MS.py goes round."""
    every = list(range(frames))
    return [(every[k : k + length],) * 2 for k in range(0, frames, length)]


def official_wan(frames: int, table: tuple[int, ...]) -> list[tuple[list[int], list[int]]]:
    """The same of infer_sample_wan.py; fails where it fails."""
    place = 0
    while frames < table[place]:
        place += 1
    length, every = table[place], list(range(frames))
    found = []
    for k in range(0, frames, length):
        asked = every[k : k + length]
        seen = asked if len(asked) == length else every[-length:]
        found.append((seen, seen[-len(asked) :]))
    return found


def as_lists(windows: tuple[Window, ...]) -> list[tuple[list[int], list[int]]]:
    return [(list(window.read), list(window.frames)) for window in windows]


@pytest.mark.parametrize("benchmark", sorted(MS_1_4B.windows))
def test_ms_windows_are_the_official_ones(benchmark: str) -> None:
    lengths = MS_1_4B.windows[benchmark]
    plan = WindowPlan("consecutive", lengths)
    for frames in LENGTHS:
        assert as_lists(plan.windows(frames)) == official_ms(frames, lengths[0])


@pytest.mark.parametrize("benchmark", sorted(WAN_14B.windows))
def test_wan_windows_are_the_official_ones_where_there_are_any(benchmark: str) -> None:
    table = WAN_14B.windows[benchmark]
    plan = WindowPlan("shifted", table)
    for frames in LENGTHS:
        if frames >= table[-1]:
            assert as_lists(plan.windows(frames)) == official_wan(frames, table)


@pytest.mark.parametrize(
    ("frames", "read", "answered"),
    [
        pytest.param(1, [[0]], [[0]], id="one-frame-is-one-latent"),
        pytest.param(2, [[0, 1, 1, 1, 1]], [[0, 1]], id="the-last-is-repeated"),
        pytest.param(4, [[0, 1, 2, 3, 3]], [[0, 1, 2, 3]], id="up-to-five"),
        pytest.param(5, [[0, 1, 2, 3, 4]], [[0, 1, 2, 3, 4]], id="five-fit"),
        pytest.param(
            7,
            [[0, 1, 2, 3, 4], [2, 3, 4, 5, 6]],
            [[0, 1, 2, 3, 4], [5, 6]],
            id="below-nine-windows-of-five",
        ),
    ],
)
def test_wan_clips_shorter_than_any_official_window(
    frames: int, read: list[list[int]], answered: list[list[int]]
) -> None:
    windows = WindowPlan("shifted", WAN_14B.windows["sample"]).windows(frames)
    assert [list(window.read) for window in windows] == read
    assert [list(window.frames) for window in windows] == answered


@pytest.mark.parametrize("variant", [MS_1_4B, WAN_14B], ids=lambda variant: variant.name)
@pytest.mark.parametrize("benchmark", sorted(WAN_14B.windows))
def test_every_frame_is_answered_once_and_in_order(variant: object, benchmark: str) -> None:
    plan = WindowPlan(variant.rule, variant.windows[benchmark])
    for frames in LENGTHS:
        windows = plan.windows(frames)
        answered = [frame for window in windows for frame in window.frames]
        assert answered == list(range(frames))
        if variant.rule == "shifted":
            assert all(len(window.read) % 4 == 1 for window in windows)


@pytest.mark.parametrize("rule", ["consecutive", "shifted"])
@pytest.mark.parametrize("overlap", [1, 4, 8])
def test_overlapping_windows_are_full_and_share_at_least_the_overlap(
    rule: str, overlap: int
) -> None:
    plan = WindowPlan(rule, (9, 5), overlap)
    for frames in LENGTHS:
        windows = plan.windows(frames)
        assert sorted({f for window in windows for f in window.frames}) == list(range(frames))
        if frames > 9:
            assert {len(window.read) for window in windows} == {9}
            for one, other in itertools.pairwise(windows):
                assert len(set(one.read) & set(other.read)) >= overlap
                assert one.read[0] < other.read[0]


def test_weights_rise_and_fall_over_the_overlap() -> None:
    assert blend_weights(9, 3) == (1, 2, 3, 4, 4, 4, 3, 2, 1)
    assert blend_weights(1, 0) == (1,)


@pytest.mark.parametrize(
    ("rule", "lengths", "overlap", "message"),
    [
        ("shifted", (72,), 0, "4k \\+ 1 frames, such as 73"),
        ("consecutive", (0,), 0, "at least one frame"),
        ("consecutive", (), 0, "at least one frame"),
        ("consecutive", (8,), 8, "overlap=8: must be at least 0 and below the window of 8"),
        ("consecutive", (8,), -1, "overlap=-1"),
    ],
)
def test_plans_that_cannot_be_are_refused(
    rule: str, lengths: tuple[int, ...], overlap: int, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        WindowPlan(rule, lengths, overlap)


@pytest.mark.parametrize("frames", range(1, 121))
def test_interleaved_windows_span_the_clip_and_answer_every_frame_once(frames: int) -> None:
    windows = WindowPlan("interleaved", (24,)).windows(frames)
    assert sorted(frame for window in windows for frame in window.frames) == list(range(frames))
    assert all(len(window.read) <= 24 for window in windows)
    apart = {b - a for window in windows for a, b in itertools.pairwise(window.read)}
    assert len(apart) <= 1
    assert all(window.read[-1] >= frames - len(windows) for window in windows)


def test_interleaved_windows_share_no_frames() -> None:
    with pytest.raises(ConfigError, match="share no frames"):
        WindowPlan("interleaved", (24,), overlap=2)
