"""Looping previews, and the exact frames beside a boundary."""

from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from refvps.collect.previews import boundary_frames, write_preview, write_webp
from refvps.collect.probe import probe
from refvps.errors import ShapeError
from refvps.types import Size
from refvps.video.source import open_video
from refvps.video.times import Span
from support.coded_videos import KINDS, at_rate_of, code_of, uneven, write_coded


@pytest.mark.parametrize("kind", ["30-late-start", "turned-90", "hevc-uneven"])
def test_boundary_frames_are_those_on_both_sides(kind: str, tmp_path: Path) -> None:
    probed = probe(write_coded(tmp_path / "a.mp4", **KINDS[kind]))
    timeline = probed.timeline
    for index in (1, 30, len(timeline) - 1):
        before, after = boundary_frames(probed, timeline.time(index))
        assert before is not None
        assert [before.index, after.index] == [index - 1, index]
        assert [code_of(before.pixels), code_of(after.pixels)] == [index - 1, index]
    before, after = boundary_frames(probed, Fraction(0))
    assert before is None
    assert code_of(after.pixels) == 0
    with pytest.raises(ShapeError, match="no frame is shown"):
        boundary_frames(probed, timeline.end)


def test_previews_loop_over_the_whole_or_a_part(tmp_path: Path) -> None:
    late = at_rate_of(Fraction(30), 90, Fraction(1, 2))
    probed = probe(write_coded(tmp_path / "a.mp4", late))
    assert write_preview(probed, tmp_path / "a/preview.mp4") == Size(96, 128)
    frames = list(open_video(tmp_path / "a/preview.mp4").frames())
    assert [frame.time for frame in frames] == at_rate_of(Fraction(12), 36)
    assert code_of(frames[12].pixels()) == 30
    write_preview(probed, tmp_path / "part.mp4", Span(Fraction(1), Fraction(2)))
    frames = list(open_video(tmp_path / "part.mp4").frames())
    assert [len(frames), code_of(frames[0].pixels())] == [12, 30]


def test_webp_loops_for_ever(tmp_path: Path) -> None:
    probed = probe(write_coded(tmp_path / "a.mp4", uneven(60), rotation=90))
    size = write_webp(probed, tmp_path / "a.webp", side=64)
    with Image.open(tmp_path / "a.webp") as image:
        assert image.size == (size.width, size.height) == (64, 48)
        assert image.info["loop"] == 0
        assert image.n_frames > 5


def test_a_preview_of_odd_size_is_made_even(tmp_path: Path) -> None:
    probed = probe(write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(30), 10)))
    assert write_preview(probed, tmp_path / "b.mp4", side=67) == Size(50, 66)
