"""Which frames of a video become a clip, under which names and times."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from refvps.errors import ConfigError
from refvps.frames import read_frame
from refvps.method_choice import MethodChoice
from refvps.segment import shot as shots
from refvps.segment.request import Request, clean_expressions
from refvps.segment.shot import Shot, take_shot
from refvps.video.source import open_video
from refvps.video.times import Span
from support.videos import evenly, grey_frame, number_of, write_video

UNEVEN = [Fraction(each, 100) for each in (0, 4, 8, 30, 31, 90)]


def taken(video: Path, folder: Path, **asked: object) -> Shot:
    request = Request(video, ("the grey",), MethodChoice("motion", {}), **asked)
    source = open_video(video, folder_rate=request.rate or Fraction(24))
    steps = take_shot(source, request, folder)
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return finished.value


def numbers(shot: Shot) -> list[int]:
    return [number_of(read_frame(path)) for path in shot.clip.frame_paths]


def test_every_frame_is_kept_at_its_own_time(tmp_path: Path) -> None:
    video = write_video(tmp_path / "my video (1).mkv", UNEVEN)
    shot = taken(video, tmp_path / "frames")
    assert shot.times == tuple(UNEVEN)
    assert numbers(shot) == list(range(6))
    assert (shot.clip.clip_id, shot.even) == ("my-video-1", False)
    assert shot.clip.frame_ids == ("00000", "00001", "00002", "00003", "00004", "00005")
    assert shot.clip.fps == Fraction(5 * 100, 90)


def test_a_rate_shows_what_a_player_shows(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mkv", UNEVEN)
    span = Span(Fraction(5, 100), Fraction(95, 100))
    shot = taken(video, tmp_path / "frames", rate=Fraction(10), span=span)
    assert [float(time) for time in shot.times] == [
        0.05,
        0.15,
        0.25,
        0.35,
        0.45,
        0.55,
        0.65,
        0.75,
        0.85,
    ]
    assert numbers(shot) == [1, 2, 2, 4, 4, 4, 4, 4, 4]
    assert (shot.even, shot.clip.fps, shot.lasts) == (True, 10, Fraction(1, 10))


def test_files_of_a_folder_keep_their_names_and_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "scene"
    folder.mkdir()
    for number in range(4):
        Image.fromarray(grey_frame(number)).save(folder / f"f{number}.png")
    Image.fromarray(np.dstack([grey_frame(4), np.full((32, 48), 255, np.uint8)])).save(
        folder / "f4.png"
    )
    shot = taken(folder, tmp_path / "frames", rate=Fraction(2), span=Span(Fraction(1)))
    assert shot.clip.frame_ids == ("f2", "f3", "f4")
    assert [path.suffix for path in shot.clip.frame_paths] == [".png", ".png", ".jpg"]
    assert (shot.clip.frame_paths[0].read_bytes()) == (folder / "f2.png").read_bytes()
    assert (shot.times[0], shot.end, shot.clip.fps) == (1, Fraction(5, 2), 2)


def test_a_single_frame_is_a_clip(tmp_path: Path) -> None:
    shot = taken(write_video(tmp_path / "one.mkv", [Fraction(0)]), tmp_path / "frames")
    assert (shot.times, shot.even) == ((0,), True)
    assert shot.lasting(0) == shot.lasts > 0


def test_no_frame_and_too_many_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = write_video(tmp_path / "a.mkv", evenly(10))
    with pytest.raises(ConfigError, match=r"a.mkv: no frame lies from 7 s to the end; it lasts"):
        taken(video, tmp_path / "frames", span=Span(Fraction(7)))
    monkeypatch.setattr(shots, "MOST_MASK_BYTES", 8 * 32 * 48 // 8)
    with pytest.raises(ConfigError, match="the masks of 9 frames of 48x32 would take"):
        taken(video, tmp_path / "others")


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "say what to segment"),
        (["a", " \n"], "expression 2 is empty"),
        (["a", "b", "a"], "'a' is given twice"),
        (["x" * 501], "501 characters; at most 500"),
        (list("abcdefg"), "at most 6 expressions"),
    ],
)
def test_wrong_expressions_are_one_line(texts: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        clean_expressions(texts)
