"""The score of one query, the truth it needs, and what is kept of both."""

from dataclasses import dataclass

from benchmark.harness.truth_cache import TruthCache
from benchmark.metrics.truth_contours import TrackContourCounts
from benchmark.metrics.truth_track import TrackCounts, TruthTrack
from benchmark.report.record import ContourColumns, FrameCounts, Row
from benchmark.rules.per_expression import mean
from refvps.errors import UnreadablePredictionsError
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels
from refvps.predictions.source import PredictedMasks
from refvps.protocols import Dataset, KeepableTruth, PartlyAnnotated
from refvps.runs import RunTrack
from refvps.types import Query


@dataclass(frozen=True, slots=True)
class ScoredQuery:
    """One query's score and what was read for it.

    Attributes:
        row: the score.
        stored_frames: frames of the clip that have a stored mask.
        clip_frames: frames of the clip.
        encodings: how the mask files hold their values.
        masks_digest: SHA-256 of the bytes read.
    """

    row: Row
    stored_frames: int
    clip_frames: int
    encodings: frozenset[str]
    masks_digest: str


@dataclass(frozen=True, slots=True)
class ScoredClip:
    """The scores of a clip's queries, and the problems of those that could not be scored."""

    queries: tuple[ScoredQuery, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scoring:
    """How to score, and what.

    Attributes:
        cache: keeps truth for later evaluations; None to decode it anew and keep nothing.
        kernels: count what runs share, and draw contours; which ones changes no score.
        contours: whether F is computed beside J.
    """

    cache: TruthCache | None = None
    kernels: Kernels = NUMPY_KERNELS
    contours: bool = False


def truth_of(dataset: Dataset, cache: TruthCache | None, query: Query) -> TruthTrack:
    """Return the truth of a query's target, kept or decoded anew."""
    if cache is None or not isinstance(dataset, KeepableTruth):
        return TruthTrack.of_track(dataset.truth(query))
    stamp = dataset.truth_stamp(query)
    kept = cache.get(query, stamp)
    if kept is None:
        kept = TruthTrack.of_track(dataset.truth(query))
        cache.keep(query, stamp, kept)
    return kept


def require_size(query: Query, truth: TruthTrack, predicted: PredictedMasks) -> None:
    """Raise ``UnreadablePredictionsError`` unless masks have the size of the truth."""
    masks = predicted.masks
    sizes = [masks.size] if isinstance(masks, RunTrack) else [mask.size for mask in masks]
    for frame_id, size in zip(truth.frame_ids, sizes, strict=False):
        if size != truth.size:
            raise UnreadablePredictionsError(
                f"{query.query_id}: predicted mask of frame {frame_id} is {size}; the truth "
                f"is {truth.size}: predict at the size of the frames"
            )


@dataclass(frozen=True, slots=True)
class OwnCounts:
    """What a prediction and its query's own target have in common.

    Attributes:
        frame_ids: the annotated frames.
        region: the pixels that J is made of.
        contours: those that F is made of, or None where it is not wanted.
    """

    frame_ids: tuple[str, ...]
    region: TrackCounts
    contours: TrackContourCounts | None


def scored_query(
    dataset: Dataset, query: Query, counts: OwnCounts, predicted: PredictedMasks
) -> ScoredQuery:
    """Return the score of a query."""
    return ScoredQuery(
        row=_row(dataset, query, counts),
        stored_frames=predicted.stored_frames,
        clip_frames=len(query.clip.frame_paths),
        encodings=predicted.encodings,
        masks_digest=predicted.digest,
    )


def _row(dataset: Dataset, query: Query, counts: OwnCounts) -> Row:
    clip, expression, region = query.clip, query.expression, counts.region
    boundaries = _contour_columns(counts.contours) if counts.contours else None
    frames = FrameCounts(
        ids=counts.frame_ids,
        intersection=tuple(region.intersection.tolist()),
        union=tuple(region.union.tolist()),
        predicted=tuple(region.predicted.tolist()),
        target=tuple(region.target.tolist()),
        void=tuple(region.void.tolist()),
    )
    return Row(
        clip=clip.clip_id,
        expression=expression.expression_id,
        target=expression.target_id,
        text=expression.text,
        annotator=expression.annotator,
        video=clip.video,
        concept=clip.concept,
        groups=clip.groups,
        j=mean(frames.j()),
        f=mean(boundaries.f()) if boundaries else None,
        frames=frames,
        contours=boundaries,
        exhaustive=dataset.exhaustive(query) if isinstance(dataset, PartlyAnnotated) else None,
    )


def _contour_columns(counts: TrackContourCounts) -> ContourColumns:
    return ContourColumns(
        n_pred=tuple(counts.n_pred.tolist()),
        n_truth=tuple(counts.n_truth.tolist()),
        matched_pred=tuple(counts.matched_pred.tolist()),
        matched_truth=tuple(counts.matched_truth.tolist()),
    )
