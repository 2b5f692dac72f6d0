"""The rule of BURST and VSPW: frame, then (clip, category), then category, then data set.

Every category weighs the same, however many clips show it. The interval resamples whole videos and
computes the mean of every category anew; a category of which no video was drawn is left out of
that resample.

Source: ``burst/eval_burst.py`` and ``stuff/eval_stuff.py`` of miccooper9/ReferEverything.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from benchmark.metrics.bootstrap import LEVEL, RESAMPLES, SEED, percentile_interval
from benchmark.metrics.splitmix import draws
from benchmark.report.record import Interval, Row, RulePart, Score, Subset, Summary
from benchmark.rules.per_expression import Value, f_of, j_of, mean, summary_with
from refvps.errors import DataError
from refvps.types import FloatArray

RULE = RulePart(
    name="per-category",
    order="frame -> (clip, category) -> category -> data set; all annotated frames, void left out",
)

RESAMPLED = (
    "whole videos are drawn and every category averaged anew; one of which no video was drawn is "
    "left out of that resample. Where many categories have few videos the interval is too narrow; "
    "go by p"
)


def summarise(rows: Sequence[Row]) -> Summary:
    """Average the scores of every query; see ``benchmark.rules.per_expression.summarise``.

    Beside them stands the average over the queries where everything of the category is annotated,
    if the data set says of which that is true.

    Raises:
        DataError: a row has no category.
    """
    chosen = [row for row in rows if row.exhaustive]
    return summary_with(score_of, rows).model_copy(
        update={"exhaustive": _subset(chosen) if chosen else None}
    )


def _subset(rows: Sequence[Row]) -> Subset:
    with_f = all(row.f is not None for row in rows)
    return Subset(
        j=score_of(rows),
        f=score_of(rows, f_of) if with_f else None,
        categories=len({row.concept for row in rows}),
    )


def score_of(rows: Sequence[Row], value: Value = j_of) -> Score:
    """Return the mean over categories of the mean over a category's clips, with its interval."""
    scores = scores_by_category(rows, value)
    videos = sorted({row.video for row in rows})
    return Score(
        mean=mean([mean([j for _, j in found]) for found in scores.values()]),
        interval=_interval(scores, videos),
        clips=len({row.clip for row in rows}),
        videos=len(videos),
        expressions=len(rows),
    )


def resampled_scores(rows: Sequence[Row], value: Value = j_of) -> FloatArray:
    """Return the rule's mean in every resample of the videos; see ``rules.paired``."""
    return resampled_means(scores_by_category(rows, value), sorted({row.video for row in rows}))


def parts_by_video(rows: Sequence[Row], value: Value = j_of) -> dict[str, float]:
    """Return what each video adds to the rule's mean, over all categories; see ``rules.paired``."""
    scores = scores_by_category(rows, value)
    parts: dict[str, list[float]] = {}
    for found in scores.values():
        for video, score in found:
            parts.setdefault(video, []).append(score / len(found))
    return {video: math.fsum(parts[video]) / len(scores) for video in sorted(parts)}


def scores_by_category(
    rows: Sequence[Row], value: Value = j_of
) -> dict[str, list[tuple[str, float]]]:
    """Return the video and the mean score of every clip of every category, both sorted.

    Raises:
        DataError: a row has no category.
    """
    clips: dict[tuple[str, str, str], list[float]] = {}
    for row in rows:
        if row.concept is None:
            raise DataError(
                f"{row.clip}/{row.expression}", "has no category, by which the rule averages"
            )
        clips.setdefault((row.concept, row.video, row.clip), []).append(value(row))
    found: dict[str, list[tuple[str, float]]] = {}
    for category, video, clip in sorted(clips):
        found.setdefault(category, []).append((video, mean(clips[category, video, clip])))
    return found


def resampled_means(
    scores: Mapping[str, Sequence[tuple[str, float]]],
    videos: Sequence[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> FloatArray:
    """Return the mean over categories of every resample of the videos, float64 ``[resamples]``.

    Sums are taken element by element in a fixed order, so they are the same on every machine.
    """
    drawn = _multiplicities(len(videos), resamples, seed)
    place = {video: index for index, video in enumerate(videos)}
    totals, categories = np.zeros(resamples), np.zeros(resamples)
    for found in scores.values():
        total, weight = np.zeros(resamples), np.zeros(resamples)
        for video, j in found:
            times = drawn[place[video]]
            total += times * j
            weight += times
        present = weight > 0
        totals[present] += total[present] / weight[present]
        categories += present
    means: FloatArray = totals / categories
    return means


def _multiplicities(videos: int, resamples: int, seed: int) -> np.ndarray:
    """Return how often each video is drawn, uint16 ``[videos, resamples]``."""
    drawn = np.zeros((videos, resamples), np.uint16)
    columns = np.arange(resamples)
    for draw in range(videos):
        drawn[draws(seed, draw * resamples, resamples, videos), columns] += np.uint16(1)
    return drawn


def _interval(
    scores: Mapping[str, Sequence[tuple[str, float]]], videos: Sequence[str]
) -> Interval | None:
    if len(videos) < 2:
        return None
    low, high = percentile_interval(resampled_means(scores, videos))
    return Interval(low=low, high=high, level=LEVEL, resamples=RESAMPLES, seed=SEED)
