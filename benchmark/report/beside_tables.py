"""What some rules have beside the main score, as tables with one row a method."""

from collections.abc import Mapping, Sequence

from benchmark.report.beside import Beside, beside_scores
from benchmark.report.document import Cell, Column, Table, TableRow, words
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric
from benchmark.report.score_cells import NOT_COMPUTED, caution_notes, score_columns, score_rows


def beside_tables(measured: Sequence[Measured], shown: Sequence[Metric]) -> tuple[Table, ...]:
    """Return one table for every score beside the main one; mostly none.

    Args:
        measured: the methods; what a record does not hold is a stroke.
        shown: metrics.
    """
    found: dict[str, dict[str, Beside]] = {}
    for item in measured:
        for each in beside_scores(item.record):
            found.setdefault(each.name, {})[item.label] = each
    labels = [item.label for item in measured]
    return tuple(_table(labels, by_method, shown) for by_method in found.values())


def _table(
    labels: Sequence[str], by_method: Mapping[str, Beside], shown: Sequence[Metric]
) -> Table:
    first, *_ = by_method.values()
    scores = [
        {metric: by_method[label].part.score(metric) for metric in shown}
        if label in by_method
        else {}
        for label in labels
    ]
    terms = [each.term for each in first.counts]
    columns = (
        Column("method"),
        *score_columns(shown),
        *(Column(term, number=True) for term in terms),
    )
    rows = tuple(
        TableRow((words(label), *cells, *_counts(by_method.get(label), terms)))
        for label, cells in zip(labels, score_rows(scores, shown), strict=True)
    )
    title = first.meaning[0].upper() + first.meaning[1:]
    extent = (first.extent,) if first.extent else ()
    return Table(title, columns, rows, (*extent, *caution_notes([first.part.j])))


def _counts(found: Beside | None, terms: Sequence[str]) -> tuple[Cell, ...]:
    if found is None:
        return (Cell(NOT_COMPUTED),) * len(terms)
    return tuple(Cell(f"{each.number} of {each.of}", each.share) for each in found.counts)
