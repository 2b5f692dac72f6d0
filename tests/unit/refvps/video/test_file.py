"""Video files: true times, upright pixels, and one line for what cannot be read."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from refvps.errors import DataError
from refvps.types import Size
from refvps.video.source import open_video
from refvps.video.times import Span, within
from support.videos import RATE, beeps, evenly, grey_frame, number_of, write_video

UNEVEN = [Fraction(each, 100) for each in (0, 4, 8, 30, 31, 90, 100, 101, 130, 180)]


def read(path: Path, since: Fraction = Fraction(0)) -> list[tuple[Fraction, int]]:
    return [(frame.time, number_of(frame.pixels())) for frame in open_video(path).frames(since)]


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_frames_keep_their_true_times(suffix: str, tmp_path: Path) -> None:
    codec = {".mkv": "ffv1", ".mp4": "libx264"}[suffix]
    path = write_video(tmp_path / f"uneven{suffix}", UNEVEN, codec=codec)
    assert read(path) == [(time, number) for number, time in enumerate(UNEVEN)]


def test_times_count_from_the_start_of_the_earliest_stream(tmp_path: Path) -> None:
    late = [time + 5 for time in evenly(4)]
    path = write_video(tmp_path / "late.mkv", late)
    assert [time for time, _ in read(path)] == evenly(4)
    path = write_video(tmp_path / "sound.mkv", [time + 1 for time in evenly(4)], sound=True)
    assert [round(float(time), 2) for time, _ in read(path)] == [1.0, 1.1, 1.2, 1.3]


def test_reading_from_a_time_starts_at_or_before_it(tmp_path: Path) -> None:
    times = [Fraction(place, 4) for place in range(20)]
    path = write_video(tmp_path / "long.mp4", times, codec="libx264")
    for since in (Fraction(1), Fraction(9, 4), Fraction(23, 8), Fraction(4)):
        found = read(path, since)
        assert found[0][0] <= since
        assert found == [(time, number) for number, time in enumerate(times)][-len(found) :]
        wanted = list(within(open_video(path).frames(since), Span(since)))
        assert wanted[0].time == min(time for time in times if time >= since)


@pytest.mark.parametrize("rotation", [90, 180, 270, -90])
def test_phone_videos_stand_upright(rotation: int, tmp_path: Path) -> None:
    path = write_video(tmp_path / "phone.mp4", evenly(3), codec="libx264", rotation=rotation)
    source = open_video(path)
    stored = grey_frame(1)
    upright = np.rot90(stored, rotation // 90)
    assert source.facts.rotation == rotation % 360
    assert source.facts.size == Size(*upright.shape[:2])
    pixels = list(source.frames())[1].pixels()
    assert np.abs(pixels.astype(int) - upright).max() < 12
    assert pixels.flags.c_contiguous


def test_odd_sizes_and_a_single_frame(tmp_path: Path) -> None:
    path = write_video(tmp_path / "odd.mkv", [Fraction(0)], frames=[grey_frame(3, 31, 47)])
    source = open_video(path)
    assert source.facts.size == Size(31, 47)
    assert [number_of(frame.pixels()) for frame in source.frames()] == [3]


def test_transparent_pixels_are_black(tmp_path: Path) -> None:
    picture = np.zeros((16, 24, 4), np.uint8)
    picture[:, 12:] = (200, 100, 50, 255)
    picture[:, :12] = (250, 250, 250, 0)
    path = write_video(
        tmp_path / "alpha.mov", evenly(2), codec="png", form="rgba", frames=[picture] * 2
    )
    pixels = next(open_video(path).frames()).pixels()
    assert pixels[8, 2].tolist() == [0, 0, 0]
    assert pixels[8, 20].tolist() == [200, 100, 50]


def test_ten_bits_become_eight(tmp_path: Path) -> None:
    path = write_video(tmp_path / "ten.mkv", evenly(5), form="yuv420p10le")
    assert open_video(path).facts.form == "ffv1 yuv420p10le"
    assert [number for _, number in read(path)] == list(range(5))


def test_colours_without_a_tag_are_read_by_size(tmp_path: Path) -> None:
    small = open_video(write_video(tmp_path / "small.mkv", evenly(1)))
    assert small.facts.colours == "bt601 assumed, limited range"
    frame = np.zeros((720, 1280, 3), np.uint8)
    large = open_video(write_video(tmp_path / "large.mkv", evenly(1), frames=[frame]))
    assert large.facts.colours == "bt709 assumed, limited range"


def audio_only(path: Path) -> None:
    with av.open(str(path), "w") as container:
        track = container.add_stream("aac", rate=RATE, layout="mono")
        for frame in beeps(Fraction(1, 5)):
            container.mux(track.encode(frame))
        container.mux(track.encode(None))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.mp4", b"", "file is empty; expected a video", id="empty"),
        pytest.param("a.mp4", b"no video " * 99, "cannot be read as a video", id="text"),
        pytest.param("a.m3u8", b"#EXTM3U\nhttp://x/a.ts\n", "cannot be read as a video", id="list"),
        pytest.param("gone.mp4", None, "is missing; expected a video file or", id="missing"),
    ],
)
def test_what_is_no_video_is_one_line(
    name: str, content: bytes | None, said: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        open_video(tmp_path / name)
    assert said in caught.value.message
    assert name in caught.value.message
    assert "\n" not in caught.value.message


def test_sound_alone_is_one_line(tmp_path: Path) -> None:
    audio_only(tmp_path / "song.m4a")
    with pytest.raises(DataError, match="holds sound alone; expected a video"):
        open_video(tmp_path / "song.m4a")


def test_a_video_cut_short_says_where(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (20, 64, 64, 3), dtype=np.uint8)
    whole = write_video(
        tmp_path / "whole.mp4",
        evenly(20),
        codec="libx264",
        frames=list(noise),
        options={"movflags": "+faststart"},
    )
    content = whole.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(content[: len(content) // 2])
    frames = open_video(cut).frames()
    early = list(within(frames, Span(end=Fraction(3, 10))))
    assert len(early) == 3, "what is there can be used"
    with pytest.raises(
        DataError, match=r"cut.mp4: is damaged after [\d.]+ s, \d+ frames in \(.*; "
    ):
        list(open_video(cut).frames())
    cut.write_bytes(content[:200])
    with pytest.raises(DataError, match="expected a video"):
        open_video(cut)
