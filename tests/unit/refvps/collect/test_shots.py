"""Changes of shot: true cuts are found, flashes are not taken for them."""

import logging
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from refvps.collect.cut import Change
from refvps.collect.detectors.detector import Sighting
from refvps.collect.probe import probe
from refvps.collect.relit import is_relit
from refvps.collect.shots import Boundary, boundaries, dividing, likeness
from refvps.collect.sketch import Sketch, sketch
from refvps.errors import DataError, ShapeError
from support.coded_videos import at_rate_of, write_coded
from support.moving_pictures import WIDTH, drifting, flashed, texture, write_pictures


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


def lights() -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    side = np.linspace(1, 0, WIDTH)[None, :, None]
    return {
        "brighter": lambda picture: flashed(picture, 1.3, 50),
        "darker": lambda picture: flashed(picture, 0.2, 0),
        "blue": lambda picture: flashed(picture, 1.2, np.array([-20, 30, 100])),
        "one side": lambda picture: flashed(picture, 0.6 + side, 0),
    }


@pytest.mark.parametrize("switched", ["on", "off"])
@pytest.mark.parametrize("light", lights())
def test_a_lamp_that_is_switched_divides_nothing(light: str, switched: str, tmp_path: Path) -> None:
    lit = lights()[light]
    on = [(place >= 45) == (switched == "on") for place in range(90)]
    pictures = [
        lit(each) if is_on else each for each, is_on in zip(drifting(5, 90), on, strict=True)
    ]
    found = found_in(write_pictures(tmp_path / "a.mp4", pictures))
    assert dividing(found) == ()
    assert {each.change for each in found} <= {Change(44, 45)}


def test_a_cut_to_another_shot_in_other_light_is_a_cut(tmp_path: Path) -> None:
    for number, lit in enumerate(lights().values()):
        pictures = [*drifting(1, 40), *(lit(each) for each in drifting(2, 40))]
        found = found_in(write_pictures(tmp_path / f"{number}.mp4", pictures))
        assert dividing(found) == (Change(39, 40),)


def test_pictures_without_edges_are_never_the_same_in_another_light() -> None:
    flat = np.stack(
        [np.full((72, 128), 20, np.uint8)] * 4 + [np.full((72, 128), 200, np.uint8)] * 4
    )
    assert not is_relit(flat, 4, 4, 7)


@pytest.mark.parametrize(("first", "last", "until"), [(1, 1, 1), (1, 1, 7), (7, 7, 7), (4, 6, 7)])
def test_light_is_judged_at_both_ends_of_a_video(first: int, last: int, until: int) -> None:
    grey = texture(3)[:72, :128, 0]
    frames = np.stack([grey // 3 if place < first else grey for place in range(8)])
    assert is_relit(frames, first, last, until)


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
    thumbs, stills = np.zeros((3, 4, 4), np.uint8), np.zeros((1, 4, 4), np.uint8)
    with pytest.raises(ShapeError, match=r"sightings within them; .* up to frame 3"):
        Sketch(thumbs, (Sighting(Change(1, 3), "eye"),), stills, (0,))
    with pytest.raises(ShapeError, match="frame index"):
        Sketch(thumbs, (), stills, ())
