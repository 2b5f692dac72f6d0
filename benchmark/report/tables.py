"""The tables of a report, made from records, and those of the paper."""

from collections.abc import Mapping, Sequence

from benchmark.report.choice import held_by_any, metrics_note, void_notes
from benchmark.report.comparison import SideBySide
from benchmark.report.document import Bar, Cell, Column, Table, TableRow, strongest, words
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric, held_by
from benchmark.report.paper import PaperTable
from benchmark.report.score_cells import (
    caution_notes,
    score_cell,
    score_columns,
    score_rows,
    share_cell,
)
from benchmark.report.scores import score_of

MEASURED = "measured"

OTHER_ORDERS = (
    Column("flat mean over expressions", number=True),
    Column("flat mean over frames", number=True),
    Column("empty predictions", number=True),
)


def methods_tables(measured: Sequence[Measured], shown: Sequence[Metric]) -> tuple[Table, ...]:
    """Return one row a method, with the other orders of averaging J.

    Those stand in a table of their own where several metrics need the room.

    Args:
        measured: the methods.
        shown: metrics; what a record does not hold is a stroke.
    """
    scores = list(zip(measured, _score_cells(measured, shown), strict=True))
    others = [_other_orders(item) for item in measured]
    columns = (Column("method"), *score_columns(shown))
    notes = _notes(measured, shown)
    if tuple(shown) == (Metric.J,):
        rows = [
            TableRow((words(item.label), *cells, *more))
            for (item, cells), more in zip(scores, others, strict=True)
        ]
        return (Table("All clips", (*columns, *OTHER_ORDERS), tuple(rows), notes),)
    rows = [TableRow((words(item.label), *cells)) for item, cells in scores]
    more_rows = [
        TableRow((words(item.label), *more)) for item, more in zip(measured, others, strict=True)
    ]
    more_columns = (Column("method"), *OTHER_ORDERS)
    return (
        Table("All clips", columns, tuple(rows), notes),
        Table("J in other orders, and empty predictions", more_columns, tuple(more_rows)),
    )


def beside_paper_table(measured: Sequence[Measured], quoted: Sequence[PaperTable]) -> Table:
    """Return the methods measured here, and below them the paper's on the data set of that name.

    The paper gives no intervals and no scores of clips, so nothing here is tested.
    """
    record = measured[0].record
    found = [(table.source, score) for table in quoted for score in table.scores_beside(record)]
    printed = {metric for _, score in found for metric in score.values}
    shown = tuple(m for m in Metric if m in printed or m in held_by_any(measured))
    columns = (Column("method"), *score_columns(shown), Column("source"))
    rows = [
        TableRow((words(item.label), *cells, words(MEASURED)))
        for item, cells in zip(measured, _score_cells(measured, shown), strict=True)
    ]
    for source, score in found:
        cells = [cell for metric in shown for cell in _quoted_cells(score.values.get(metric))]
        rows.append(TableRow((words(score.name), *cells, words(source)), quoted=True))
    title = "Beside figures quoted from the paper"
    return Table(title, columns, tuple(rows), _notes(measured, shown))


Named = Sequence[SideBySide]
"""Sets, groups, or concepts, with the scores of every method."""


def named_tables(
    labels: Sequence[str], found: Mapping[Metric, Sequence[Named]], class_noun: str
) -> tuple[Table, ...]:
    """Return the tables by set of expressions, group, and concept or category: those there are.

    One method has a column a metric; several have a table a metric, with a column a method.

    Args:
        labels: the methods.
        found: by metric, sets, groups and concepts.
        class_noun: "concept" or "category".
    """
    tables = []
    for place, kind in enumerate(("set of expressions", "group", class_noun)):
        by_metric = {metric: kinds[place] for metric, kinds in found.items() if kinds[place]}
        if len(labels) == 1 and by_metric:
            rows = [
                SideBySide(items[0].name, tuple(item.scores[0] for item in items))
                for items in zip(*by_metric.values(), strict=True)
            ]
            tables.append(_named_table(f"By {kind}", list(by_metric), rows, [0] * len(by_metric)))
        elif len(labels) > 1:
            for metric, named in by_metric.items():
                title = f"By {kind}" if len(by_metric) == 1 else f"By {kind}, {metric}"
                heads = [f"{metric} of {label}" for label in labels]
                tables.append(_named_table(title, heads, named, range(len(labels))))
    return tuple(tables)


def paper_block(table: PaperTable) -> Table:
    """Return a table of the paper as it stands there, apart from anything measured."""
    units = {"percent": "%"}
    columns = [Column(table.row)]
    for column in table.columns:
        name = f"{column.dataset} {column.measure}".strip()
        columns.append(Column(f"{name} ({units.get(column.unit, column.unit)})", number=True))
    rows = tuple(
        TableRow((words(row.name), *(Cell(text, float(text)) for text in row.values)), quoted=True)
        for row in table.rows
    )
    said = (*((table.note,) if table.note else ()), *table.rule_notes())
    notes = (f"{table.source} (ReferEverything, ICCV 2025)", *said)
    title = f"Table {table.number} of the paper: {table.title}"
    return Table(title, tuple(columns), rows, notes)


def _other_orders(item: Measured) -> tuple[Cell, ...]:
    summary = item.record.summary
    shares = (summary.j_flat_expressions, summary.j_flat_frames, summary.empty_predictions)
    return tuple(map(share_cell, shares))


def _notes(measured: Sequence[Measured], shown: Sequence[Metric]) -> tuple[str, ...]:
    alone = metrics_note(measured)
    return (
        *((alone,) if alone else ()),
        *void_notes(measured, shown),
        *caution_notes([item.record.summary.j for item in measured]),
    )


def _score_cells(measured: Sequence[Measured], shown: Sequence[Metric]) -> list[list[Cell]]:
    return score_rows(
        [
            {m: score_of(item.record, m) for m in shown if m in held_by(item.record)}
            for item in measured
        ],
        shown,
    )


def _quoted_cells(printed: str | None) -> tuple[Cell, Cell]:
    if printed is None:
        return Cell(""), Cell("")
    fraction = float(printed) / 100
    return Cell(printed, fraction, bar=Bar(fraction)), Cell("")


def _named_table(title: str, heads: Sequence[str], named: Named, series: Sequence[int]) -> Table:
    """Return one table; the scores of every row are its columns, drawn in the series' colors."""
    kind = title.removeprefix("By ").partition(",")[0]
    columns = (
        Column(kind),
        *(Column(head, number=True) for head in heads),
        Column("clips", number=True),
        Column("videos", number=True),
    )
    rows = []
    for item in named:
        first = item.scores[0]
        counts = (Cell(str(n), float(n)) for n in (first.clips, first.videos))
        cells = tuple(map(score_cell, item.scores, series))
        best = strongest(cells) if len(set(series)) > 1 else cells
        rows.append(TableRow((words(item.name), *best, *counts)))
    notes = caution_notes([item.scores[0] for item in named])
    overlap = ("A clip may be in several groups.",) if kind == "group" else ()
    return Table(title, columns, tuple(rows), (*overlap, *notes))
