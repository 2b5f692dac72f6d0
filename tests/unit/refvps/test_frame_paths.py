import pickle
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from refvps.errors import ShapeError
from refvps.frame_paths import FramePaths, frame_paths
from refvps.types import Clip

IDS = tuple(f"frame.{place:04d}" for place in range(1100))
FOLDER = Path("data/clip")


def test_frame_paths_are_the_sequence_of_paths_they_stand_for() -> None:
    found, expected = frame_paths(FOLDER, IDS, ".jpg"), [FOLDER / f"{k}.jpg" for k in IDS]
    assert isinstance(found, Sequence)
    assert len(found) == 1100
    assert list(found) == expected
    assert list(reversed(found)) == expected[::-1]
    assert (found[0], found[-1], found[7]) == (expected[0], expected[-1], expected[7])
    assert list(found[3:9:2]) == expected[3:9:2]
    assert expected[5] in found
    assert found.index(expected[5]) == 5
    with pytest.raises(IndexError):
        found[1100]


def test_no_frames_are_no_paths() -> None:
    assert not frame_paths(FOLDER, (), ".jpg")
    assert not frame_paths(FOLDER, IDS, ".jpg")[5:5]


@pytest.mark.parametrize("ids", [("a/b",), ("a", ""), ("/",), ("",)])
def test_what_is_no_file_name_is_no_frame_id(ids: tuple[str, ...]) -> None:
    with pytest.raises(ShapeError, match="data/clip: a frame id is empty or holds '/'"):
        frame_paths(FOLDER, ids, ".jpg")


def test_a_clip_of_frame_paths_is_as_one_of_paths() -> None:
    clip = Clip("c", frame_paths(FOLDER, IDS, ".jpg"), Fraction(24), "v")
    plain = Clip("c", tuple(FOLDER / f"{k}.jpg" for k in IDS), Fraction(24), "v")
    assert clip.frame_ids == plain.frame_ids == IDS
    with pytest.raises(ShapeError, match="duplicate frame id of clip c: 1"):
        Clip("c", frame_paths(FOLDER, ["0", "1", "1"], ".jpg"), Fraction(24), "v")


def test_frame_paths_compare_by_value_and_travel_small() -> None:
    found = frame_paths(FOLDER, IDS, ".jpg")
    assert found == frame_paths(FOLDER, IDS, ".jpg")
    assert found != frame_paths(FOLDER, IDS, ".png")
    assert hash(found) == hash(frame_paths(FOLDER, IDS, ".jpg"))
    sent = pickle.dumps(found)
    assert len(sent) < 12 * len(IDS)
    assert pickle.loads(sent) == found
    assert isinstance(found, FramePaths)
