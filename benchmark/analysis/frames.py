"""What lies behind a mean J: frames with and without the target, recall and decay."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from benchmark.analysis.analysis import Analysis, csv_text, facts_without_intervals
from benchmark.analysis.averages import Average, average, order_of
from benchmark.metrics.frame_scores import (
    Share,
    decay,
    empty_predictions,
    false_positives,
    mean_with_target,
    recall,
)
from benchmark.report.choice import held_by_any, void_notes
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
from benchmark.report.metric import Metric
from benchmark.report.record import EvalRecord
from benchmark.report.scores import frame_scores

COLUMNS = tuple(
    Column(heading, number=heading != "method")
    for heading in ("method", "J", "J+", "false positives", "empty predictions", "recall", "decay")
)
OF_CONTOURS = tuple(Column(heading, number=True) for heading in ("F", "recall of F", "decay of F"))


@dataclass(frozen=True, slots=True)
class ContourFacts:
    """What DAVIS prints of F; fractions.

    Attributes:
        f: mean F.
        recall: share of frames with F above 0.5.
        decay: mean F of the first quarter of a clip minus that of the last.
    """

    f: float
    recall: Average
    decay: Average


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
        contours: the same of F; None where it was not computed.
    """

    j: float
    with_target: Average
    false_positives: Share
    empty_predictions: Share
    recall: Average
    decay: Average
    contours: ContourFacts | None


def frame_facts(record: EvalRecord) -> FrameFacts:
    """Return the facts of one record.

    J+, recall and decay are averaged as J is, by the record's rule. The two shares are of
    all frames of all expressions, because few clips have frames without a target.
    """
    rows = record.rows
    predicted = list(chain.from_iterable(row.frames.predicted for row in rows))
    target = list(chain.from_iterable(row.frames.target for row in rows))
    return FrameFacts(
        j=record.summary.j.mean,
        with_target=average(
            record, lambda row: mean_with_target(row.frames.j(), row.frames.target)
        ),
        false_positives=false_positives(predicted, target),
        empty_predictions=empty_predictions(predicted),
        recall=average(record, lambda row: recall(row.frames.j())),
        decay=average(record, lambda row: decay(row.frames.j())),
        contours=_contour_facts(record),
    )


def _contour_facts(record: EvalRecord) -> ContourFacts | None:
    if record.summary.f is None:
        return None
    return ContourFacts(
        f=record.summary.f.mean,
        recall=average(record, lambda row: recall(frame_scores(row, Metric.F))),
        decay=average(record, lambda row: decay(frame_scores(row, Metric.F))),
    )


def frames_analysis(measured: Sequence[Measured]) -> Analysis:
    """Return what lies behind the mean J of every method."""
    found = [frame_facts(item.record) for item in measured]
    record, shown = measured[0].record, held_by_any(measured)
    with_f = Metric.F in shown
    table = Table(
        title="Behind the mean: frames with and without the target, in percent",
        columns=COLUMNS + (OF_CONTOURS if with_f else ()),
        rows=tuple(
            _row(item.label, each, with_f=with_f)
            for item, each in zip(measured, found, strict=True)
        ),
        notes=(*_notes(found[0], order_of(record)), *void_notes(measured, shown)),
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


def _row(label: str, found: FrameFacts, *, with_f: bool) -> TableRow:
    shares = (
        found.j,
        found.with_target.mean,
        found.false_positives.fraction,
        found.empty_predictions.fraction,
        found.recall.mean,
        found.decay.mean,
        *(_of_contours(found) if with_f else ()),
    )
    return TableRow((words(label), *(_cell(share) for share in shares)))


def _of_contours(found: FrameFacts) -> tuple[float | None, ...]:
    if found.contours is None:
        return None, None, None
    return found.contours.f, found.contours.recall.mean, found.contours.decay.mean


def _cell(share: float | None) -> Cell:
    return Cell("-" if share is None else percent(share), share)


def _notes(found: FrameFacts, order: str) -> tuple[str, ...]:
    empty = found.false_positives.whole
    frames = count(found.empty_predictions.whole, "scored frame")
    notes = [
        "J+: J over frames that show the target",
        f"false positives: of the {count(empty, 'frame')} without a target, those where anything "
        "was predicted outside void"
        if empty
        else "false positives: every frame shows the target, so there is nothing to count",
        f"empty predictions: of {frames}, those where nothing was",
        f"recall: frames with J, or F, above 50; J+, recall and decay are {order}",
        "decay: first quarter of a clip minus its last (DAVIS); negative where J grows",
    ]
    if found.with_target.left_out:
        left_out = count(found.with_target.left_out, "expression")
        notes.append(f"J+ leaves out {left_out} whose target is never shown")
    return tuple(notes)


def _csv(labels: Sequence[str], found: Sequence[FrameFacts]) -> str:
    head = (
        *("method", "j", "j_with_target", "empty_truth_frames", "false_positive_frames"),
        *("frames", "empty_prediction_frames", "recall", "decay", "f", "f_recall", "f_decay"),
    )
    return csv_text(
        head,
        (
            (
                *(label, each.j, each.with_target.mean),
                *(each.false_positives.whole, each.false_positives.part),
                *(each.empty_predictions.whole, each.empty_predictions.part),
                *(each.recall.mean, each.decay.mean, *_of_contours(each)),
            )
            for label, each in zip(labels, found, strict=True)
        ),
    )
