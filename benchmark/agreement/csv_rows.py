"""The report as CSV: one row a pair, or one a keyframe; fractions with every digit."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from benchmark.agreement.report import Agreement
from benchmark.metrics.agreement_band import BANDS
from benchmark.metrics.label_agreement import IgnoreRule, LabelCounts

KEY = ("clip", "video", "concept", "groups", "first", "second")
REVISIONS = ("first_revision", "first_digest", "second_revision", "second_digest")


def pairs_csv(report: Agreement) -> str:
    """Return one row a pair, with the revisions that were compared."""
    head = (
        *(*KEY, *REVISIONS, "keyframes", "left_out", "iou", "valid"),
        *("first_ignore", "second_ignore", "ignore_iou", "ignored_whole", "hidden", "absent"),
        *("kappa", "low", "area_bias", "onset", "offset", "best_shift", "shift_gain"),
    )
    rows = []
    for pair in report.pairs:
        key, seen, shift = pair.key, pair.guards, pair.shift
        rows.append(
            (
                *_key(pair),
                *(key.first.revision, key.first.digest, key.second.revision, key.second.digest),
                *(len(pair.frames), pair.left_out, pair.iou, seen.valid, seen.first_ignore),
                *(seen.second_ignore, seen.ignore_iou, seen.ignored_whole, seen.hidden),
                *(seen.absent, seen.kappa, seen.low, seen.area_bias),
                *(shift.onset, shift.offset, shift.best, shift.gain),
            )
        )
    return _csv(head, rows)


def keyframes_csv(report: Agreement) -> str:
    """Return one row a keyframe: IoU by every rule, the nine counts, the bands."""
    bands = [f"band_{radius}_{part}" for radius in BANDS for part in ("intersection", "union")]
    rules = [f"iou_{rule.value}" for rule in IgnoreRule]
    head = (*KEY, "frame", "made", *rules, *LabelCounts.__slots__, *bands)
    rows = [
        (
            *(*_key(pair), frame.frame_id, frame.made),
            *(frame.counts.iou(rule) for rule in IgnoreRule),
            *(getattr(frame.counts, name) for name in LabelCounts.__slots__),
            *(value for parts in frame.bands for value in parts),
        )
        for pair in report.pairs
        for frame in pair.frames
    ]
    return _csv(head, rows)


def _key(pair: Any) -> tuple[Any, ...]:  # noqa: ANN401 - cells of a table
    key = pair.key
    people = (key.first.annotator, key.second.annotator)
    return (key.clip, key.video, key.concept, "; ".join(key.groups), *people)


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return buffer.getvalue()
