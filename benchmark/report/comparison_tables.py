"""The tables of a comparison: the methods in order, and their paired differences."""

from collections.abc import Sequence

from benchmark.report.comparison import Comparison
from benchmark.report.document import (
    CAUTION,
    CAUTION_NOTE,
    FEW_VIDEOS,
    Cell,
    Column,
    Table,
    TableRow,
    percent,
    span,
    strongest,
    words,
)
from benchmark.report.score_cells import caution_notes, interval_cell, mean_cell


def places_table(comparison: Comparison, notes: Sequence[str]) -> Table:
    """Return one row a compared method, with its rank, and notes on the metric."""
    columns = (
        Column("method"),
        Column(comparison.metric, number=True),
        Column("95 % interval", number=True),
        Column("rank", number=True),
        Column("rank interval", number=True),
    )
    places = comparison.places
    best = strongest([mean_cell(place.score, series) for series, place in enumerate(places)])
    rows = []
    for place, mean in zip(places, best, strict=True):
        few = place.rank_interval is None or place.score.videos < FEW_VIDEOS
        low, high = place.rank_interval or (0, 0)
        shown = Cell(CAUTION if few else f"{low} to {high}", float(low))
        rank = Cell(str(place.rank), float(place.rank))
        cells = (words(place.label), mean, interval_cell(place.score), rank, shown)
        rows.append(TableRow(cells))
    ranked = "In 95 % of the resamples the rank is in its interval."
    cautions = caution_notes([place.score for place in places])
    title = f"All clips, {comparison.metric}"
    return Table(title, columns, tuple(rows), (ranked, *notes, *cautions))


def differences_table(comparison: Comparison) -> Table:
    """Return one row a pair of methods, the higher one first."""
    differences = comparison.differences
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
    notes.append(f"interval and ranks: {comparison.resampled}")
    if differences[0].videos < FEW_VIDEOS:
        notes.append(CAUTION_NOTE)
    shown = columns if several else columns[:-1]
    title = f"Paired differences in {comparison.metric}"
    return Table(title, tuple(shown), tuple(rows), tuple(notes))


def p_text(p: float) -> str:
    """Return a p-value as papers print it.

    >>> p_text(0.25), p_text(0.0312), p_text(0.0001)
    ('0.25', '0.031', '< 0.001')
    """
    if p < 0.001:
        return "< 0.001"
    return f"{p:.2f}" if p >= 0.1 else f"{p:.3f}"
