"""Means of any value of a row, in the order of the rule: expressions, then clips."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmark.metrics.bootstrap import bootstrap_interval
from benchmark.report.record import Row


@dataclass(frozen=True, slots=True)
class Average:
    """A mean over clips.

    Attributes:
        mean: None if no row has a value.
        interval: 95 % percentile bootstrap over videos; None below two of them.
        clips: how many clips have a value.
        videos: from how many videos they are.
        expressions: how many rows have a value.
        left_out: how many rows have none.
    """

    mean: float | None
    interval: tuple[float, float] | None
    clips: int
    videos: int
    expressions: int
    left_out: int


def average(rows: Sequence[Row], value_of: Callable[[Row], float | None]) -> Average:
    """Return the mean over clips of the mean over a clip's expressions.

    A row without a value is left out, and a clip without one as well.

    Args:
        rows: one a clip and expression.
        value_of: the value of a row, or None where it is not defined.
    """
    by_video: dict[str, dict[str, list[float]]] = {}
    left_out = 0
    for row in rows:
        value = value_of(row)
        if value is None:
            left_out += 1
        else:
            by_video.setdefault(row.video, {}).setdefault(row.clip, []).append(value)
    clusters = [
        [fmean(by_video[video][clip]) for clip in sorted(by_video[video])]
        for video in sorted(by_video)
    ]
    means = [value for cluster in clusters for value in cluster]
    return Average(
        mean=fmean(means) if means else None,
        interval=bootstrap_interval(clusters) if len(clusters) > 1 else None,
        clips=len(means),
        videos=len(clusters),
        expressions=len(rows) - left_out,
        left_out=left_out,
    )


def fmean(values: Sequence[float]) -> float:
    """Return the mean, summed exactly, so that order and machine do not matter."""
    return math.fsum(values) / len(values)
