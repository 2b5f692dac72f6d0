"""Methods side by side: paired differences over videos, their tests, and how sure the order is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmark.metrics.bootstrap import percentile_interval
from benchmark.metrics.holm import holm
from benchmark.metrics.ranks import rank_intervals, ranks
from benchmark.metrics.sign_flip import SignFlipTest, sign_flip_test
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric
from benchmark.report.record import Score
from benchmark.report.scores import (
    ROW_VALUES,
    Named,
    concept_scores,
    group_scores,
    score_of,
    set_scores,
)
from benchmark.rules.by_name import RULES
from benchmark.rules.paired import PairedRule
from refvps.errors import ConfigError
from refvps.types import FloatArray


@dataclass(frozen=True, slots=True)
class Place:
    """Where a method stands among those compared.

    Attributes:
        label: the method.
        score: its score in the metric compared.
        rank: 1 for the highest mean; equal means share the better rank.
        rank_interval: 95 % of the resamples give it a rank in here; None below two videos.
    """

    label: str
    score: Score
    rank: int
    rank_interval: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How far one method is above another; fractions, paired by clip and expression.

    Attributes:
        first: the method whose mean is higher, or the one named first.
        second: the other.
        mean: the score of the first less that of the second.
        interval: its 95 % bootstrap interval over videos; None below two videos.
        test: the sign-flip test over videos.
        adjusted_p: its p after Holm's correction for all pairs.
        videos: over how many videos.
    """

    first: str
    second: str
    mean: float
    interval: tuple[float, float] | None
    test: SignFlipTest
    adjusted_p: float
    videos: int


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The scores of every method on one set, group or concept, in the order of the methods."""

    name: str
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that a comparison of records by one metric says.

    Attributes:
        metric: what they are compared by.
        places: one a method, in the order given.
        differences: one a pair of methods.
        sets: every set of expressions, side by side.
        groups: every group, side by side.
        concepts: every concept, side by side.
        resampled: what is drawn in a resample, in words.
    """

    metric: Metric
    places: tuple[Place, ...]
    differences: tuple[Difference, ...]
    sets: tuple[SideBySide, ...]
    groups: tuple[SideBySide, ...]
    concepts: tuple[SideBySide, ...]
    resampled: str


def compare(measured: Sequence[Measured], metric: Metric = Metric.J) -> Comparison:
    """Compare methods on the same queries; all pairs, in the order given.

    Every method meets the same resamples, so that what all find easy or hard cancels out.

    Args:
        measured: records of one rule, all of which hold the metric.
        metric: what to compare them by.

    Raises:
        ConfigError: the records are averaged by a rule for which no paired test is defined here.
    """
    rule = _paired_rule(measured[0])
    value = ROW_VALUES[metric]
    resampled = [rule.resampled_scores(item.record.rows, value) for item in measured]
    parts = [rule.parts_by_video(item.record.rows, value) for item in measured]
    sets, groups, concepts = side_by_side(measured, metric)
    return Comparison(
        metric=metric,
        places=_places(measured, metric, resampled),
        differences=_differences([item.label for item in measured], parts, resampled),
        sets=sets,
        groups=groups,
        concepts=concepts,
        resampled=rule.RESAMPLED,
    )


def side_by_side(
    measured: Sequence[Measured], metric: Metric
) -> tuple[tuple[SideBySide, ...], ...]:
    """Return every set of expressions, group and concept with the scores of several methods."""
    return (
        _joined([set_scores(item.record, metric) for item in measured]),
        _joined([group_scores(item.record, metric) for item in measured]),
        _joined([concept_scores(item.record, metric) for item in measured]),
    )


def _joined(named: Sequence[Sequence[Named]]) -> tuple[SideBySide, ...]:
    return tuple(
        SideBySide(found[0][0], tuple(score for _, score in found))
        for found in zip(*named, strict=True)
    )


def _paired_rule(item: Measured) -> PairedRule:
    name = item.record.rule.name
    paired = RULES[name].paired if name in RULES else None
    if paired is None:
        raise ConfigError(
            f"{item.path}: records averaged by the rule {name!r} cannot be compared yet; "
            "refvps report prints them side by side"
        )
    return paired


def _places(
    measured: Sequence[Measured], metric: Metric, resampled: Sequence[FloatArray]
) -> tuple[Place, ...]:
    scores = [score_of(item.record, metric) for item in measured]
    order = ranks([score.mean for score in scores])
    intervals = rank_intervals(resampled)
    return tuple(
        Place(item.label, score, rank, interval if score.videos > 1 else None)
        for item, score, rank, interval in zip(measured, scores, order, intervals, strict=True)
    )


Parts = Mapping[str, float]
"""What each video adds to a method's mean."""


def _differences(
    labels: Sequence[str], parts: Sequence[Parts], resampled: Sequence[FloatArray]
) -> tuple[Difference, ...]:
    pairs = []
    for one, other in combinations(range(len(labels)), 2):
        value = math.fsum(_paired(parts[one], parts[other]))
        pairs.append((one, other) if value >= 0 else (other, one))
    paired = [_paired(parts[first], parts[second]) for first, second in pairs]
    tests = [sign_flip_test([[part] for part in values]) for values in paired]
    return tuple(
        Difference(
            first=labels[first],
            second=labels[second],
            mean=math.fsum(values),
            interval=percentile_interval(resampled[first] - resampled[second])
            if len(values) > 1
            else None,
            test=test,
            adjusted_p=adjusted,
            videos=len(values),
        )
        for (first, second), values, test, adjusted in zip(
            pairs, paired, tests, holm([test.p for test in tests]), strict=True
        )
    )


def _paired(first: Parts, second: Parts) -> list[float]:
    """Return what each video adds to the difference of two methods, in the order of videos.

    What differs in its last digits alone was rounded on the way, and does not differ.
    """
    return [
        0.0
        if math.isclose(first[video], second[video], rel_tol=1e-12)
        else first[video] - second[video]
        for video in first
    ]
