"""Videos written: times, sound, colours."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from refvps.types import Size
from refvps.video.sound import Sound
from refvps.video.source import open_video
from refvps.video.times import Span
from refvps.video.writer import VideoForm, new_video
from support.videos import evenly, grey_frame, loudness, number_of, write_video

UNEVEN = [Fraction(each, 90) for each in (0, 9, 10, 45, 80)]


def test_uneven_times_survive_and_the_last_frame_lasts(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with new_video(path, VideoForm(Size(32, 48), Fraction(5), even=False)) as video:
        for number, time in enumerate(UNEVEN):
            video.add(grey_frame(number), time, (*UNEVEN, Fraction(2))[number + 1] - time)
    frames = list(open_video(path).frames())
    assert [frame.time for frame in frames] == UNEVEN
    assert [number_of(frame.pixels()) for frame in frames] == list(range(5))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.duration * stream.time_base == 2
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "plays before it is all there"


def test_nothing_is_left_when_drawing_fails(tmp_path: Path) -> None:
    def interrupted() -> None:
        with new_video(tmp_path / "out.mp4", VideoForm(Size(32, 48), Fraction(5))) as video:
            video.add(grey_frame(0), Fraction(0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("start", [Fraction(0), Fraction(3, 2), Fraction(5, 2)])
def test_sound_stays_with_the_picture(start: Fraction, suffix: str, tmp_path: Path) -> None:
    """A beep starts with every full second; MP4 is copied, Matroska encoded anew."""
    codec = {".mp4": "libx264", ".mkv": "ffv1"}[suffix]
    source = write_video(tmp_path / f"in{suffix}", evenly(40), codec=codec, sound=True)
    out = tmp_path / "out.mp4"
    end = start + Fraction(3, 2)
    with new_video(
        out, VideoForm(Size(32, 48), Fraction(10)), Sound(source, Span(start, end))
    ) as v:
        for number, time in enumerate(evenly(15)):
            v.add(grey_frame(number), time)
    loud, begins = loudness(out)
    with av.open(str(out)) as container:
        track = container.streams.audio[0]
        assert track.codec_context.name == "aac"
        assert abs(float(track.duration * track.time_base) - 1.5) < 0.05
    heard = np.flatnonzero(loud > 0.25) / 100 + begins
    heard = heard[heard < 1.45]
    beep = float(-start % 1)
    onsets = heard[np.diff(heard, prepend=-1) > 0.5]
    expected = [time for time in (beep, beep + 1) if time < 1.45]
    assert len(onsets) == len(expected)
    assert np.abs(onsets - expected).max() < 0.04
