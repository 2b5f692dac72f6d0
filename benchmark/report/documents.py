"""What a report and a comparison say: sentences, tables and facts, in the order to be read."""

from collections.abc import Sequence

from benchmark.report.beside_tables import beside_tables
from benchmark.report.choice import compared_notes, held_by_all, metrics_left, void_notes
from benchmark.report.comparison import Comparison, side_by_side
from benchmark.report.comparison_tables import differences_table, places_table
from benchmark.report.document import Document, Fact, Table
from benchmark.report.facts import all_facts, class_noun, data_facts, title
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric
from benchmark.report.paper import PaperTable
from benchmark.report.sentences import sentences
from benchmark.report.tables import beside_paper_table, methods_tables, named_tables, paper_block


def report_document(
    measured: Sequence[Measured], metrics: Sequence[Metric], quoted: Sequence[PaperTable]
) -> Document:
    """Return what a report of one record or several says.

    Args:
        measured: the records.
        metrics: what is shown; groups and concepts have those of them that every record holds.
        quoted: tables of the paper.
    """
    fitting = fitting_tables(measured, quoted)
    labels = [item.label for item in measured]
    named = {
        metric: side_by_side(measured, metric)
        for metric in held_by_all(measured)
        if metric in metrics
    }
    tables = (
        *methods_tables(measured, metrics),
        *beside_tables(measured, metrics),
        *((beside_paper_table(measured, fitting),) if fitting else ()),
        *named_tables(labels, named, class_noun(measured[0].record)),
        *(paper_block(table) for table in quoted if table not in fitting),
    )
    heading = title(measured[0].record, metrics)
    return Document(heading, (), tables, all_facts(measured))


def comparison_document(
    measured: Sequence[Measured],
    comparisons: Sequence[Comparison],
    quoted: Sequence[PaperTable],
) -> Document:
    """Return what comparisons say; without one, the paper's tables alone.

    Args:
        measured: the records compared.
        comparisons: one a metric.
        quoted: tables of the paper.
    """
    blocks = tuple(map(paper_block, quoted))
    if not comparisons:
        return Document("Quoted from the paper", (), blocks, ())
    labels = [item.label for item in measured]
    fitting = fitting_tables(measured, quoted)
    chosen = [comparison.metric for comparison in comparisons]
    compared = [_tables_of(measured, comparison) for comparison in comparisons]
    named = {found.metric: (found.sets, found.groups, found.concepts) for found in comparisons}
    tables = (
        *(table for tables in compared for table in tables),
        *beside_tables(measured, chosen),
        *((beside_paper_table(measured, fitting),) if fitting else ()),
        *named_tables(labels, named, class_noun(measured[0].record)),
        *(block for block, table in zip(blocks, quoted, strict=True) if table not in fitting),
    )
    said = tuple(text for found in comparisons for text in sentences(found))
    record = measured[0].record
    facts = (*_other_metrics(measured, chosen), *data_facts(record))
    return Document(title(record, chosen), said, tables, facts)


def fitting_tables(
    measured: Sequence[Measured], quoted: Sequence[PaperTable]
) -> tuple[PaperTable, ...]:
    """Return the paper's tables with figures on this data set by this rule; others stand apart."""
    return tuple(table for table in quoted if table.scores_beside(measured[0].record))


def _tables_of(measured: Sequence[Measured], comparison: Comparison) -> tuple[Table, ...]:
    metric = comparison.metric
    notes = (*compared_notes(measured, [metric]), *void_notes(measured, [metric]))
    differences = (differences_table(comparison),) if comparison.differences else ()
    return (places_table(comparison, notes), *differences)


def _other_metrics(measured: Sequence[Measured], chosen: Sequence[Metric]) -> tuple[Fact, ...]:
    left = metrics_left(measured, chosen)
    if not left:
        return ()
    named = ",".join(metric.replace("&", "") for metric in left)
    return (("metrics", f"the records also hold {' and '.join(left)}: --metrics {named}"),)
