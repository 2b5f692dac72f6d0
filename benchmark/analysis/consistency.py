"""Temporal consistency of methods, beside their J: the paper's Table H."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

from benchmark.analysis.analysis import Analysis, csv_text
from benchmark.analysis.averages import Average, average, order_of
from benchmark.metrics.temporal_consistency import Divisor, frame_spacing, temporal_consistency
from benchmark.report.document import (
    FEW_VIDEOS,
    Cell,
    Column,
    Document,
    Table,
    TableRow,
    count,
    percent,
    span,
    words,
)
from benchmark.report.facts import data_facts, data_name
from benchmark.report.measured import Measured
from benchmark.report.record import Row

COLUMNS = (
    Column("method"),
    Column("J", number=True),
    Column("temporal consistency", number=True),
    Column("95 % interval", number=True),
    Column("empty predictions", number=True),
)


@dataclass(frozen=True, slots=True)
class Steps:
    """How steps of J are counted.

    Attributes:
        signed: with their sign, as the paper's equation B is printed.
        divisor: by pairs of frames, or by frames.
    """

    signed: bool = False
    divisor: Divisor = "pairs"

    @property
    def formula(self) -> str:
        """The mean as a formula."""
        step = "J(t+1) - J(t)" if self.signed else "|J(t+1) - J(t)|"
        return f"100 * sum of {step} / {self.divisor}"


def consistency_analysis(measured: Sequence[Measured], steps: Steps) -> Analysis:
    """Return the temporal consistency of every method, with its J."""
    found = [average(item.record, lambda row: _of(row, steps)) for item in measured]
    record = measured[0].record
    spacing = spacing_text(record.rows, record.dataset.fps)
    table = Table(
        title="Temporal consistency: mean step of J between annotated frames, in points",
        columns=COLUMNS,
        rows=tuple(_row(item, each) for item, each in zip(measured, found, strict=True)),
        notes=_notes(found, steps, order_of(record), spacing),
    )
    document = Document(
        f"Temporal consistency on {data_name(record)}", (), (table,), data_facts(record)
    )
    return Analysis(document, _values(measured, found, steps, spacing), _csv(measured, found))


def spacing_text(rows: Sequence[Row], fps: str) -> str:
    """Return how far annotated frames lie apart, in words; steps at other rates differ.

    Where a name is more than a number, it need not count frames, so no rate is made of it.

    Args:
        rows: of a record.
        fps: frames a second of the clips, as a fraction.
    """
    gaps: set[int] = set()
    for row in rows:
        found = frame_spacing(row.frames.ids)
        if found is None:
            return "not known: frame ids do not end in ascending numbers"
        gaps.update(found)
    if not gaps:
        return "no clip has two annotated frames"
    if not all(frame_id.isdecimal() for row in rows for frame_id in row.frames.ids):
        steps = str(min(gaps)) if len(gaps) == 1 else f"{min(gaps)} to {max(gaps)}"
        return f"{steps} by the numbers that end the frames' names, which need not count frames"
    if len(gaps) > 1:
        return f"uneven, {min(gaps)} to {max(gaps)} frames at {fps} fps"
    gap = gaps.pop()
    return f"{count(gap, 'frame')} at {fps} fps, so {float(Fraction(fps) / gap):g} fps"


def _of(row: Row, steps: Steps) -> float | None:
    return temporal_consistency(row.frames.j(), signed=steps.signed, divisor=steps.divisor)


def _row(item: Measured, found: Average) -> TableRow:
    summary = item.record.summary
    shown, drawn = "-", "-"
    if found.mean is not None:
        shown = f"{found.mean:.1f}"
    if found.interval is not None and found.videos >= FEW_VIDEOS:
        drawn = span(found.interval[0] / 100, found.interval[1] / 100)
    return TableRow(
        (
            words(item.label),
            Cell(percent(summary.j.mean), summary.j.mean),
            Cell(shown, found.mean),
            Cell(drawn),
            Cell(f"{percent(summary.empty_predictions)} %", summary.empty_predictions),
        )
    )


def _notes(found: Sequence[Average], steps: Steps, order: str, spacing: str) -> tuple[str, ...]:
    notes = [
        f"{steps.formula}, {order}; lower is steadier",
        f"spacing of annotated frames: {spacing}; values at another spacing are not comparable",
        "a method that predicts nothing is perfectly steady: read it with J",
    ]
    if found[0].left_out:
        left_out = count(found[0].left_out, "expression")
        notes.append(f"{left_out} with a single annotated frame left out")
    if found[0].videos < FEW_VIDEOS:
        notes.append(f"no intervals: fewer than {FEW_VIDEOS} videos")
    return tuple(notes)


def _values(
    measured: Sequence[Measured], found: Sequence[Average], steps: Steps, spacing: str
) -> dict[str, object]:
    return {
        "dataset": measured[0].record.dataset.model_dump(),
        "steps": {**asdict(steps), "unit": "points of J", "spacing": spacing},
        "methods": [
            {
                "method": item.label,
                "j": item.record.summary.j.mean,
                "temporal_consistency_points": asdict(each),
                "empty_predictions": item.record.summary.empty_predictions,
            }
            for item, each in zip(measured, found, strict=True)
        ],
    }


def _csv(measured: Sequence[Measured], found: Sequence[Average]) -> str:
    head = ("method", "j", "temporal_consistency_points", "low", "high", "clips", "videos")
    return csv_text(
        head,
        (
            (
                *(item.label, item.record.summary.j.mean, each.mean),
                *(each.interval or (None, None)),
                *(each.clips, each.videos),
            )
            for item, each in zip(measured, found, strict=True)
        ),
    )
