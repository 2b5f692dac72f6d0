"""Scores stored masks against the truth, one clip a work unit."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from benchmark.harness.truth_cache import TruthCache
from benchmark.metrics.truth_contours import TrackContourCounts, TruthContours
from benchmark.metrics.truth_track import TrackCounts, TruthTrack
from benchmark.report.record import ContourColumns, FrameCounts, Row
from benchmark.rules.per_expression import mean
from refvps.errors import RefvpsError, UnreadablePredictionsError
from refvps.executor import Executor, Outcome, WorkUnit
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels
from refvps.predictions.source import PredictedMasks, PredictionSource
from refvps.protocols import Dataset, KeepableTruth
from refvps.runs import RunTrack
from refvps.types import PackedMask, Query


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


def score(
    dataset: Dataset,
    source: PredictionSource,
    queries: Sequence[Query],
    executor: Executor,
    scoring: Scoring | None = None,
) -> Iterator[Outcome[ScoredClip]]:
    """Yield the scores of every clip as they are ready; problems are values, not exceptions.

    Args:
        dataset: the truth.
        source: the masks.
        queries: what to score, the queries of a clip together.
        executor: scores clips, one a work unit.
        scoring: how to; by default J alone, by NumPy, keeping nothing.
    """
    units = (WorkUnit(clip_id, tuple(asked)) for clip_id, asked in groupby(queries, key=_clip_id))
    yield from executor.run(partial(_scorer, dataset, source, scoring or Scoring()), units)


def collect_scores(scored: Sequence[ScoredClip]) -> list[ScoredQuery]:
    """Return the scored queries in the order of their ids.

    Raises:
        UnreadablePredictionsError: a prediction could not be read; says how many and names the
            first, with all of them in the details.
    """
    problems = sorted(problem for clip in scored for problem in clip.problems)
    if problems:
        count = "" if len(problems) == 1 else f" ({len(problems)} such problems in all)"
        raise UnreadablePredictionsError(f"{problems[0]}{count}", details=problems)
    found = [query for clip in scored for query in clip.queries]
    return sorted(found, key=lambda query: (query.row.clip, query.row.expression))


def masks_digest(scored: Sequence[ScoredQuery]) -> str:
    """Return one SHA-256 over every query and the bytes of its masks."""
    return digest_of_masks(
        (f"{query.row.clip}/{query.row.expression}", query.masks_digest) for query in scored
    )


def digest_of_masks(read: Iterable[tuple[str, str]]) -> str:
    """Return one SHA-256 over queries and the digests of their masks.

    Args:
        read: query id and digest of the bytes read for it, in the order of a record's rows.
    """
    digest = hashlib.sha256()
    for query_id, of_bytes in read:
        digest.update(f"{query_id} {of_bytes}\n".encode())
    return digest.hexdigest()


def _scorer(
    dataset: Dataset, source: PredictionSource, scoring: Scoring
) -> Callable[[tuple[Query, ...]], ScoredClip]:
    return partial(_score_clip, dataset, source, scoring)


def _score_clip(
    dataset: Dataset,
    source: PredictionSource,
    scoring: Scoring,
    queries: tuple[Query, ...],
) -> ScoredClip:
    targets: dict[str, _Target] = {}
    scored: list[ScoredQuery] = []
    problems: list[str] = []
    for query in queries:
        target = query.expression.target_id
        try:
            # The truth of a target is read once for all expressions that refer to it.
            if target not in targets:
                truth = truth_of(dataset, scoring.cache, query)
                targets[target] = _Target(truth, TruthContours(truth) if scoring.contours else None)
            predicted = source.read(query, targets[target].truth.frame_ids)
            scored.append(_score_query(query, targets[target], predicted, scoring.kernels))
        except RefvpsError as error:
            problems.append(error.message)
    return ScoredClip(tuple(scored), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Target:
    """The truth of one target, and its contours where F is wanted."""

    truth: TruthTrack
    contours: TruthContours | None


def truth_of(dataset: Dataset, cache: TruthCache | None, query: Query) -> TruthTrack:
    """Return the truth of a query's target, from the cache if it is there, else kept in it."""
    if cache is None or not isinstance(dataset, KeepableTruth):
        return TruthTrack.of_track(dataset.truth(query))
    stamp = dataset.truth_stamp(query)
    kept = cache.get(query, stamp)
    if kept is None:
        kept = TruthTrack.of_track(dataset.truth(query))
        cache.keep(query, stamp, kept)
    return kept


def _score_query(
    query: Query, target: _Target, predicted: PredictedMasks, kernels: Kernels
) -> ScoredQuery:
    _require_size(query, target.truth, predicted.masks)
    counts = target.truth.counts(predicted.masks, kernels)
    contours = target.contours.counts(predicted.masks, kernels) if target.contours else None
    return ScoredQuery(
        row=_row(query, target.truth.frame_ids, counts, contours),
        stored_frames=predicted.stored_frames,
        clip_frames=len(query.clip.frame_paths),
        encodings=predicted.encodings,
        masks_digest=predicted.digest,
    )


def _require_size(
    query: Query, truth: TruthTrack, masks: RunTrack | tuple[PackedMask, ...]
) -> None:
    sizes = [masks.size] if isinstance(masks, RunTrack) else [mask.size for mask in masks]
    for frame_id, size in zip(truth.frame_ids, sizes, strict=False):
        if size != truth.size:
            raise UnreadablePredictionsError(
                f"{query.query_id}: predicted mask of frame {frame_id} is {size}; the truth "
                f"is {truth.size}: predict at the size of the frames"
            )


def _row(
    query: Query,
    frame_ids: tuple[str, ...],
    counts: TrackCounts,
    contours: TrackContourCounts | None,
) -> Row:
    clip, expression = query.clip, query.expression
    boundaries = _contour_columns(contours) if contours else None
    frames = FrameCounts(
        ids=frame_ids,
        intersection=tuple(counts.intersection.tolist()),
        union=tuple(counts.union.tolist()),
        predicted=tuple(counts.predicted.tolist()),
        target=tuple(counts.target.tolist()),
        void=tuple(counts.void.tolist()),
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
    )


def _contour_columns(counts: TrackContourCounts) -> ContourColumns:
    return ContourColumns(
        n_pred=tuple(counts.n_pred.tolist()),
        n_truth=tuple(counts.n_truth.tolist()),
        matched_pred=tuple(counts.matched_pred.tolist()),
        matched_truth=tuple(counts.matched_truth.tolist()),
    )


def _clip_id(query: Query) -> str:
    return query.clip.clip_id
