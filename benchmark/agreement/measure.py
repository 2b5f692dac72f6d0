"""What is measured of one pair of labellings; nothing but whole numbers is kept a keyframe."""

from dataclasses import dataclass
from typing import Any

from benchmark.agreement.labelled import LabelPair, PairKey
from benchmark.metrics.agreement_band import BANDS, band_parts
from benchmark.metrics.agreement_guards import Guards, guards
from benchmark.metrics.agreement_means import ClipFrames, mean
from benchmark.metrics.agreement_time import TimeShift, time_shift
from benchmark.metrics.label_agreement import LabelCounts, Labels, label_counts


@dataclass(frozen=True, slots=True)
class FrameResult:
    """One keyframe.

    Attributes:
        frame_id: its id.
        counts: its pixels by both labels.
        bands: intersection and union in the band of each width of ``BANDS``.
        made: who decided the pixels: "hand" both people, "model" neither, "mixed" one of them;
            "" where that is not known.
    """

    frame_id: str
    counts: LabelCounts
    bands: tuple[tuple[int, int], ...]
    made: str = ""


@dataclass(frozen=True, slots=True)
class PairResult:
    """One pair of labellings of a clip.

    Attributes:
        key: which.
        frames: every compared keyframe.
        shift: how they lie in time.
        left_out: keyframes that only one of them labelled.
    """

    key: PairKey
    frames: tuple[FrameResult, ...]
    shift: TimeShift
    left_out: int = 0

    @property
    def counts(self) -> tuple[LabelCounts, ...]:
        """The counts of every keyframe."""
        return tuple(frame.counts for frame in self.frames)

    @property
    def clip_frames(self) -> ClipFrames:
        """What means are taken of."""
        return ClipFrames(self.key.clip, self.key.concept, self.counts)

    @property
    def iou(self) -> float | None:
        """The mean IoU over its keyframes; None where none can be compared."""
        return mean(value for each in self.counts if (value := each.iou()) is not None)

    @property
    def guards(self) -> Guards:
        """The guards of its keyframes."""
        return guards(self.counts)


def measure(pair: LabelPair) -> PairResult:
    """Count everything that a report says of a pair."""
    frames = tuple(
        FrameResult(
            frame_id,
            label_counts(first, second),
            tuple(band_parts(first, second, radius) for radius in BANDS),
            _made(first, second),
        )
        for frame_id, first, second in zip(pair.frame_ids, pair.first, pair.second, strict=True)
    )
    left_out = len(pair.only_first) + len(pair.only_second)
    return PairResult(pair.key, frames, time_shift(pair.first, pair.second), left_out)


def frame_document(frame: FrameResult) -> dict[str, Any]:
    """Return a keyframe as JSON takes it, with everything that its numbers come from."""
    counts = frame.counts
    return {
        "frame": frame.frame_id,
        "iou": counts.iou(),
        "counts": {name: getattr(counts, name) for name in LabelCounts.__slots__},
        "bands": {str(r): list(parts) for r, parts in zip(BANDS, frame.bands, strict=True)},
        "made": frame.made,
    }


def _made(first: Labels, second: Labels) -> str:
    if first.by_hand is None or second.by_hand is None:
        return ""
    return {0: "model", 1: "mixed", 2: "hand"}[first.by_hand + second.by_hand]
