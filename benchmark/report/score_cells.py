"""A score as cells of a table: the mean with its bar, the interval, or a caution instead."""

from collections.abc import Mapping, Sequence

from benchmark.report.document import (
    CAUTION,
    CAUTION_NOTE,
    FEW_VIDEOS,
    Bar,
    Cell,
    Column,
    percent,
    span,
    strongest,
)
from benchmark.report.metric import Metric
from benchmark.report.record import Score

NOT_COMPUTED = "-"


def mean_cell(score: Score | None, series: int) -> Cell:
    """Return the mean with its bar.

    Args:
        score: None where it was not computed.
        series: which method's it is, for the color of the bar.
    """
    if score is None:
        return Cell(NOT_COMPUTED)
    return Cell(percent(score.mean), score.mean, bar=_bar(score, series))


def interval_cell(score: Score | None) -> Cell:
    """Return the interval, nothing where there is no score."""
    if score is None:
        return Cell("")
    if score.interval is None or score.videos < FEW_VIDEOS:
        return Cell(CAUTION)
    return Cell(span(score.interval.low, score.interval.high), score.interval.low)


def score_cell(score: Score, series: int) -> Cell:
    """Return the mean and the interval in one cell."""
    text = f"{percent(score.mean)} {interval_cell(score).text}"
    return Cell(text, score.mean, bar=_bar(score, series))


def score_columns(shown: Sequence[Metric]) -> list[Column]:
    """Return the heads of the cells that ``score_rows`` makes."""
    return [
        Column(heading, number=True) for metric in shown for heading in (metric, "95 % interval")
    ]


def score_rows(
    scores: Sequence[Mapping[Metric, Score | None]], shown: Sequence[Metric]
) -> list[list[Cell]]:
    """Return each method's scores and intervals, the best of each metric strong.

    Args:
        scores: one a method; what it lacks is a stroke.
        shown: metrics.
    """
    cells: list[list[Cell]] = [[] for _ in scores]
    for metric in shown:
        found = [of_method.get(metric) for of_method in scores]
        means = strongest([mean_cell(score, series) for series, score in enumerate(found)])
        for own, score, shown_mean in zip(cells, found, means, strict=True):
            own += [shown_mean, interval_cell(score)]
    return cells


def share_cell(fraction: float) -> Cell:
    """Return a fraction in percent."""
    return Cell(percent(fraction), fraction)


def caution_notes(scores: Sequence[Score]) -> tuple[str, ...]:
    """Return what the caution means, if one of the scores has it."""
    return (CAUTION_NOTE,) if any(score.videos < FEW_VIDEOS for score in scores) else ()


def _bar(score: Score, series: int) -> Bar:
    if score.interval is None or score.videos < FEW_VIDEOS:
        return Bar(score.mean, series=series)
    return Bar(score.mean, score.interval.low, score.interval.high, series)
