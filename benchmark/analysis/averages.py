"""Means of any value of a row, averaged as the record's rule averages J."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmark.report.record import EvalRecord, Row
from benchmark.rules import per_expression
from benchmark.rules.by_name import RULES
from benchmark.rules.paired import PairedRule


@dataclass(frozen=True, slots=True)
class Average:
    """A mean over clips, or over categories where the rule averages by them.

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


def average(record: EvalRecord, value_of: Callable[[Row], float | None]) -> Average:
    """Return the mean of a value of every row, by the record's rule.

    A row without a value is left out, and a clip or a category without one as well.

    Args:
        record: one row a clip and expression.
        value_of: the value of a row, or None where it is not defined.
    """
    values = {_key(row): value_of(row) for row in record.rows}
    rows = [row for row in record.rows if values[_key(row)] is not None]
    left_out = len(record.rows) - len(rows)
    if not rows:
        return Average(None, None, 0, 0, 0, left_out)
    score = _rule_of(record).score_of(rows, lambda row: values[_key(row)] or 0.0)
    return Average(
        mean=score.mean,
        interval=(score.interval.low, score.interval.high) if score.interval else None,
        clips=score.clips,
        videos=score.videos,
        expressions=len(rows),
        left_out=left_out,
    )


def order_of(record: EvalRecord) -> str:
    """Return in which order ``average`` goes, in words."""
    by_rule = RULES[record.rule.name].paired is not None
    return "averaged as J is" if by_rule else "averaged over expressions, then clips"


def fmean(values: Sequence[float]) -> float:
    """Return the mean, summed exactly, so that order and machine do not matter."""
    return math.fsum(values) / len(values)


def _rule_of(record: EvalRecord) -> PairedRule:
    return RULES[record.rule.name].paired or per_expression


def _key(row: Row) -> tuple[str, str]:
    return row.clip, row.expression
