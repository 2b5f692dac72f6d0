"""Records as tidy CSV: one observation a row, fractions with every digit, no formatting."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from benchmark.report.comparison import Comparison
from benchmark.report.measured import Measured
from benchmark.report.paper import PaperTable
from benchmark.report.record import Row, Score

CsvRow = tuple[str | int | float | None, ...]

QUERY = ("method", "clip", "expression", "target", "video", "concept", "groups", "annotator")
COUNTS = ("intersection", "union", "predicted", "target_pixels", "void")


def expressions_csv(measured: Sequence[Measured]) -> str:
    """Return one row a method, clip and expression; J as a fraction."""
    head = (*QUERY, "frames", "j", "text")
    return _csv(
        head,
        (
            (*_query(item.label, row), len(row.frames.ids), row.j, row.text)
            for item in measured
            for row in item.record.rows
        ),
    )


def frames_csv(measured: Sequence[Measured]) -> str:
    """Return one row an annotated frame, with its pixel counts; void is in none of the others."""
    return _csv((*QUERY, "frame", "j", *COUNTS), _frame_rows(measured))


def summary_csv(measured: Sequence[Measured], quoted: Sequence[PaperTable]) -> str:
    """Return one row a method and scope: all clips, each group, each concept.

    Intervals are given however few videos there are; their number stands beside them. Figures of
    the paper that are about the same data set follow, and say so.
    """
    head = ("method", "scope", "name", "clips", "videos", "expressions", "j", "low", "high")
    return _csv((*head, "source"), _summary_rows(measured, quoted))


def differences_csv(comparison: Comparison) -> str:
    """Return one row a pair of methods; differences as fractions."""
    head = ("higher", "lower", "difference", "low", "high", "p", "p_holm", "patterns", "exact")
    return _csv(
        (*head, "videos"),
        (
            (
                *(item.first, item.second, item.mean, *(item.interval or (None, None))),
                *(item.test.p, item.adjusted_p, item.test.patterns, int(item.test.exact)),
                item.videos,
            )
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


def _frame_rows(measured: Sequence[Measured]) -> Iterator[CsvRow]:
    for item in measured:
        for row in item.record.rows:
            query, frames = _query(item.label, row), row.frames
            counts = zip(
                *(frames.intersection, frames.union, frames.predicted, frames.target, frames.void),
                strict=True,
            )
            for frame_id, j, numbers in zip(frames.ids, frames.j(), counts, strict=True):
                yield (*query, frame_id, j, *numbers)


def _summary_rows(measured: Sequence[Measured], quoted: Sequence[PaperTable]) -> Iterator[CsvRow]:
    for item in measured:
        summary = item.record.summary
        scopes = (("group", summary.groups), ("concept", summary.concepts))
        yield _score(item.label, "all", "", summary.j)
        for scope, named in scopes:
            for score in named:
                yield _score(item.label, scope, score.name, score.j)
    dataset = measured[0].record.dataset.name
    for table in quoted:
        for name, value in table.scores_on(dataset):
            share = round(float(value) / 100, 6)
            yield (name, "all", "", None, None, None, share, None, None, table.source)


def _score(label: str, scope: str, name: str, score: Score) -> CsvRow:
    ends = (score.interval.low, score.interval.high) if score.interval else (None, None)
    counts = (score.clips, score.videos, score.expressions)
    return (label, scope, name, *counts, score.mean, *ends, "measured")


def _csv(head: Sequence[str], rows: Iterable[CsvRow]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return buffer.getvalue()
