"""Bars and duplicates."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from refvps.collect.duplicates import SAME, Fingerprint, compare, fingerprint
from refvps.collect.geometry import Bars, find_bars, without_bars
from refvps.errors import ShapeError
from support.moving_pictures import drifting


def stills(seed: int, count: int = 36) -> np.ndarray:
    return np.stack([cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in drifting(seed, count)])


def boxed(pictures: np.ndarray) -> np.ndarray:
    return np.pad(pictures, ((0, 0), (60, 61), (0, 0)))


def captioned(pictures: np.ndarray) -> np.ndarray:
    changed = pictures.copy()
    changed[:, 120:136, 20:230] = 250
    return changed


def brighter(pictures: np.ndarray) -> np.ndarray:
    return np.clip(pictures.astype(int) + 20, 0, 255).astype(np.uint8)


def smaller(pictures: np.ndarray) -> np.ndarray:
    return np.stack([cv2.resize(each, (128, 72)) for each in pictures])


def made(pictures: np.ndarray) -> Fingerprint:
    return fingerprint(pictures, find_bars(pictures))


@pytest.mark.parametrize(
    ("change", "relation"),
    [
        (lambda pictures: pictures, "same"),
        (smaller, "same"),
        (brighter, "same"),
        (captioned, "same"),
        (boxed, "same"),
        (lambda pictures: pictures[:, :, ::-1], "flip"),
        (lambda pictures: pictures[12:24], "subset"),
    ],
    ids=["copy", "smaller", "brighter", "captioned", "boxed", "mirrored", "part"],
)
def test_copies_are_recognised(change: object, relation: str) -> None:
    for seed in range(4):
        one, other = made(stills(seed)), made(change(stills(seed)))
        for found in (compare(one, other), compare(other, one)):
            assert found.relation == relation
            assert found.distance <= SAME


def test_different_videos_are_far_apart() -> None:
    prints = [made(stills(seed)) for seed in range(8)]
    for place, one in enumerate(prints):
        assert all(compare(one, other).distance > SAME for other in prints[:place])


def test_fingerprints_survive_storage() -> None:
    one = made(stills(1))
    again = Fingerprint.from_bytes(one.to_bytes())
    assert np.array_equal(again.hashes, one.hashes)
    assert np.array_equal(again.mirrored, one.mirrored)
    with pytest.raises(ShapeError, match="16 bytes a still"):
        Fingerprint.from_bytes(b"12345")


def test_black_videos_are_like_none() -> None:
    black = made(np.zeros((12, 90, 160), np.uint8))
    assert compare(black, made(stills(1))) is None
    assert compare(black, black) is None


def test_bars_are_found_and_cut_off() -> None:
    pictures = np.pad(stills(1, 12), ((0, 0), (16, 0), (8, 24)))
    bars = find_bars(pictures)
    assert bars == Bars(Fraction(16, 160), Fraction(0), Fraction(8, 288), Fraction(24, 288))
    assert np.array_equal(without_bars(pictures[0], bars), stills(1, 12)[0])
    assert find_bars(stills(1, 12)) == Bars()
    assert bars.share == pytest.approx(1 - 144 * 256 / (160 * 288))


def test_a_dark_video_has_no_bars_and_a_dark_moment_neither() -> None:
    assert find_bars(np.full((6, 20, 30), 4, np.uint8)) == Bars()
    pictures = stills(1, 36)
    pictures[:18] = 0
    assert find_bars(pictures) == Bars()
    with pytest.raises(ShapeError, match="leave a picture"):
        Bars(top=Fraction(1, 2), bottom=Fraction(1, 2))
