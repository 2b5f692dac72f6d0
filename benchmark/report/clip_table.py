"""Every clip with the scores of every method, for a page where rows can be sorted."""

from collections.abc import Sequence

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
from benchmark.report.record import Row
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
    first = metrics[0]
    labels = [item.label for item in measured]
    columns = [
        Column("clip"),
        *(
            Column(head, number=True)
            for metric in metrics
            for head in _heads(metric, labels, first)
        ),
        *(Column(class_noun(measured[0].record)), Column("video"), Column("frames", number=True)),
    ]
    by_method = [_by_clip(item.record.rows) for item in measured]
    rows = []
    for clip, asked in sorted(by_method[0].items()):
        found = [rows_of[clip] for rows_of in by_method]
        cells = [cell for metric in metrics for cell in _cells(found, metric, first)]
        concepts = sorted({row.concept for row in asked if row.concept})
        frames = len(asked[0].frames.ids)
        facts = (
            words(", ".join(concepts)),
            words(asked[0].video),
            Cell(str(frames), float(frames)),
        )
        rows.append(TableRow((words(clip), *cells, *facts)))
    notes = () if len(measured) == 1 else ("In every row the best is bold.",)
    title = f"{count(len(rows), 'clip')}; click a heading to sort"
    return Table(title, tuple(columns), tuple(rows), notes)


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
