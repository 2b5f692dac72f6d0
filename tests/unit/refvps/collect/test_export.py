"""Frames of a clip: exact on every kind of file, whole or not at all, and refused when in doubt."""

import hashlib
import json
import random
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from refvps.collect.cut import Change, Part
from refvps.collect.export import (
    Profile,
    export_clip,
    export_size,
    is_usual_size,
    verify_clip,
)
from refvps.collect.probe import probe
from refvps.errors import ConfigError, DataError
from refvps.frames import read_frame
from refvps.types import Size
from refvps.video.source import open_video
from refvps.video.times import Span
from support.coded_videos import KINDS, at_rate_of, code_of, decoded_by_hand, write_coded


def part(start: Fraction, end: Fraction) -> Part:
    return Part(Span(start, end), Span(start, end))


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_is_the_one_on_screen(kind: str, tmp_path: Path) -> None:
    path = write_coded(tmp_path / "vidéo ролик.mp4", **KINDS[kind])
    by_hand = decoded_by_hand(path)
    assert [code for _, code in by_hand] == list(range(len(by_hand)))
    probed = probe(path)
    assert probed.timeline.pts.tolist() == [pts for pts, _ in by_hand]
    base = probed.timeline.base
    rng = random.Random(kind)
    for number in range(4):
        start = probed.timeline.time(rng.randrange(len(by_hand) // 2))
        end = min(start + Fraction(rng.randrange(6, 60), 24), probed.timeline.end)
        done = export_clip(probed, part(start, end), tmp_path / f"clip-{number}")
        written = sorted(done.folder.glob("*.jpg"))
        assert len(written) == done.n_frames
        for ordinal, frame in enumerate(written):
            time = start + Fraction(ordinal, 24)
            shown = [code for pts, code in by_hand if (pts - by_hand[0][0]) * base <= time]
            assert code_of(read_frame(frame)) == shown[-1]
        verify_clip(done.folder)


def test_the_frame_map_names_sources_and_repeats(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "slow.mp4", at_rate_of(Fraction(12), 24))
    done = export_clip(probe(path), part(Fraction(0), Fraction(1)), tmp_path / "clip")
    lines = [json.loads(line) for line in (done.folder / "frames.jsonl").read_text().splitlines()]
    assert [line["source"] for line in lines] == [k // 2 for k in range(24)]
    assert [line["repeat"] for line in lines] == [k % 2 == 1 for k in range(24)]
    for line in lines:
        content = (done.folder / f"{line['k']:05d}.jpg").read_bytes()
        assert hashlib.sha256(content).hexdigest() == line["sha256"]


def test_the_header_says_how_pixels_were_made(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(30), 30), rotation=90)
    done = export_clip(probe(path), part(Fraction(0), Fraction(1, 2)), tmp_path / "clip")
    header = json.loads((done.folder / "clip.json").read_text())
    assert header["rotation_applied"] == 90
    assert (header["width"], header["height"]) == (128, 96)
    assert (header["source_width"], header["source_height"]) == (96, 128)
    assert header["colour"]["matrix"] == "bt601"
    assert "matrix" in header["colour"]["assumed"]
    assert header["encoder"] == {"format": "jpeg", "quality": 95, "chroma": "4:4:4"}
    assert (header["in"], header["out"], header["n_frames"]) == ("0", "1/2", 12)


def test_a_clip_is_read_as_a_video_of_24_frames_a_second(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(30), 60))
    done = export_clip(probe(path), part(Fraction(0), Fraction(1)), tmp_path / "clip")
    frames = list(open_video(done.folder).frames())
    assert [frame.time for frame in frames] == [Fraction(k, 24) for k in range(24)]
    assert code_of(frames[4].pixels()) == 5


def test_png_keeps_every_pixel(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(24), 24))
    probed = probe(path)
    done = export_clip(
        probed, part(Fraction(0), Fraction(1)), tmp_path / "clip", profile=Profile("png")
    )
    for frame, name in zip(
        open_video(path).frames(), sorted(done.folder.glob("*.png")), strict=True
    ):
        assert np.array_equal(frame.pixels(), read_frame(name))


def test_pixels_that_are_not_square_become_square(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(24), 12), aspect=Fraction(4, 3))
    assert export_size(probe(path), Profile()) == Size(96, 171)


def test_sizes_are_kept_fitted_or_refused(tmp_path: Path) -> None:
    probed = probe(write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(24), 12)))
    assert export_size(probed, Profile(sizes="fit")) == Size(96, 128)
    with pytest.raises(DataError, match="is 128x96; expected a short side of 576"):
        export_size(probed, Profile(sizes="reject"))
    assert is_usual_size(Size(1024, 576))
    assert is_usual_size(Size(576, 712))
    assert not is_usual_size(Size(720, 1280))


def test_a_change_of_shot_is_never_inside(tmp_path: Path) -> None:
    probed = probe(write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(24), 48)))
    change = [Change(11, 12)]
    with pytest.raises(ConfigError, match=r"the shot changes at 0\.5 s"):
        export_clip(probed, part(Fraction(0), Fraction(1)), tmp_path / "clip", changes=change)
    assert not (tmp_path / "clip").exists()
    export_clip(probed, part(Fraction(0), Fraction(1, 2)), tmp_path / "clip", changes=change)
    export_clip(probed, part(Fraction(1, 2), Fraction(1)), tmp_path / "next", changes=change)


def test_a_whole_clip_is_left_as_it_is_and_another_refused(tmp_path: Path) -> None:
    probed = probe(write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(24), 48)))
    first = export_clip(probed, part(Fraction(0), Fraction(1)), tmp_path / "clip")
    before = (first.folder / "00000.jpg").stat().st_mtime_ns
    assert export_clip(probed, part(Fraction(0), Fraction(1)), tmp_path / "clip") == first
    assert (first.folder / "00000.jpg").stat().st_mtime_ns == before
    with pytest.raises(DataError, match="another 'event_out'"):
        export_clip(probed, part(Fraction(0), Fraction(3, 2)), tmp_path / "clip")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="is no whole clip"):
        export_clip(probed, part(Fraction(0), Fraction(1)), tmp_path / "empty")


def test_altered_missing_and_added_frames_are_named(tmp_path: Path) -> None:
    probed = probe(write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(24), 48)))
    done = export_clip(probed, part(Fraction(0), Fraction(1)), tmp_path / "clip")
    shutil.copy(done.folder / "00000.jpg", done.folder / "00099.jpg")
    with pytest.raises(DataError, match=r"00099\.jpg: is not in the list"):
        verify_clip(done.folder)
    (done.folder / "00099.jpg").rename(done.folder / "00003.jpg")
    with pytest.raises(DataError, match=r"00003\.jpg: is not the frame"):
        verify_clip(done.folder)
    (done.folder / "00003.jpg").unlink()
    with pytest.raises(DataError, match=r"00003\.jpg: is missing"):
        verify_clip(done.folder)


def test_a_video_that_changed_since_it_was_probed_is_refused(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(24), 48))
    probed = probe(path)
    write_coded(path, at_rate_of(Fraction(30), 48))
    with pytest.raises(DataError, match="changed since it was probed"):
        export_clip(probed, part(Fraction(0), Fraction(1)), tmp_path / "clip")
    assert [each.name for each in tmp_path.iterdir()] == ["a.mp4"]


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    probed = probe(write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(30), 48)))
    one, two = (
        export_clip(probed, part(Fraction(0), Fraction(1)), tmp_path / name) for name in "ab"
    )
    assert one.frames_digest == two.frames_digest
    for path in one.folder.iterdir():
        assert path.read_bytes() == (two.folder / path.name).read_bytes()


KILLED = """
import os, signal, sys
from fractions import Fraction
from pathlib import Path
import refvps.collect.export as export
from refvps.collect.cut import Part
from refvps.collect.probe import probe
from refvps.video.times import Span
left = int(sys.argv[3])
encode = export.encode_frame
def dying(pixels):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return encode(pixels)
export.encode_frame = dying
whole = Span(Fraction(0), Fraction(1))
export.export_clip(probe(Path(sys.argv[1])), Part(whole, whole), Path(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 7, 23])
def test_a_killed_export_leaves_no_clip_and_is_made_again(after: int, tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(30), 48))
    clip = tmp_path / "clips/clip"
    command = [sys.executable, "-c", KILLED, str(path), str(clip), str(after)]
    assert subprocess.run(command).returncode == -9
    assert not clip.exists()
    whole = export_clip(probe(path), part(Fraction(0), Fraction(1)), clip)
    assert (
        whole.frames_digest
        == export_clip(
            probe(path), part(Fraction(0), Fraction(1)), tmp_path / "uninterrupted"
        ).frames_digest
    )
