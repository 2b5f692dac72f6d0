"""Every clip with the scores of every method, for a page where rows can be sorted."""

from collections.abc import Callable, Sequence

from benchmark.report.beside import clip_notes
from benchmark.report.document import (
    Bar,
    Cell,
    Column,
    Table,
    TableRow,
    count,
    percent,
    strongest,
    words,
)
from benchmark.report.facts import class_noun
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric
from benchmark.report.record import EvalRecord, Row
from benchmark.report.score_cells import share_cell
from benchmark.report.scores import ROW_VALUES
from benchmark.rules.per_expression import mean


def clip_table(measured: Sequence[Measured], metrics: Sequence[Metric]) -> Table:
    """Return one row a clip.

    One method: its lowest and highest expression stand beside the first metric. Two: the
    difference.

    Args:
        measured: the methods.
        metrics: what is shown, held by every record.
    """
    first, known = metrics[0], _known(measured[0].record)
    labels = [item.label for item in measured]
    columns = [
        Column("clip"),
        *(
            Column(head, number=True)
            for metric in metrics
            for head in _heads(metric, labels, first)
        ),
        *(column for column, _ in known),
    ]
    by_method = [_by_clip(item.record.rows) for item in measured]
    rows = []
    for clip, asked in sorted(by_method[0].items()):
        found = [rows_of[clip] for rows_of in by_method]
        cells = [cell for metric in metrics for cell in _cells(found, metric, first)]
        rows.append(TableRow((words(clip), *cells, *(cell_of(asked) for _, cell_of in known))))
    best = () if len(measured) == 1 else ("In every row the best is bold.",)
    notes = (*best, *clip_notes(measured[0].record))
    title = f"{count(len(rows), 'clip')}; click a heading to sort"
    return Table(title, tuple(columns), tuple(rows), notes)


def _known(record: EvalRecord) -> list[tuple[Column, Callable[[Sequence[Row]], Cell]]]:
    """Return what is known of clips beside scores; no column that would say nothing."""
    columns: list[tuple[Column, Callable[[Sequence[Row]], Cell]]] = []
    if any(row.concept for row in record.rows):
        columns.append((Column(class_noun(record)), _concepts))
    if any(row.video != row.clip for row in record.rows):
        columns.append((Column("video"), lambda asked: words(asked[0].video)))
    return [*columns, (Column("frames", number=True), _frames)]


def _concepts(asked: Sequence[Row]) -> Cell:
    return words(", ".join(sorted({row.concept for row in asked if row.concept})))


def _frames(asked: Sequence[Row]) -> Cell:
    frames = len(asked[0].frames.ids)
    return Cell(str(frames), float(frames))


def _heads(metric: Metric, labels: Sequence[str], first: Metric) -> list[str]:
    if len(labels) == 1:
        if metric is not first:
            return [metric]
        return [metric, f"lowest {metric} of an expression", f"highest {metric} of an expression"]
    heads = [f"{metric} of {label}" for label in labels]
    return [*heads, f"difference in {metric}"] if len(labels) == 2 else heads


def _cells(found: Sequence[Sequence[Row]], metric: Metric, first: Metric) -> list[Cell]:
    """Return the cells of one metric: the clip's mean of every method, and what goes with it."""
    scores = [[ROW_VALUES[metric](row) for row in rows] for rows in found]
    means = [mean(values) for values in scores]
    cells = list(
        strongest(
            [
                Cell(percent(value), value, bar=Bar(value, series=series))
                for series, value in enumerate(means)
            ]
        )
    )
    if len(found) == 1 and metric is first:
        cells += [share_cell(min(scores[0])), share_cell(max(scores[0]))]
    if len(found) == 2:
        cells.append(share_cell(means[0] - means[1]))
    return cells


def _by_clip(rows: Sequence[Row]) -> dict[str, list[Row]]:
    clips: dict[str, list[Row]] = {}
    for row in rows:
        clips.setdefault(row.clip, []).append(row)
    return clips
