"""What J of single frames says beyond its mean: recall, decay, and frames without a target."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

GOOD = 0.5
"""Recall counts frames whose J lies above this."""

QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, both counted in frames."""

    part: int
    whole: int

    @property
    def fraction(self) -> float | None:
        """The part as a fraction in [0, 1]; None of nothing."""
        return self.part / self.whole if self.whole else None


def mean_with_target(scores: Sequence[float], target: Sequence[int]) -> float | None:
    """Return the mean J over frames that show the target (J+), a fraction.

    J of a frame without a target is 1 for an empty mask and 0 for any other; over many such
    frames a method can score by saying nothing. J+ leaves them out.

    Args:
        scores: J of each frame, fractions.
        target: the target's pixels in each frame, void left out.

    Returns:
        None if no frame shows the target.

    >>> mean_with_target([0.5, 1.0], [10, 0])
    0.5
    """
    shown = [score for score, area in zip(scores, target, strict=True) if area]
    return math.fsum(shown) / len(shown) if shown else None


def false_positives(predicted: Sequence[int], target: Sequence[int]) -> Share:
    """Return on how many frames without a target something was predicted.

    A single pixel outside void is enough, so the share is 1 minus the mean J of these frames.

    Args:
        predicted: predicted pixels of each frame, void left out.
        target: the target's pixels, void left out.

    >>> false_positives([0, 3, 9], [0, 0, 9])
    Share(part=1, whole=2)
    """
    answers = [area for area, truth in zip(predicted, target, strict=True) if not truth]
    return Share(sum(1 for area in answers if area), len(answers))


def empty_predictions(predicted: Sequence[int]) -> Share:
    """Return on how many frames nothing was predicted outside void.

    >>> empty_predictions([0, 3])
    Share(part=1, whole=2)
    """
    return Share(sum(1 for area in predicted if not area), len(predicted))


def recall(scores: Sequence[float]) -> float:
    """Return the share of frames with J above 0.5, a fraction.

    Source: Perazzi et al., CVPR 2016, section 3; the second value of DAVIS 2017's
    ``db_statistics``.

    >>> recall([0.5, 0.75])
    0.5
    """
    return sum(1 for score in scores if score > GOOD) / len(scores)


def decay(scores: Sequence[float]) -> float:
    """Return how much J is lost over a clip: mean of its first quarter minus mean of its last.

    Quarters are those of DAVIS: their ends lie at the rounded quarter points, and a frame on an
    end belongs to both sides. The official code keeps the ends as 8-bit numbers, so it is wrong
    beyond 256 frames (with NumPy 2 beyond 255); these are right at any length.

    Args:
        scores: J of the frames in order of time, fractions, at least one.

    Returns:
        A fraction in [-1, 1]; negative if J grows.

    Source: Perazzi et al., CVPR 2016, section 3; the third value of DAVIS 2017's
    ``db_statistics``.

    >>> decay([1.0, 0.75, 0.5, 0.25, 0.0])
    0.75
    """
    first, last = _ends(len(scores), 1), _ends(len(scores), QUARTERS - 1)
    return _mean(scores[: first + 1]) - _mean(scores[last:])


def _ends(frames: int, quarter: int) -> int:
    """Return the place of a quarter point, rounded half up, in whole numbers."""
    return ((frames - 1) * quarter + QUARTERS // 2) // QUARTERS


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
