"""A metric over the time of a clip, and its mean over clips on a common time axis."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmark.report.metric import Metric
from benchmark.report.record import Row
from benchmark.report.scores import frame_scores
from benchmark.rules.per_expression import mean

STEPS = 41
"""Points of the mean curve, both ends included."""


@dataclass(frozen=True, slots=True)
class ClipCurve:
    """A metric of a clip over time, the mean of its expressions on every annotated frame.

    Attributes:
        clip: its id.
        times: when the frames are, 0 for the first annotated one and 1 for the last; ascending.
        scores: the metric on each frame, fractions in [0, 1].
    """

    clip: str
    times: tuple[float, ...]
    scores: tuple[float, ...]


def clip_curves(rows: Sequence[Row], metric: Metric = Metric.J) -> tuple[ClipCurve, ...]:
    """Return the curve of every clip, sorted by id.

    Args:
        rows: of a record that holds the metric.
        metric: what is drawn.
    """
    clips: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        frames = clips.setdefault(row.clip, {})
        for frame_id, score in zip(row.frames.ids, frame_scores(row, metric), strict=True):
            frames.setdefault(frame_id, []).append(score)
    return tuple(
        ClipCurve(clip, _times(list(frames)), tuple(mean(scores) for scores in frames.values()))
        for clip, frames in sorted(clips.items())
    )


def mean_curve(curves: Sequence[ClipCurve], steps: int = STEPS) -> tuple[float, ...]:
    """Return the mean over clips at ``steps`` equal steps of time, linear between frames."""
    return tuple(
        math.fsum(_at(curve, step / (steps - 1)) for curve in curves) / len(curves)
        for step in range(steps)
    )


Clip = tuple[ClipCurve, ...]
"""The curves of one clip, one a method."""


def extremes(clips: Sequence[Clip], number: int) -> dict[str, list[Clip]]:
    """Return the best clips, those around the median and the worst, best first.

    Clips go by the mean of their curves, then by id, so the same records always show the same.

    Args:
        clips: at least three times the number.
        number: how many of each.
    """
    order = sorted(clips, key=lambda curves: (-_height(curves), curves[0].clip))
    middle = (len(order) - number) // 2
    return {
        "best": order[:number],
        "around the median": order[middle : middle + number],
        "worst": order[-number:],
    }


def _height(curves: Clip) -> float:
    return mean([mean(curve.scores) for curve in curves])


def _times(frame_ids: Sequence[str]) -> tuple[float, ...]:
    """Return when frames are: by their numbers if they are numbers in order, else evenly."""
    places = [int(frame_id) if frame_id.isdecimal() else -1 for frame_id in frame_ids]
    ascending = all(a < b for a, b in pairwise(places))
    if not ascending or places[0] < 0:
        places = list(range(len(frame_ids)))
    length = places[-1] - places[0]
    return tuple((place - places[0]) / length if length else 0.0 for place in places)


def _at(curve: ClipCurve, time: float) -> float:
    after = bisect_right(curve.times, time)
    if after == len(curve.times):
        return curve.scores[-1]
    before, later = curve.times[after - 1], curve.times[after]
    share = (time - before) / (later - before)
    return curve.scores[after - 1] * (1 - share) + curve.scores[after] * share
