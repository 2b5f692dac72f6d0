"""The tables of a report or a comparison, made from records."""

from collections.abc import Sequence

from benchmark.report.comparison import Comparison, Difference, Place, SideBySide
from benchmark.report.document import (
    CAUTION,
    CAUTION_NOTE,
    FEW_VIDEOS,
    Bar,
    Cell,
    Column,
    Table,
    TableRow,
    percent,
    span,
    strongest,
    words,
)
from benchmark.report.measured import Measured
from benchmark.report.paper import PaperTable
from benchmark.report.record import Score

MEASURED = "measured"


def methods_table(measured: Sequence[Measured]) -> Table:
    """Return one row a method, with the other orders of averaging."""
    columns = (
        Column("method"),
        Column("J", number=True),
        Column("95 % interval", number=True),
        Column("flat mean over expressions", number=True),
        Column("flat mean over frames", number=True),
        Column("empty predictions", number=True),
    )
    scores = [item.record.summary.j for item in measured]
    best = strongest([_mean_cell(score) for score in scores])
    rows = []
    for item, mean_cell in zip(measured, best, strict=True):
        summary = item.record.summary
        others = (summary.j_flat_expressions, summary.j_flat_frames, summary.empty_predictions)
        cells = (words(item.label), mean_cell, _interval_cell(summary.j), *map(_share, others))
        rows.append(TableRow(cells))
    return Table("All clips", columns, tuple(rows), _notes(scores))


def beside_paper_table(measured: Sequence[Measured], quoted: Sequence[PaperTable]) -> Table:
    """Return the methods measured here, and below them the paper's on the data set of that name.

    The paper gives no intervals and no scores of clips, so nothing here is tested.
    """
    columns = (
        Column("method"),
        Column("J", number=True),
        Column("95 % interval", number=True),
        Column("source"),
    )
    scores = [item.record.summary.j for item in measured]
    rows = [
        TableRow((words(item.label), _mean_cell(score), _interval_cell(score), words(MEASURED)))
        for item, score in zip(measured, scores, strict=True)
    ]
    for table in quoted:
        for name, value in table.scores_on(measured[0].record.dataset.name):
            score = Cell(value, float(value) / 100, bar=Bar(float(value) / 100))
            rows.append(TableRow((words(name), score, Cell(""), words(table.source)), quoted=True))
    return Table("Beside figures quoted from the paper", columns, tuple(rows), _notes(scores))


def places_table(places: Sequence[Place]) -> Table:
    """Return one row a compared method, with its rank."""
    columns = (
        Column("method"),
        Column("J", number=True),
        Column("95 % interval", number=True),
        Column("rank", number=True),
        Column("rank interval", number=True),
    )
    best = strongest([_mean_cell(place.j) for place in places])
    rows = []
    for place, mean_cell in zip(places, best, strict=True):
        few = place.rank_interval is None or place.j.videos < FEW_VIDEOS
        low, high = place.rank_interval or (0, 0)
        shown = Cell(CAUTION if few else f"{low} to {high}", float(low))
        rank = Cell(str(place.rank), float(place.rank))
        cells = (words(place.label), mean_cell, _interval_cell(place.j), rank, shown)
        rows.append(TableRow(cells))
    notes = ("In 95 % of the resamples the rank is in its interval.",)
    cautions = _notes([place.j for place in places])
    return Table("All clips", columns, tuple(rows), (*notes, *cautions))


def differences_table(differences: Sequence[Difference]) -> Table:
    """Return one row a pair of methods, the higher one first."""
    several = len(differences) > 1
    columns = [
        Column("higher"),
        Column("lower"),
        Column("difference in points", number=True),
        Column("95 % interval", number=True),
        Column("p", number=True),
        Column("p after Holm", number=True),
    ]
    rows = []
    for item in differences:
        drawn = item.interval is not None and item.videos >= FEW_VIDEOS
        low, high = item.interval or (0.0, 0.0)
        cells = [
            words(item.first),
            words(item.second),
            Cell(percent(item.mean), item.mean),
            Cell(span(low, high) if drawn else CAUTION, low),
            Cell(p_text(item.test.p), item.test.p),
            Cell(p_text(item.adjusted_p), item.adjusted_p),
        ]
        rows.append(TableRow(tuple(cells if several else cells[:-1])))
    test = differences[0].test
    tried = f"all {test.patterns:,} patterns" if test.exact else f"{test.patterns:,} drawn patterns"
    notes = [f"p: two-sided sign-flip test over {differences[0].videos} videos, {tried} of signs"]
    if differences[0].videos < FEW_VIDEOS:
        notes.append(CAUTION_NOTE)
    shown = columns if several else columns[:-1]
    return Table("Paired differences", tuple(shown), tuple(rows), tuple(notes))


def named_tables(labels: Sequence[str], comparison: Comparison) -> tuple[Table, ...]:
    """Return the tables by group and by concept, those that there are; one column a method."""
    listed = (
        ("By group", "group", comparison.groups),
        ("By concept", "concept", comparison.concepts),
    )
    return tuple(_named_table(title, kind, labels, rows) for title, kind, rows in listed if rows)


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
    notes = (f"{table.source} (ReferEverything, ICCV 2025)", *((table.note,) if table.note else ()))
    title = f"Table {table.number} of the paper: {table.title}"
    return Table(title, tuple(columns), rows, notes)


def p_text(p: float) -> str:
    """Return a p-value as papers print it.

    >>> p_text(0.25), p_text(0.0312), p_text(0.0001)
    ('0.25', '0.031', '< 0.001')
    """
    if p < 0.001:
        return "< 0.001"
    return f"{p:.2f}" if p >= 0.1 else f"{p:.3f}"


def _named_table(
    title: str, kind: str, labels: Sequence[str], named: Sequence[SideBySide]
) -> Table:
    columns = (
        Column(kind),
        *(Column(f"J of {label}" if len(labels) > 1 else "J", number=True) for label in labels),
        Column("clips", number=True),
        Column("videos", number=True),
    )
    rows = []
    for item in named:
        first = item.scores[0]
        counts = (Cell(str(n), float(n)) for n in (first.clips, first.videos))
        cells = strongest([_score_cell(score) for score in item.scores])
        rows.append(TableRow((words(item.name), *cells, *counts)))
    notes = _notes([item.scores[0] for item in named])
    overlap = ("A clip may be in several groups.",) if kind == "group" else ()
    return Table(title, columns, tuple(rows), (*overlap, *notes))


def _notes(scores: Sequence[Score]) -> tuple[str, ...]:
    return (CAUTION_NOTE,) if any(score.videos < FEW_VIDEOS for score in scores) else ()


def _mean_cell(score: Score) -> Cell:
    return Cell(percent(score.mean), score.mean, bar=_bar(score))


def _interval_cell(score: Score) -> Cell:
    if score.interval is None or score.videos < FEW_VIDEOS:
        return Cell(CAUTION)
    return Cell(span(score.interval.low, score.interval.high), score.interval.low)


def _score_cell(score: Score) -> Cell:
    text = f"{percent(score.mean)} {_interval_cell(score).text}"
    return Cell(text, score.mean, bar=_bar(score))


def _bar(score: Score) -> Bar:
    if score.interval is None or score.videos < FEW_VIDEOS:
        return Bar(score.mean)
    return Bar(score.mean, score.interval.low, score.interval.high)


def _share(fraction: float) -> Cell:
    return Cell(percent(fraction), fraction)
