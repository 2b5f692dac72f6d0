"""Probing: exact tables, and one line for what is no whole video."""

import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from refvps.collect.probe import probe
from refvps.collect.timeline import Timeline, timeline_of
from refvps.errors import DataError, ShapeError
from refvps.types import Size
from support.coded_videos import at_rate_of, decoded_by_hand, uneven, write_coded
from support.moving_pictures import drifting, write_pictures
from support.videos import beeps, evenly, grey_frame, write_video


@given(
    steps=st.lists(st.integers(1, 5000), max_size=30),
    start=st.integers(-(10**9), 10**9),
    time=st.fractions(0, 3, max_denominator=10**6),
)
def test_the_frame_on_screen_is_the_latest_that_is_not_later(
    steps: list[int], start: int, time: Fraction
) -> None:
    pts = np.cumsum([start, *steps]).astype(np.int64)
    timeline = Timeline(pts, Fraction(1, 90_000), 3000)
    if time >= timeline.end:
        with pytest.raises(ShapeError, match="no frame is shown"):
            timeline.at(time)
        return
    shown = [k for k in range(len(pts)) if int(pts[k] - pts[0]) * Fraction(1, 90_000) <= time]
    assert timeline.at(time) == shown[-1]


def test_tables_are_checked() -> None:
    with pytest.raises(ShapeError, match="the one of frame 2 does not"):
        timeline_of([0, 5, 5], Fraction(1, 30), 1)
    with pytest.raises(ShapeError, match="N at least 1"):
        Timeline(np.zeros(0, np.int64), Fraction(1, 30), 1)
    with pytest.raises(ShapeError, match="has the time stamp 4"):
        timeline_of([0, 5], Fraction(1, 30), 1).place(4)


def test_uneven_and_even_videos_are_told_apart(tmp_path: Path) -> None:
    even = probe(write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(30_000, 1001), 40)))
    odd = probe(write_coded(tmp_path / "b.mp4", uneven(40)))
    assert (even.timeline.is_uneven, odd.timeline.is_uneven) == (False, True)
    assert even.timeline.time(39) == 39 * Fraction(1001, 30_000)


def test_time_counts_from_the_first_frame_whatever_the_sound_does(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", [time + 1 for time in evenly(10)], sound=True)
    timeline = probe(path).timeline
    assert timeline.time(0) == 0
    assert timeline.time(5) == Fraction(1, 2)


def test_turned_videos_have_a_stored_and_a_shown_size(tmp_path: Path) -> None:
    probed = probe(write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(30), 5), rotation=90))
    assert (probed.facts.rotation, probed.stored_size) == (90, Size(128, 96))
    assert probed.shown_size == Size(96, 128)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, ("bt601", "limited", "", ("matrix", "range"), False)),
        ({"colorspace": 1, "color_range": 1}, ("bt709", "limited", "", (), False)),
        ({"colorspace": 1, "color_range": 2}, ("bt709", "full", "", (), False)),
        (
            {"colorspace": 9, "color_range": 1, "color_trc": 16},
            ("bt2020", "limited", "pq", (), True),
        ),
        (
            {"colorspace": 9, "color_range": 1, "color_trc": 18},
            ("bt2020", "limited", "hlg", (), True),
        ),
    ],
)
def test_colour_tags_are_read_and_assumptions_named(
    tags: dict[str, int], expected: tuple[object, ...], tmp_path: Path
) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 48, 32, "yuv420p"
        for name, value in tags.items():
            setattr(stream.codec_context, name, value)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(grey_frame(3), format="rgb24")))
        container.mux(stream.encode(None))
    stored = probe(path).facts.stored
    assert stored is not None
    found = (stored.matrix, stored.spread, stored.transfer, stored.assumed, stored.is_hdr)
    assert found == expected


def sound_alone(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        track = container.add_stream("aac", rate=48_000, layout="mono")
        for frame in beeps(Fraction(1)):
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return path


def test_what_is_no_video_is_refused_in_one_line(tmp_path: Path) -> None:
    empty, text = tmp_path / "пустой.mp4", tmp_path / "text.mp4"
    empty.touch()
    text.write_text("#EXTM3U\nhttp://example.org/a.ts\n")
    for path, problem in (
        (tmp_path / "gone.mp4", "is missing"),
        (tmp_path, "is missing; expected a video file"),
        (empty, "file is empty"),
        (text, "cannot be read as a video"),
        (sound_alone(tmp_path / "a.m4a"), "holds sound alone"),
    ):
        with pytest.raises(DataError, match=problem) as caught:
            probe(path)
        assert str(path) in caught.value.message
        assert "\n" not in caught.value.message


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
def test_a_file_cut_short_is_refused(share: float, tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "a.mp4", drifting(1, 60))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(DataError):
        probe(path)


def test_damage_in_the_middle_is_refused_or_leaves_all_frames(tmp_path: Path) -> None:
    whole = write_pictures(tmp_path / "a.mp4", drifting(1, 90)).read_bytes()
    refused = 0
    for seed in range(12):
        rng, content = random.Random(seed), bytearray(whole)
        for _ in range(12):
            content[rng.randrange(len(whole) // 4, len(whole) * 3 // 4)] ^= 0xFF
        path = tmp_path / "damaged.mp4"
        path.write_bytes(content)
        try:
            found = len(probe(path).timeline)
        except DataError:
            refused += 1
        else:
            assert found == len(decoded_by_hand(path)) == 90
    assert refused >= 6


def test_a_gap_of_hours_between_two_frames_is_refused(tmp_path: Path) -> None:
    times = [*(Fraction(k, 30) for k in range(20)), Fraction(3600)]
    path = write_coded(tmp_path / "gap.mp4", times)
    with pytest.raises(DataError, match=r"shown for 360\d s, more than 1800"):
        probe(path)
