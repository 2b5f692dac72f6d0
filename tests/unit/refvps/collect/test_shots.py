"""Changes of shot: true cuts are found, flashes are not taken for them."""

import logging
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from refvps.collect.cut import Change
from refvps.collect.probe import probe
from refvps.collect.shots import Boundary, boundaries, dividing, likeness
from refvps.collect.sketch import Sketch, sketch
from refvps.errors import DataError, ShapeError
from support.coded_videos import at_rate_of, write_coded
from support.moving_pictures import drifting, flashed, texture, write_pictures


def found_in(path: Path) -> tuple[Boundary, ...]:
    probed = probe(path)
    return boundaries(sketch(probed), probed.timeline)


def test_hard_cuts_are_found_at_their_frames(tmp_path: Path) -> None:
    lengths = (40, 25, 12, 50)
    pictures = [each for seed, length in enumerate(lengths) for each in drifting(seed, length)]
    found = found_in(write_pictures(tmp_path / "a.mp4", pictures))
    assert dividing(found) == (Change(39, 40), Change(64, 65), Change(76, 77))
    assert {each.kind for each in found} == {"cut"}


def test_cuts_closer_than_a_fifth_of_a_second_are_one_span(tmp_path: Path) -> None:
    pictures = [*drifting(1, 40), *drifting(2, 4), *drifting(3, 40)]
    (only,) = found_in(write_pictures(tmp_path / "a.mp4", pictures))
    assert (only.change, only.kind) == (Change(39, 44), "gradual")


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_flash_divides_nothing_and_is_kept_for_people(length: int, tmp_path: Path) -> None:
    pictures = drifting(5, 90)
    for place in range(length):
        pictures[40 + place] = flashed(pictures[40 + place])
    found = found_in(write_pictures(tmp_path / "a.mp4", pictures))
    assert [each.kind for each in found] == ["flash-suppressed"]
    assert found[0].change.before == 39
    assert dividing(found) == ()


def test_a_lamp_that_stays_on_divides_nothing(tmp_path: Path) -> None:
    pictures = [each // 3 for each in drifting(5, 45)] + drifting(5, 90)[45:]
    found = found_in(write_pictures(tmp_path / "a.mp4", pictures))
    assert dividing(found) == ()


def test_a_flash_at_a_cut_does_not_hide_the_cut(tmp_path: Path) -> None:
    pictures = [*drifting(1, 40), *drifting(2, 40)]
    pictures[39] = flashed(pictures[39], 1, 200)
    (only,) = dividing(found_in(write_pictures(tmp_path / "a.mp4", pictures)))
    assert only.before < 40 <= only.after


def test_frames_agree_with_pyscenedetect_on_its_own_reading(tmp_path: Path) -> None:
    scenedetect = pytest.importorskip("scenedetect", reason="needs PySceneDetect")
    logging.getLogger("pyscenedetect").setLevel(logging.ERROR)
    pictures = [each for seed in range(4) for each in drifting(seed, 30)]
    path = write_pictures(tmp_path / "a.mp4", pictures)
    scenes = scenedetect.detect(str(path), scenedetect.ContentDetector(), backend="pyav")
    av.logging.set_level(None)  # its backend turned FFmpeg's messages on
    theirs = [round(scene[0].seconds * 30) for scene in scenes[1:]]
    assert [each.after for each in dividing(found_in(path))] == theirs == [30, 60, 90]


def test_likeness_ignores_light_and_small_shifts() -> None:
    grey = texture(1)[:80, :140, 0]
    moved = texture(1)[5:85, 4:144, 0]
    assert likeness(grey, grey // 2 + 40) > 0.99
    assert likeness(grey, moved) > 0.95
    assert likeness(grey, texture(2)[:80, :140, 0]) < 0.5
    assert likeness(np.zeros((40, 40), np.uint8), np.zeros((40, 40), np.uint8)) == 0


def test_a_video_of_one_frame_has_no_change(tmp_path: Path) -> None:
    assert found_in(write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(30), 1))) == ()


def test_a_video_that_changed_since_it_was_probed_is_refused(tmp_path: Path) -> None:
    path = write_coded(tmp_path / "a.mp4", at_rate_of(Fraction(24), 20))
    probed = probe(path)
    write_coded(path, at_rate_of(Fraction(24), 30))
    with pytest.raises(DataError, match="changed since it was probed, at frame 20"):
        sketch(probed)
    write_coded(path, at_rate_of(Fraction(24), 10))
    with pytest.raises(DataError, match="changed since it was probed: it ends at frame 10"):
        sketch(probed)


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match="sudden"):
        Sketch(
            np.zeros((3, 4, 4), np.uint8), np.zeros(2, bool), np.zeros((1, 4, 4), np.uint8), (0,)
        )
    with pytest.raises(ShapeError, match="frame index"):
        Sketch(np.zeros((3, 4, 4), np.uint8), np.zeros(3, bool), np.zeros((1, 4, 4), np.uint8), ())
