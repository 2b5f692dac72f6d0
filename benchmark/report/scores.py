"""The scores of a record by metric; J&F is averaged from its rows, the others stand in it."""

from collections.abc import Callable, Sequence

from benchmark.report.metric import Metric
from benchmark.report.record import EvalRecord, NamedScore, Row, Score
from benchmark.rules import per_expression
from benchmark.rules.by_name import RULES
from benchmark.rules.per_expression import Value, f_of, j_and_f_of, j_of, mean

ROW_VALUES: dict[Metric, Value] = {Metric.J: j_of, Metric.F: f_of, Metric.J_AND_F: j_and_f_of}
"""By metric, the value of a row that is averaged."""

Named = tuple[str, Score]
"""The name of a group or concept, and its score."""


def score_of(record: EvalRecord, metric: Metric) -> Score:
    """Return the overall score of a record in a metric that it holds.

    J&F has an interval where the record's rule says how to resample.
    """
    summary = record.summary
    if metric is Metric.J or summary.f is None or summary.j_and_f is None:
        return summary.j
    if metric is Metric.F:
        return summary.f
    paired = RULES[record.rule.name].paired
    if paired is not None:
        return paired.score_of(record.rows, j_and_f_of)
    return summary.j.model_copy(update={"mean": summary.j_and_f, "interval": None})


def group_scores(record: EvalRecord, metric: Metric) -> tuple[Named, ...]:
    """Return the score of every group, by name."""
    return _named(record, metric, record.summary.groups, lambda row: row.groups)


def concept_scores(record: EvalRecord, metric: Metric) -> tuple[Named, ...]:
    """Return the score of every concept, by name."""
    return _named(record, metric, record.summary.concepts, lambda row: (row.concept,))


def frame_scores(row: Row, metric: Metric) -> list[float]:
    """Return a metric on every annotated frame of a row that holds it; fractions in [0, 1]."""
    j = row.frames.j()
    if metric is Metric.J or row.contours is None:
        return j
    f = row.contours.f()
    return f if metric is Metric.F else [mean(pair) for pair in zip(j, f, strict=True)]


def _named(
    record: EvalRecord,
    metric: Metric,
    named: Sequence[NamedScore],
    names_of: Callable[[Row], Sequence[str | None]],
) -> tuple[Named, ...]:
    if metric is Metric.J:
        return tuple((item.name, item.j) for item in named)
    if metric is Metric.F:
        return tuple((item.name, item.f) for item in named if item.f is not None)
    members: dict[str | None, list[Row]] = {item.name: [] for item in named}
    for row in record.rows:
        for name in names_of(row):
            if name in members:
                members[name].append(row)
    return tuple(
        (item.name, per_expression.score_of(members[item.name], j_and_f_of)) for item in named
    )
