"""Change without the camera's motion, and what numbers propose."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from refvps.collect.cut import Part
from refvps.collect.dynamics import NO_CHANGE, Dynamics, dynamics, longest_run
from refvps.collect.proposals import proposals, too_rapid
from refvps.errors import ShapeError
from refvps.video.times import Span
from support.moving_pictures import texture

SHOT = (Span(Fraction(0), Fraction(5)),)


def grey(seed: int) -> np.ndarray:
    return cv2.cvtColor(texture(seed), cv2.COLOR_RGB2GRAY)


def seen(path: list[tuple[float, float]], seed: int = 1) -> np.ndarray:
    """Stills of a photograph, moved by parts of a pixel."""
    whole = grey(seed)
    moved = [
        cv2.warpAffine(whole, np.float32([[1, 0, -x], [0, 1, -y]]), whole.shape[::-1])
        for x, y in path
    ]
    return np.stack([each[40:184, 40:296] for each in moved])


def pan(count: int = 30) -> np.ndarray:
    return seen([(0.9 * k, 0.3 * k) for k in range(count)])


def shaken(count: int = 30) -> np.ndarray:
    rng = np.random.default_rng(0)
    return seen([tuple(each) for each in rng.normal(0, 3, (count, 2))])


def melting(stills: np.ndarray, per_still: float = 4) -> np.ndarray:
    """Stills in which a blob grows where it is in the picture."""
    changed = stills.copy()
    for place, still in enumerate(changed):
        cv2.circle(still, (128, 72), round(10 + per_still * place) // 2, 255, -1)
    return changed


@pytest.mark.parametrize("still", [pan(), shaken(), seen([(0, 0)] * 30)])
def test_a_photograph_under_a_moving_camera_seems_still_and_a_process_does_not(
    still: np.ndarray,
) -> None:
    photograph, process = dynamics(still), dynamics(melting(still))
    assert photograph.seems_still
    assert not process.seems_still
    assert [each.reason for each in proposals(photograph, SHOT)] == ["no-change"]
    assert "no-change" not in [each.reason for each in proposals(process, SHOT)]


def test_a_slow_process_shows_at_the_longer_distances() -> None:
    found = dynamics(melting(pan(), 1.5)).residuals
    assert found[0] < NO_CHANGE < found[2]


def test_heat_shows_where_it_changes() -> None:
    heat = dynamics(melting(pan())).heat
    assert heat[50:94, 100:156].mean() > 5 * heat[:, :40].mean()


def test_no_pair_spans_a_change_of_shot() -> None:
    both = np.concatenate([seen([(0, 0)] * 10, 1), seen([(0, 0)] * 10, 2)])
    assert not dynamics(both).seems_still
    assert dynamics(both, [10]).seems_still


def test_short_videos_have_no_score_at_distances_they_do_not_reach() -> None:
    assert dynamics(pan(1)).residuals == (None, None, None)
    assert not dynamics(pan(1)).seems_still
    assert dynamics(pan(4)).residuals[1:] == (None, None)
    assert dynamics(np.zeros((8, 20, 30), np.uint8)).residuals[:2] == (0.0, 0.0)


def test_results_repeat() -> None:
    assert dynamics(melting(shaken())).residuals == dynamics(melting(shaken())).residuals


def test_a_flash_is_proposed_as_too_rapid_and_a_lasting_change_is_not() -> None:
    stills = pan()
    stills[12:14] = 255 - stills[12:14] // 2
    found = dynamics(stills)
    assert longest_run(found.curve) in (1, 2, 3)
    assert "too-rapid" in [each.reason for each in proposals(found, SHOT)]
    assert "too-rapid" not in [each.reason for each in proposals(dynamics(melting(pan())), SHOT)]


def test_too_rapid_is_arithmetic_once_an_event_is_marked() -> None:
    whole = Span(Fraction(0), Fraction(3))
    assert too_rapid(Part(whole, Span(Fraction(1), Fraction(5, 3)))) is None
    short = too_rapid(Part(whole, Span(Fraction(1), Fraction(8, 5))))
    assert short is not None
    assert short.text == "the event is on 4 frames at 6 a second; at least 5"


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ([5], []),
        ([1], []),
        ([1, 2, 3, 4], ["shot-changes"]),
        ([1, 4], []),
        ([3, 6, 9], ["split"]),
        ([], ["shot-changes"]),
    ],
)
def test_shots_propose_exclusion_or_splitting(ends: list[int], expected: list[str]) -> None:
    spans = [Span(Fraction(a), Fraction(b)) for a, b in zip([0, *ends], ends, strict=False)]
    found = proposals(dynamics(melting(pan())), spans)
    assert [each.reason for each in found] == expected


def test_lengths_are_checked() -> None:
    with pytest.raises(ShapeError, match="a score for each of 3"):
        Dynamics((0.1,), (0.1,), np.zeros(1, np.float32), np.zeros((1, 1), np.float32))
