"""Records as tidy CSV: one observation a row, fractions with every digit, no formatting."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from benchmark.report.beside import beside_scores
from benchmark.report.comparison import Comparison
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric, held_by
from benchmark.report.paper import PaperTable
from benchmark.report.record import ContourColumns, Row, Score
from benchmark.report.scores import (
    ROW_VALUES,
    concept_scores,
    frame_scores,
    group_scores,
    score_of,
    set_scores,
)

CsvRow = tuple[str | int | float | None, ...]

QUERY = ("method", "clip", "expression", "target", "video", "concept", "groups", "annotator")
METRICS = tuple(metric.key for metric in Metric)
COUNTS = ("intersection", "union", "predicted", "target_pixels", "void")
BOUNDARIES = (
    *("predicted_boundary", "target_boundary"),
    *("matched_predicted_boundary", "matched_target_boundary"),
)

SCOPES = {"set": set_scores, "group": group_scores, "concept": concept_scores}


def expressions_csv(measured: Sequence[Measured]) -> str:
    """Return one row a method, clip and expression; J, F and J&F as fractions.

    F and J&F are left empty where they were not computed; the target that a rule matched the
    prediction with, and whether its category is annotated exhaustively, where that is not said.
    """
    head = (*QUERY, "frames", *METRICS, "matched", "exhaustive", "text")
    return _csv(
        head,
        (
            (
                *(*_query(item.label, row), len(row.frames.ids), *_row_scores(row), row.matched),
                *(None if row.exhaustive is None else int(row.exhaustive), row.text),
            )
            for item in measured
            for row in item.record.rows
        ),
    )


def frames_csv(measured: Sequence[Measured]) -> str:
    """Return one row an annotated frame, with its counts of pixels; void is in none of the others.

    F, J&F and the pixels of boundaries are left empty where they were not computed.
    """
    return _csv((*QUERY, "frame", *METRICS, *COUNTS, *BOUNDARIES), _frame_rows(measured))


def summary_csv(measured: Sequence[Measured], quoted: Sequence[PaperTable]) -> str:
    """Return one row a method, scope and metric: all clips, each set, group and concept.

    What a rule has beside its score is a scope of its own. Intervals are given however few videos
    there are; their number stands beside them. Figures of the paper that are about the same data
    set follow, and say so.
    """
    head = ("method", "scope", "name", "metric", "clips", "videos", "expressions")
    return _csv((*head, "mean", "low", "high", "source"), _summary_rows(measured, quoted))


def differences_csv(comparisons: Sequence[Comparison]) -> str:
    """Return one row a metric and pair of methods; differences as fractions."""
    head = ("metric", "higher", "lower", "difference", "low", "high", "p", "p_holm")
    return _csv(
        (*head, "patterns", "exact", "videos"),
        (
            (
                comparison.metric,
                *(item.first, item.second, item.mean, *(item.interval or (None, None))),
                *(item.test.p, item.adjusted_p, item.test.patterns, int(item.test.exact)),
                item.videos,
            )
            for comparison in comparisons
            for item in comparison.differences
        ),
    )


def paper_csv(tables: Sequence[PaperTable]) -> str:
    """Return one row a figure of the paper, as printed."""
    head = ("table", "row", "dataset", "measure", "unit", "value", "source")
    return _csv(
        head,
        (
            (
                table.number,
                row.name,
                column.dataset,
                column.measure,
                column.unit,
                value,
                table.source,
            )
            for table in tables
            for row in table.rows
            for column, value in zip(table.columns, row.values, strict=True)
        ),
    )


def _query(label: str, row: Row) -> CsvRow:
    groups = "; ".join(row.groups)
    return (
        *(label, row.clip, row.expression, row.target, row.video, row.concept, groups),
        row.annotator,
    )


def _row_scores(row: Row) -> tuple[float | None, ...]:
    known = Metric if row.f is not None else (Metric.J,)
    return tuple(ROW_VALUES[metric](row) if metric in known else None for metric in Metric)


def _frame_rows(measured: Sequence[Measured]) -> Iterator[CsvRow]:
    for item in measured:
        for row in item.record.rows:
            query, frames = _query(item.label, row), row.frames
            known = Metric if row.contours is not None else (Metric.J,)
            nothing: list[None] = [None] * len(frames.ids)
            columns = (
                *(frame_scores(row, m) if m in known else nothing for m in Metric),
                *(frames.intersection, frames.union, frames.predicted, frames.target, frames.void),
                *(_boundaries(row.contours) if row.contours else [nothing] * len(BOUNDARIES)),
            )
            for frame_id, *numbers in zip(frames.ids, *columns, strict=True):
                yield (*query, frame_id, *numbers)


def _boundaries(contours: ContourColumns) -> tuple[tuple[int, ...], ...]:
    return contours.n_pred, contours.n_truth, contours.matched_pred, contours.matched_truth


def _summary_rows(measured: Sequence[Measured], quoted: Sequence[PaperTable]) -> Iterator[CsvRow]:
    for item in measured:
        for metric in held_by(item.record):
            yield from _metric_rows(item, metric)
        yield from _beside_rows(item)
    for table in quoted:
        for found in table.scores_beside(measured[0].record):
            for metric, value in found.values.items():
                share = round(float(value) / 100, 6)
                counts = (None, None, None)
                yield (found.name, "all", "", metric, *counts, share, None, None, table.source)


def _metric_rows(item: Measured, metric: Metric) -> Iterator[CsvRow]:
    yield _score((item.label, "all", "", metric), score_of(item.record, metric))
    for scope, scores_of in SCOPES.items():
        for name, score in scores_of(item.record, metric):
            yield _score((item.label, scope, name, metric), score)


def _beside_rows(item: Measured) -> Iterator[CsvRow]:
    for found in beside_scores(item.record):
        for metric in held_by(item.record):
            score = found.part.score(metric)
            if score is not None:
                yield _score((item.label, found.name, "", metric), score)
        j = found.part.j
        for each in found.counts:
            counts = (j.clips, j.videos, each.of)
            key = (item.label, found.name, "", each.term)
            yield (*key, *counts, each.share, None, None, "measured")


def _score(key: CsvRow, score: Score) -> CsvRow:
    ends = (score.interval.low, score.interval.high) if score.interval else (None, None)
    return (*key, score.clips, score.videos, score.expressions, score.mean, *ends, "measured")


def _csv(head: Sequence[str], rows: Iterable[CsvRow]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return buffer.getvalue()
