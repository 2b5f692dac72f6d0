"""Methods side by side: paired differences over videos, their tests, and how sure the order is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmark.metrics.bootstrap import percentile_interval, resampled_means
from benchmark.metrics.holm import holm
from benchmark.metrics.ranks import rank_intervals, ranks
from benchmark.metrics.sign_flip import SignFlipTest, sign_flip_test
from benchmark.report.measured import Measured
from benchmark.report.record import NamedScore, Score
from benchmark.rules import per_expression
from benchmark.rules.per_expression import clip_means_by_video, mean
from refvps.errors import ConfigError
from refvps.types import FloatArray


@dataclass(frozen=True, slots=True)
class Place:
    """Where a method stands among those compared.

    Attributes:
        label: the method.
        j: its score.
        rank: 1 for the highest mean; equal means share the better rank.
        rank_interval: 95 % of the resamples give it a rank in here; None below two videos.
    """

    label: str
    j: Score
    rank: int
    rank_interval: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How far one method is above another; fractions, paired by clip.

    Attributes:
        first: the method whose mean is higher, or the one named first.
        second: the other.
        mean: J of the first less J of the second.
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
    """The scores of every method on one group or concept, in the order of the methods."""

    name: str
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that a comparison of records says."""

    places: tuple[Place, ...]
    differences: tuple[Difference, ...]
    groups: tuple[SideBySide, ...]
    concepts: tuple[SideBySide, ...]


def compare(measured: Sequence[Measured]) -> Comparison:
    """Compare methods on the same queries; all pairs, in the order given.

    Every method meets the same resamples, so that what all find easy or hard cancels out.

    Raises:
        ConfigError: the records are averaged by a rule for which no paired test is defined here.
    """
    rule = measured[0].record.rule.name
    if rule != per_expression.RULE.name:
        raise ConfigError(
            f"{measured[0].path}: records averaged by the rule {rule!r} cannot be compared yet; "
            "refvps report prints them side by side"
        )
    clusters = [_clusters(item) for item in measured]
    resampled = [resampled_means(values) for values in clusters]
    return Comparison(
        places=_places(measured, resampled),
        differences=_differences([item.label for item in measured], clusters, resampled),
        groups=side_by_side([item.record.summary.groups for item in measured]),
        concepts=side_by_side([item.record.summary.concepts for item in measured]),
    )


def side_by_side(named: Sequence[Sequence[NamedScore]]) -> tuple[SideBySide, ...]:
    """Join the named scores of several methods on the same data by their names."""
    return tuple(
        SideBySide(scores[0].name, tuple(item.j for item in scores))
        for scores in zip(*named, strict=True)
    )


Clusters = list[list[float]]


def _clusters(item: Measured) -> Clusters:
    return [list(clips.values()) for clips in clip_means_by_video(item.record.rows).values()]


def _places(measured: Sequence[Measured], resampled: Sequence[FloatArray]) -> tuple[Place, ...]:
    scores = [item.record.summary.j for item in measured]
    order = ranks([score.mean for score in scores])
    intervals = rank_intervals(resampled)
    return tuple(
        Place(item.label, score, rank, interval if score.videos > 1 else None)
        for item, score, rank, interval in zip(measured, scores, order, intervals, strict=True)
    )


def _differences(
    labels: Sequence[str], clusters: Sequence[Clusters], resampled: Sequence[FloatArray]
) -> tuple[Difference, ...]:
    pairs = []
    for one, other in combinations(range(len(labels)), 2):
        value = _mean_difference(clusters[one], clusters[other])
        pairs.append((one, other) if value >= 0 else (other, one))
    paired = [_paired(clusters[first], clusters[second]) for first, second in pairs]
    tests = [sign_flip_test(values) for values in paired]
    return tuple(
        Difference(
            first=labels[first],
            second=labels[second],
            mean=_mean_difference(clusters[first], clusters[second]),
            interval=percentile_interval(resampled[first] - resampled[second])
            if len(clusters[first]) > 1
            else None,
            test=test,
            adjusted_p=adjusted,
            videos=len(clusters[first]),
        )
        for (first, second), test, adjusted in zip(
            pairs, tests, holm([test.p for test in tests]), strict=True
        )
    )


def _paired(first: Clusters, second: Clusters) -> Clusters:
    return [
        [a - b for a, b in zip(ours, theirs, strict=True)]
        for ours, theirs in zip(first, second, strict=True)
    ]


def _mean_difference(first: Clusters, second: Clusters) -> float:
    return mean([value for values in _paired(first, second) for value in values])
