"""Scores stored masks against the truth, one clip a work unit."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from benchmark.harness.query_scores import (
    OwnCounts,
    ScoredClip,
    ScoredQuery,
    Scoring,
    require_size,
    scored_query,
    truth_of,
)
from benchmark.harness.score_sets import score_sets
from benchmark.metrics.truth_contours import TruthContours
from benchmark.metrics.truth_track import TruthTrack
from benchmark.rules.by_name import rule_of
from refvps.errors import RefvpsError, UnreadablePredictionsError
from refvps.executor import Executor, Outcome, WorkUnit
from refvps.predictions.source import PredictedMasks, PredictionSource
from refvps.protocols import Dataset
from refvps.types import Query


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
        scoring: how to; by default J alone, by NumPy, keeping nothing. F is computed as well
            where the data set's rule needs it.
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
    rule = rule_of(dataset)
    wanted = replace(scoring, contours=scoring.contours or rule.contours)
    if rule.matching is not None:
        return partial(score_sets, dataset, source, wanted, rule.matching)
    return partial(_score_clip, dataset, source, wanted)


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
            found = targets[target].counts(query, predicted, scoring)
            scored.append(scored_query(dataset, query, found, predicted))
        except RefvpsError as error:
            problems.append(error.message)
    return ScoredClip(tuple(scored), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Target:
    """The truth of one target, and its contours where F is wanted."""

    truth: TruthTrack
    contours: TruthContours | None

    def counts(self, query: Query, predicted: PredictedMasks, scoring: Scoring) -> OwnCounts:
        """Compare a prediction with the target."""
        require_size(query, self.truth, predicted)
        kernels = scoring.kernels
        return OwnCounts(
            self.truth.frame_ids,
            self.truth.counts(predicted.masks, kernels),
            self.contours.counts(predicted.masks, kernels) if self.contours else None,
        )


def _clip_id(query: Query) -> str:
    return query.clip.clip_id
