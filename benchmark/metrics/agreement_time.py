"""Whether two people see a process begin and end at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmark.metrics.agreement_means import mean
from benchmark.metrics.label_agreement import Labels, label_counts

MOST_SHIFT = 2
"""Keyframes by which labels are shifted at most: a third of a second at 6 a second."""


@dataclass(frozen=True, slots=True)
class TimeShift:
    """How the second's labels lie in time beside the first's; all in keyframes.

    Attributes:
        onset: by how many the second sees the target later; None where one never does.
        offset: by how many the second loses it later; None likewise.
        best: the shift of the second's labels that agrees best with the first's, in [-2, 2];
            positive where the second is late. None where nothing can be compared.
        gain: how much the mean IoU grows by that shift, a fraction; 0 without a shift.
    """

    onset: int | None
    offset: int | None
    best: int | None
    gain: float


def time_shift(first: Sequence[Labels], second: Sequence[Labels]) -> TimeShift:
    """Compare two people's labels of the same keyframes in time.

    Shifts are compared on the keyframes that every one of them can compare, so that none wins
    by leaving a hard end out. Of equal ones the smaller is taken, then the earlier.

    Args:
        first: one person's labels, in the order of time.
        second: the other's, of the same keyframes.
    """
    seen = [[labels.composed().area > 0 for labels in one] for one in (first, second)]
    onset = _difference([_first(each) for each in seen])
    offset = _difference([_last(each) for each in seen])
    most = min(MOST_SHIFT, (len(first) - 1) // 2)
    if most < 0:
        return TimeShift(onset, offset, None, 0.0)
    scores = {shift: _score(first, second, shift, most) for shift in range(-most, most + 1)}
    known = {shift: score for shift, score in scores.items() if score is not None}
    if not known:
        return TimeShift(onset, offset, None, 0.0)
    best = max(known, key=lambda shift: (known[shift], -abs(shift), -shift))
    return TimeShift(onset, offset, best, known[best] - known.get(0, known[best]))


def _score(
    first: Sequence[Labels], second: Sequence[Labels], shift: int, most: int
) -> float | None:
    values = [
        label_counts(first[k], second[k + shift]).iou() for k in range(most, len(first) - most)
    ]
    return mean(value for value in values if value is not None)


def _first(seen: Sequence[bool]) -> int | None:
    return seen.index(True) if True in seen else None


def _last(seen: Sequence[bool]) -> int | None:
    found = _first(seen[::-1])
    return None if found is None else len(seen) - 1 - found


def _difference(ends: Sequence[int | None]) -> int | None:
    first, second = ends
    return None if first is None or second is None else second - first
