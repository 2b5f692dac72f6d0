"""Scores a clip's predictions against all of its targets, one annotator's set at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmark.harness.query_scores import (
    OwnCounts,
    ScoredClip,
    ScoredQuery,
    Scoring,
    require_size,
    scored_query,
    truth_of,
)
from benchmark.metrics.pairwise import ClipTruths, PairCounts, Track
from benchmark.metrics.truth_contours import TrackContourCounts
from benchmark.metrics.truth_track import TrackCounts, TruthTrack
from benchmark.report.record import OtherTarget
from benchmark.rules.by_name import Matching
from refvps.errors import ConfigError, DataError, RefvpsError
from refvps.kernels.kernels import Kernels
from refvps.packed import Order, PackedMask
from refvps.predictions.source import PredictedMasks, PredictionSource
from refvps.protocols import Dataset, ManyTargets
from refvps.runs import Int64Array, RunTrack
from refvps.types import Expression, Query


def score_sets(
    dataset: Dataset,
    source: PredictionSource,
    scoring: Scoring,
    matching: Matching,
    queries: tuple[Query, ...],
) -> ScoredClip:
    """Score the queries of one clip.

    Truth is held for the clip, predictions for one set of expressions. A prediction that cannot be
    read is a problem of its own; its set is not scored.
    """
    scored: list[ScoredQuery] = []
    problems: list[str] = []
    try:
        clip = _clip_truth(dataset, scoring, queries[0])
    except RefvpsError as error:
        return ScoredClip((), (error.message,))
    for asked in _by_set(queries):
        read = [_read(source, query, clip, problems) for query in asked]
        predicted = [found for found in read if found is not None]
        if len(predicted) == len(asked):
            scored += _score_set(dataset, clip, matching, list(zip(asked, predicted, strict=True)))
    return ScoredClip(tuple(scored), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Clip:
    """The truth of a clip.

    Attributes:
        targets: the ids of all targets.
        truth: the first target's, for its frames and size.
        drawn: all targets, to be compared with.
        voids: pixels that are ignored, int64 ``[F]``.
        kernels: make bits of runs and draw contours.
    """

    targets: tuple[str, ...]
    truth: TruthTrack
    drawn: ClipTruths
    voids: Int64Array
    kernels: Kernels


def _clip_truth(dataset: Dataset, scoring: Scoring, query: Query) -> _Clip:
    if not isinstance(dataset, ManyTargets):
        raise ConfigError(f"data set {dataset.name} does not say which targets a clip has")
    clip_id = query.clip.clip_id
    targets = dataset.targets(clip_id)
    # A target needs no expression to be compared with; its truth is found by its id.
    truths = [
        truth_of(dataset, scoring.cache, Query(query.clip, Expression("", "", target)))
        for target in targets
    ]
    first = truths[0]
    voids = [void for _, void in first.bits]
    for target, truth in zip(targets, truths, strict=True):
        alike = truth.frame_ids == first.frame_ids and truth.size == first.size
        if not alike or any(void != other for (_, void), other in zip(truth.bits, voids)):  # noqa: B905 - alike
            raise DataError(
                clip_id, f"targets {targets[0]} and {target} differ in frames, size or void"
            )
    tracks = [[mask for mask, _ in truth.bits] for truth in truths]
    areas = np.array([void.area if void else 0 for void in voids], np.int64)
    return _Clip(targets, first, ClipTruths(tracks, voids), areas, scoring.kernels)


def _by_set(queries: Sequence[Query]) -> Iterator[list[Query]]:
    sets: dict[str | None, list[Query]] = {}
    for query in queries:
        sets.setdefault(query.expression.annotator, []).append(query)
    yield from sets.values()


def _read(
    source: PredictionSource, query: Query, clip: _Clip, problems: list[str]
) -> PredictedMasks | None:
    try:
        predicted = source.read(query, clip.truth.frame_ids)
        require_size(query, clip.truth, predicted)
    except RefvpsError as error:
        problems.append(error.message)
        return None
    return predicted


Answer = tuple[Query, PredictedMasks]


def _score_set(
    dataset: Dataset, clip: _Clip, matching: Matching, answers: Sequence[Answer]
) -> list[ScoredQuery]:
    tracks = [_bits(predicted, clip.kernels) for _, predicted in answers]
    if matching.first_wins:
        tracks = list(_without_earlier(tracks))
    counts = clip.drawn.counts(tracks, clip.kernels)
    scored = [_scored(dataset, clip, counts, place, answer) for place, answer in enumerate(answers)]
    matches = matching.find([query.row for query in scored])
    return [
        replace(query, row=query.row.model_copy(update={"matched": target}))
        for query, target in zip(scored, matches, strict=True)
    ]


def _bits(predicted: PredictedMasks, kernels: Kernels) -> Track:
    masks = predicted.masks
    if isinstance(masks, RunTrack):
        return [kernels.packed(masks, frame) for frame in range(len(masks))]
    return masks


def _without_earlier(tracks: Sequence[Track]) -> Iterator[Track]:
    """Yield tracks without the pixels of those before them."""
    taken: list[PackedMask] | None = None
    for track in tracks:
        turned = [mask.by(Order.ROWS) for mask in track]
        if taken is None:
            taken = turned
            yield turned
            continue
        pairs = list(zip(turned, taken, strict=True))
        yield [PackedMask(m.size, m.words & ~t.words, Order.ROWS) for m, t in pairs]
        taken = [PackedMask(m.size, m.words | t.words, Order.ROWS) for m, t in pairs]


def _scored(
    dataset: Dataset, clip: _Clip, counts: PairCounts, place: int, answer: Answer
) -> ScoredQuery:
    query, predicted = answer
    own = clip.targets.index(query.expression.target_id)
    found = scored_query(dataset, query, _own_counts(clip, counts, place, own), predicted)
    others = tuple(
        OtherTarget(
            target=target,
            intersection=_column(counts.intersection[place, index]),
            pixels=_column(counts.target[index]),
            n_truth=_column(counts.n_truth[index]),
            matched_pred=_column(counts.matched_pred[place, index]),
            matched_truth=_column(counts.matched_truth[place, index]),
        )
        for index, target in enumerate(clip.targets)
        if index != own
    )
    return replace(found, row=found.row.model_copy(update={"others": others}))


def _own_counts(clip: _Clip, counts: PairCounts, place: int, own: int) -> OwnCounts:
    shared, predicted = counts.intersection[place, own], counts.predicted[place]
    target = counts.target[own]
    return OwnCounts(
        clip.truth.frame_ids,
        TrackCounts(shared, predicted + target - shared, predicted, target, clip.voids),
        TrackContourCounts(
            counts.n_pred[place],
            counts.n_truth[own],
            counts.matched_pred[place, own],
            counts.matched_truth[place, own],
        ),
    )


def _column(values: Int64Array) -> tuple[int, ...]:
    return tuple(values.tolist())
