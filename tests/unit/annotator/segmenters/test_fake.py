"""The segmenter that other tests lean on is exact on plain colours."""

import numpy as np
import pytest

from annotator.segmenters.fake import FakeSegmenter
from annotator.segmenters.protocol import PromptError, Prompts
from support.keyframes import discs, plain

MASKS = discs(6)


def clicks(*points: tuple[float, float, bool]) -> Prompts:
    return Prompts(
        np.array([point[:2] for point in points], float).reshape(-1, 2),
        np.array([point[2] for point in points], bool),
    )


def test_a_click_fills_its_colour_exactly() -> None:
    session = FakeSegmenter().open(plain(MASKS))
    assert np.array_equal(session.predict(0, clicks((14.5, 24.5, True))).mask, MASKS[0])
    assert np.array_equal(session.predict(0, clicks((60, 2, True))).mask, ~MASKS[0])


def test_a_negative_click_takes_the_fill_away() -> None:
    session = FakeSegmenter().open(plain(MASKS))
    assert not session.predict(0, clicks((14.5, 24.5, True), (15, 25, False))).mask.any()


def test_propagation_is_exact_in_both_directions_and_passes_over_what_is_kept() -> None:
    session = FakeSegmenter().open(plain(MASKS))
    prompts = {2: clicks((18.5, 24.5, True))}
    forward = dict(session.propagate(2, 6, prompts, {4}))
    backward = dict(session.propagate(2, -1, prompts, set()))
    assert list(forward) == [2, 3, 5]
    assert list(backward) == [2, 1, 0]
    for k, found in (forward | backward).items():
        assert np.array_equal(found.mask, MASKS[k])


def test_every_step_lasts_as_long_as_it_was_told() -> None:
    slept: list[float] = []
    session = FakeSegmenter(0.3, slept.append).open(plain(MASKS))
    session.predict(0, clicks((1, 1, True)))
    list(session.propagate(0, 3, {0: MASKS[0]}, set()))
    assert slept == [0.3] * 4


@pytest.mark.parametrize(
    ("k", "prompts", "named"),
    [
        pytest.param(6, clicks((1, 1, True)), "keyframe 6", id="no-such-keyframe"),
        pytest.param(0, Prompts(), "no prompt left", id="no-prompt"),
        pytest.param(0, clicks((65, 1, True)), "outside the image", id="outside"),
        pytest.param(0, Prompts(mask=np.zeros((3, 3), bool)), "expected bool", id="size"),
    ],
)
def test_what_cannot_be_answered_is_refused(k: int, prompts: Prompts, named: str) -> None:
    with pytest.raises(PromptError, match=named):
        FakeSegmenter().open(plain(MASKS)).predict(k, prompts)


def test_propagation_without_a_prompt_says_so() -> None:
    with pytest.raises(PromptError, match="no prompt left"):
        FakeSegmenter().open(plain(MASKS)).propagate(0, 3, {}, set())
