"""What lies behind a mean J: frames with and without the target, recall and decay."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from benchmark.analysis.analysis import Analysis, csv_text, facts_without_intervals
from benchmark.analysis.averages import Average, average
from benchmark.metrics.frame_scores import (
    Share,
    decay,
    empty_predictions,
    false_positives,
    mean_with_target,
    recall,
)
from benchmark.report.document import (
    Cell,
    Column,
    Document,
    Table,
    TableRow,
    count,
    percent,
    words,
)
from benchmark.report.facts import data_name
from benchmark.report.measured import Measured
from benchmark.report.record import EvalRecord

COLUMNS = tuple(
    Column(heading, number=heading != "method")
    for heading in ("method", "J", "J+", "false positives", "empty predictions", "recall", "decay")
)


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """Scores of a method that are made of single frames; fractions.

    Attributes:
        j: mean J.
        with_target: J over frames that show the target (J+).
        false_positives: frames without a target on which something was predicted.
        empty_predictions: frames on which nothing was predicted outside void.
        recall: share of frames with J above 0.5.
        decay: mean J of the first quarter of a clip minus that of the last.
    """

    j: float
    with_target: Average
    false_positives: Share
    empty_predictions: Share
    recall: Average
    decay: Average


def frame_facts(record: EvalRecord) -> FrameFacts:
    """Return the facts of one record.

    J+, recall and decay are averaged as J is: over expressions, then clips. The two shares are of
    all frames of all expressions, because few clips have frames without a target.
    """
    rows = record.rows
    predicted = list(chain.from_iterable(row.frames.predicted for row in rows))
    target = list(chain.from_iterable(row.frames.target for row in rows))
    return FrameFacts(
        j=record.summary.j.mean,
        with_target=average(rows, lambda row: mean_with_target(row.frames.j(), row.frames.target)),
        false_positives=false_positives(predicted, target),
        empty_predictions=empty_predictions(predicted),
        recall=average(rows, lambda row: recall(row.frames.j())),
        decay=average(rows, lambda row: decay(row.frames.j())),
    )


def frames_analysis(measured: Sequence[Measured]) -> Analysis:
    """Return what lies behind the mean J of every method."""
    found = [frame_facts(item.record) for item in measured]
    record = measured[0].record
    table = Table(
        title="Behind the mean: frames with and without the target, in percent",
        columns=COLUMNS,
        rows=tuple(_row(item.label, each) for item, each in zip(measured, found, strict=True)),
        notes=_notes(found[0]),
    )
    document = Document(
        f"Frames on {data_name(record)}", (), (table,), facts_without_intervals(record)
    )
    values = {
        "dataset": record.dataset.model_dump(),
        "methods": [
            {"method": item.label, **asdict(each)}
            for item, each in zip(measured, found, strict=True)
        ],
    }
    labels = [item.label for item in measured]
    return Analysis(document, values, _csv(labels, found))


def _row(label: str, found: FrameFacts) -> TableRow:
    shares = (
        found.j,
        found.with_target.mean,
        found.false_positives.fraction,
        found.empty_predictions.fraction,
        found.recall.mean,
        found.decay.mean,
    )
    return TableRow((words(label), *(_cell(share) for share in shares)))


def _cell(share: float | None) -> Cell:
    return Cell("-" if share is None else percent(share), share)


def _notes(found: FrameFacts) -> tuple[str, ...]:
    empty = found.false_positives.whole
    frames = count(found.empty_predictions.whole, "scored frame")
    notes = [
        "J+: J over frames that show the target",
        f"false positives: of the {count(empty, 'frame')} without a target, those where anything "
        "was predicted outside void"
        if empty
        else "false positives: every frame shows the target, so there is nothing to count",
        f"empty predictions: of {frames}, those where nothing was",
        "recall: frames with J above 50",
        "decay: first quarter of a clip minus its last (DAVIS); negative where J grows",
    ]
    if found.with_target.left_out:
        left_out = count(found.with_target.left_out, "expression")
        notes.append(f"J+ leaves out {left_out} whose target is never shown")
    return tuple(notes)


def _csv(labels: Sequence[str], found: Sequence[FrameFacts]) -> str:
    head = (
        *("method", "j", "j_with_target", "empty_truth_frames", "false_positive_frames"),
        *("frames", "empty_prediction_frames", "recall", "decay"),
    )
    return csv_text(
        head,
        (
            (
                *(label, each.j, each.with_target.mean),
                *(each.false_positives.whole, each.false_positives.part),
                *(each.empty_predictions.whole, each.empty_predictions.part),
                *(each.recall.mean, each.decay.mean),
            )
            for label, each in zip(labels, found, strict=True)
        ),
    )
