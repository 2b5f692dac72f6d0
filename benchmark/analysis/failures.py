"""What goes with failure: J by motion, change of shape and expression length; Figure C.

The paper gives no formulas, so these definitions are this project's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from benchmark.analysis.analysis import Analysis, csv_text
from benchmark.analysis.consistency import spacing_text
from benchmark.analysis.factors import LENGTH, MOTION, SHAPE_CHANGE, UNITS, Bin, Factor, factors_of
from benchmark.analysis.failures_plot import draw_failures
from benchmark.analysis.truth import TrackKey
from benchmark.metrics.mask_change import TrackChange
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

DEFINITIONS = (
    "definitions are this project's own; the paper prints none",
    "motion: mean distance of the target's centroid per step, over the square root of its area",
    "shape change: mean 1 - J of the target's consecutive masks, laid onto one centroid",
    "expression length: words, as white space separates them",
)

DEFINED: dict[str, str] = {
    MOTION: "mean over steps of centroid displacement / sqrt(mean area of the two masks)",
    SHAPE_CHANGE: "mean over steps of 1 - J(mask(t) shifted onto the centroid of mask(t+1))",
    LENGTH: "words separated by white space",
}


@dataclass(frozen=True, slots=True)
class Failures:
    """What goes with failure, for one method."""

    label: str
    factors: tuple[Factor, ...]


def failures_analysis(
    measured: Sequence[Measured], changes: Mapping[TrackKey, TrackChange], bins: int
) -> Analysis:
    """Return what goes with failure, for every method.

    Args:
        measured: records on the same data.
        changes: how every target of that data changes.
        bins: how many bins each property is cut into.
    """
    record = measured[0].record
    found = [Failures(item.label, factors_of(item.record.rows, changes, bins)) for item in measured]
    spacing = spacing_text(record.rows, record.dataset.fps)
    notes = (*DEFINITIONS, *_step_notes(changes, found[0], spacing))
    document = Document(
        f"What goes with failure on {data_name(record)}",
        (),
        (*_bin_tables(found), _rho_table(found, notes)),
        data_facts(record),
    )
    values = {
        "dataset": record.dataset.model_dump(),
        "definitions": DEFINED,
        "spacing": spacing,
        "targets": _target_values(changes),
        "methods": [
            {
                "method": each.label,
                "factors": [
                    {**asdict(f), "unit": UNITS[f.name], "drop": f.drop} for f in each.factors
                ],
            }
            for each in found
        ],
    }
    return Analysis(document, values, _csv(found), partial(draw_failures, found, data_name(record)))


def _step_notes(
    changes: Mapping[TrackKey, TrackChange], first: Failures, spacing: str
) -> tuple[str, ...]:
    steps = sum(change.steps for change in changes.values())
    broken = sum(change.broken for change in changes.values())
    notes = [f"a step: from one annotated frame to the next; spacing: {spacing}"]
    if broken:
        notes.append(
            f"{broken} of {steps + broken} steps touch a frame annotated as empty: nothing is "
            "measured across those; such frames do count in J"
        )
    if first.factors[0].left_out:
        targets = count(first.factors[0].left_out, "target")
        notes.append(f"{targets} without a step left out of motion and shape change")
    notes.append(
        "intervals: bootstrap over videos; none below five. Properties go together, and a rank "
        "correlation does not tell causes"
    )
    return tuple(notes)


def _bin_tables(found: Sequence[Failures]) -> tuple[Table, ...]:
    """Return a table a factor, its bins as rows, methods as columns; all methods share bins."""
    return tuple(
        Table(
            title=f"J in percent by {factor.name}",
            columns=(
                Column(factor.name),
                Column(f"{UNITS[factor.name]}s", number=True),
                Column("videos", number=True),
                *(
                    column
                    for each in found
                    for column in (Column(each.label, number=True), Column("95 % interval"))
                ),
            ),
            rows=tuple(
                _bin_row(place, [each.factors[index] for each in found])
                for place in range(len(factor.bins))
            ),
        )
        for index, factor in enumerate(found[0].factors)
        if factor.bins
    )


def _bin_row(place: int, factors: Sequence[Factor]) -> TableRow:
    first = factors[0].bins[place]
    cells = [
        Cell(range_text(first), first.low),
        Cell(str(first.units), first.units),
        Cell(str(first.videos), first.videos),
    ]
    for factor in factors:
        own = factor.bins[place]
        drawn = span(*own.interval) if own.interval and own.videos >= FEW_VIDEOS else "-"
        cells += [Cell(percent(own.j), own.j), Cell(drawn)]
    return TableRow(tuple(cells))


def range_text(found: Bin) -> str:
    """Return the values of a bin, from least to greatest, with two or three digits."""
    low, high = f"{found.low:.3g}", f"{found.high:.3g}"
    return low if low == high else f"{low} to {high}"


def _rho_table(found: Sequence[Failures], notes: tuple[str, ...]) -> Table:
    heads = ("property", "method", "rho", "95 % interval", "drop in J")
    rows = []
    for factors in zip(*(each.factors for each in found), strict=True):
        for each, factor in zip(found, factors, strict=True):
            rows.append(
                TableRow(
                    (
                        words(factor.name),
                        words(each.label),
                        Cell("-" if factor.rho is None else f"{factor.rho:.2f}", factor.rho),
                        Cell(_rho_interval(factor)),
                        Cell("-" if factor.drop is None else percent(factor.drop), factor.drop),
                    )
                )
            )
    return Table(
        title="Spearman's rank correlation with J, and the drop from the lowest bin to the highest",
        columns=tuple(Column(head, number=head in ("rho", "drop in J")) for head in heads),
        rows=tuple(rows),
        notes=notes,
    )


def _rho_interval(factor: Factor) -> str:
    if factor.rho_interval is None or factor.videos < FEW_VIDEOS:
        return "-"
    return f"[{factor.rho_interval[0]:.2f}, {factor.rho_interval[1]:.2f}]"


def _target_values(changes: Mapping[TrackKey, TrackChange]) -> list[dict[str, object]]:
    return [
        {"clip": clip, "target": target, **asdict(changes[clip, target])}
        for clip, target in sorted(changes)
    ]


def _csv(found: Sequence[Failures]) -> str:
    head = (
        *("method", "factor", "bin", "value_low", "value_high", "unit", "units", "videos"),
        *("j", "low", "high", "rho"),
    )
    return csv_text(
        head,
        (
            (
                *(each.label, factor.name, place, own.low, own.high, UNITS[factor.name]),
                *(own.units, own.videos, own.j, *(own.interval or (None, None)), factor.rho),
            )
            for each in found
            for factor in each.factors
            for place, own in enumerate(factor.bins, start=1)
        ),
    )
