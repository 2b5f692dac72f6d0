"""What may make a query hard: motion, change of shape, and the length of the expression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmark.analysis.averages import fmean
from benchmark.analysis.truth import TrackKey
from benchmark.metrics.bootstrap import bootstrap_interval
from benchmark.metrics.equal_count import equal_count_bins
from benchmark.metrics.mask_change import TrackChange
from benchmark.metrics.rank_correlation import spearman, spearman_interval
from benchmark.report.record import Row


@dataclass(frozen=True, slots=True)
class Unit:
    """One target, or one expression: a value of the factor and the J that came with it."""

    video: str
    value: float
    j: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Units of like value.

    Attributes:
        low: the least value in it.
        high: the greatest.
        units: how many units.
        videos: from how many videos.
        j: their mean J, a fraction.
        interval: 95 % percentile bootstrap over videos; None below two of them.
    """

    low: float
    high: float
    units: int
    videos: int
    j: float
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Factor:
    """What J of a method has to do with one property of queries.

    Attributes:
        name: "motion", "shape change" or "expression length".
        bins: ascending; equally many units each, as far as equal values allow.
        rho: Spearman's rank correlation of the property and J; None where one is constant.
        rho_interval: 95 % percentile bootstrap over videos; None where there is none.
        videos: from how many videos the units are.
        left_out: units for which the property is not defined.
    """

    name: str
    bins: tuple[Bin, ...]
    rho: float | None
    rho_interval: tuple[float, float] | None
    videos: int
    left_out: int

    @property
    def drop(self) -> float | None:
        """J of the lowest bin minus J of the highest; None for fewer than two bins."""
        return self.bins[0].j - self.bins[-1].j if len(self.bins) > 1 else None


MOTION, SHAPE_CHANGE, LENGTH = "motion", "shape change", "expression length"

UNITS = {MOTION: "target", SHAPE_CHANGE: "target", LENGTH: "expression"}
"""What is counted: J of a target is the mean over its expressions."""


def words_in(text: str) -> int:
    """Return the length of an expression in words, which white space separates.

    >>> words_in(" the  blue smoke ")
    3
    """
    return len(text.split())


def factors_of(
    rows: Sequence[Row], changes: Mapping[TrackKey, TrackChange], bins: int
) -> tuple[Factor, ...]:
    """Return what J of a method has to do with motion, change of shape and expression length.

    Args:
        rows: of the method's record.
        changes: how every target of the rows changes.
        bins: how many are wanted.
    """
    targets: dict[TrackKey, list[Row]] = {}
    for row in rows:
        targets.setdefault((row.clip, row.target), []).append(row)
    means = {key: fmean([row.j for row in targets[key]]) for key in sorted(targets)}
    moved, changed = [], []
    for key, j in means.items():
        change, video = changes[key], targets[key][0].video
        if change.motion is not None and change.shape_change is not None:
            moved.append(Unit(video, change.motion, j))
            changed.append(Unit(video, change.shape_change, j))
    lengths = [Unit(row.video, words_in(row.text), row.j) for row in rows]
    left_out = len(means) - len(moved)
    return (
        _factor(MOTION, moved, bins, left_out),
        _factor(SHAPE_CHANGE, changed, bins, left_out),
        _factor(LENGTH, lengths, bins, 0),
    )


def _factor(name: str, units: Sequence[Unit], bins: int, left_out: int) -> Factor:
    values, scores = [unit.value for unit in units], [unit.j for unit in units]
    videos = [unit.video for unit in units]
    return Factor(
        name=name,
        bins=tuple(
            _bin([units[place] for place in places]) for places in equal_count_bins(values, bins)
        ),
        rho=spearman(values, scores) if units else None,
        rho_interval=spearman_interval(values, scores, videos) if units else None,
        videos=len(set(videos)),
        left_out=left_out,
    )


def _bin(units: Sequence[Unit]) -> Bin:
    by_video: dict[str, list[float]] = {}
    for unit in sorted(units, key=lambda unit: unit.video):
        by_video.setdefault(unit.video, []).append(unit.j)
    values, clusters = [unit.value for unit in units], list(by_video.values())
    return Bin(
        low=min(values),
        high=max(values),
        units=len(units),
        videos=len(clusters),
        j=fmean([unit.j for unit in units]),
        interval=bootstrap_interval(clusters) if len(clusters) > 1 else None,
    )
