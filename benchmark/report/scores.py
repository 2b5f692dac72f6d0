"""The scores of a record by metric; J&F is averaged from its rows, the others stand in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmark.report.metric import Metric
from benchmark.report.record import EvalRecord, NamedScore, Row, Score
from benchmark.rules import davis_direct, per_expression
from benchmark.rules.by_name import RULES
from benchmark.rules.paired import PairedRule
from benchmark.rules.per_expression import Value, f_of, j_and_f_of, j_of, mean

ROW_VALUES: dict[Metric, Value] = {Metric.J: j_of, Metric.F: f_of, Metric.J_AND_F: j_and_f_of}
"""By metric, the value of a row that is averaged."""

Named = tuple[str, Score]
"""The name of a set, group or concept, and its score."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a record that were averaged together.

    Attributes:
        rows: which ones.
        rule: how they are averaged; None where that is not defined for other values than J and F.
        j: their J as it stands in the record.
        f: their F; None where it was not computed.
    """

    rows: tuple[Row, ...]
    rule: PairedRule | None
    j: Score
    f: Score | None

    def score(self, metric: Metric) -> Score | None:
        """Return their score; None in a metric that was not computed.

        J&F has an interval where the rule says how to resample.
        """
        if metric is Metric.J:
            return self.j
        if metric is Metric.F or self.f is None:
            return self.f
        if self.rule is not None:
            return self.rule.score_of(self.rows, j_and_f_of)
        return self.j.model_copy(
            update={"mean": mean([self.j.mean, self.f.mean]), "interval": None}
        )


def whole(record: EvalRecord) -> Part:
    """Return all of a record."""
    return Part(record.rows, RULES[record.rule.name].paired, record.summary.j, record.summary.f)


def own_part(record: EvalRecord) -> Part | None:
    """Return every prediction with its own target; None where none was matched with another."""
    own = record.summary.sets.own if record.summary.sets else None
    return Part(record.rows, davis_direct, own.j, own.f) if own else None


def exhaustive_part(record: EvalRecord) -> Part | None:
    """Return the queries of which everything of the category is annotated; None for none."""
    found = record.summary.exhaustive
    if found is None:
        return None
    rows = tuple(row for row in record.rows if row.exhaustive)
    return Part(rows, RULES[record.rule.name].paired, found.j, found.f)


def score_of(record: EvalRecord, metric: Metric) -> Score:
    """Return the overall score of a record in a metric that it holds."""
    return whole(record).score(metric) or record.summary.j


def set_scores(record: EvalRecord, metric: Metric) -> tuple[Named, ...]:
    """Return the score of every set of expressions, by name; none where a rule knows no sets."""
    rule, found = RULES[record.rule.name].paired, []
    for item in record.summary.sets.sets if record.summary.sets else ():
        rows = tuple(row for row in record.rows if row.annotator == item.name)
        found.append((item.name, Part(rows, rule, item.j, item.f).score(metric) or item.j))
    return tuple(found)


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
