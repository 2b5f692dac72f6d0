"""Every clip with the J of every method, for a page where rows can be sorted."""

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
from benchmark.report.measured import Measured
from benchmark.report.record import Row
from benchmark.rules.per_expression import mean


def clip_table(measured: Sequence[Measured]) -> Table:
    """Return one row a clip.

    One method: its lowest and highest expression stand beside the mean. Two: the difference.
    """
    single, pair = len(measured) == 1, len(measured) == 2
    columns = [
        Column("clip"),
        *(Column("J" if single else f"J of {item.label}", number=True) for item in measured),
    ]
    if single:
        columns += [
            Column("lowest expression", number=True),
            Column("highest expression", number=True),
        ]
    if pair:
        columns.append(Column("difference", number=True))
    columns += [Column("concept"), Column("video"), Column("frames", number=True)]
    by_method = [_by_clip(item.record.rows) for item in measured]
    rows = []
    for clip, asked in sorted(by_method[0].items()):
        scores = [[row.j for row in found[clip]] for found in by_method]
        means = [mean(values) for values in scores]
        cells = [
            words(clip),
            *strongest([Cell(percent(value), value, bar=Bar(value)) for value in means]),
        ]
        if single:
            cells += [_share(min(scores[0])), _share(max(scores[0]))]
        if pair:
            cells.append(_share(means[0] - means[1]))
        frames = len(asked[0].frames.ids)
        cells += [words(asked[0].concept or ""), words(asked[0].video)]
        rows.append(TableRow((*cells, Cell(str(frames), float(frames)))))
    notes = () if single else ("In every row the best is bold.",)
    title = f"{count(len(rows), 'clip')}; click a heading to sort"
    return Table(title, tuple(columns), tuple(rows), notes)


def _by_clip(rows: Sequence[Row]) -> dict[str, list[Row]]:
    clips: dict[str, list[Row]] = {}
    for row in rows:
        clips.setdefault(row.clip, []).append(row)
    return clips


def _share(fraction: float) -> Cell:
    return Cell(percent(fraction), fraction)
