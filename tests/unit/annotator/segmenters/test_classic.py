"""Clicks on superpixels: the first ones decide, each further one corrects around itself."""

import numpy as np
import pytest

from annotator.segmenters.classic.segmenter import ClassicSegmenter, ClassicSession
from annotator.segmenters.protocol import Prompts
from refvps.types import BoolArray, Size, UInt8Array

SIZE = Size(120, 200)
DISCS = ((60, 40), (60, 100), (60, 160))
LINE = (slice(20, 100), slice(129, 131))


class Picture:
    """Three discs of one colour on another, and a thin line, one keyframe."""

    size = SIZE

    def __len__(self) -> int:
        return 1

    def frame(self, _k: int) -> UInt8Array:
        rows, columns = np.mgrid[: SIZE.height, : SIZE.width]
        pixels = np.full((*SIZE, 3), (30, 90, 140), np.uint8)
        for y, x in DISCS:
            pixels[(rows - y) ** 2 + (columns - x) ** 2 < 18**2] = (220, 120, 30)
        pixels[LINE] = (220, 120, 30)
        noise = np.random.default_rng(0).integers(-6, 7, pixels.shape)
        return np.clip(pixels + noise, 0, 255).astype(np.uint8)


@pytest.fixture
def session() -> ClassicSession:
    return ClassicSegmenter().open(Picture())


def clicked(session: ClassicSession, *clicks: tuple[float, float, bool]) -> BoolArray:
    points = np.array([(x, y) for x, y, _ in clicks])
    return session.predict(0, Prompts(points, np.array([on for *_, on in clicks]))).mask


FIRST = ((40.5, 60.5, True), (100.5, 60.5, False))
"""The left disc, not the middle one."""


def test_a_third_click_adds_what_hangs_together_with_it_and_nothing_else(
    session: ClassicSession,
) -> None:
    before = clicked(session, *FIRST)
    assert before[60, 40]
    assert not before[60, 100]
    after = clicked(session, *FIRST, (160.5, 60.5, True))
    assert after[60, 160]
    assert not (before & ~after).any()
    assert not (after & ~before)[:, :140].any()


def test_a_click_on_something_thin_floods_nothing(session: ClassicSession) -> None:
    before = clicked(session, *FIRST)
    after = clicked(session, *FIRST, (130.0, 25.0, True))
    assert (after & ~before).sum() < 0.1 * after.size


def test_a_no_click_takes_away_and_adds_nothing(session: ClassicSession) -> None:
    three = (*FIRST, (160.5, 60.5, True))
    before = clicked(session, *three)
    after = clicked(session, *three, (160.5, 50.5, False))
    assert not after[50, 160]
    assert not (after & ~before).any()
    assert np.array_equal(after[:, :120], before[:, :120])


def test_an_answer_depends_on_the_list_of_clicks_alone(session: ClassicSession) -> None:
    clicks = (*FIRST, (160.5, 60.5, True), (130.0, 25.0, False), (40.5, 70.5, True))
    one_by_one = [clicked(session, *clicks[:count]) for count in range(1, 6)]
    at_once = clicked(ClassicSegmenter().open(Picture()), *clicks)
    assert np.array_equal(one_by_one[-1], at_once)
    assert np.array_equal(clicked(session, *clicks[:3]), one_by_one[2])
