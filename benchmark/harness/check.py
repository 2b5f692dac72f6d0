"""Looks for what would fail hours later: damaged truth before predicting, masks before scoring."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

from benchmark.harness.query_scores import truth_of
from benchmark.harness.truth_cache import TruthCache
from refvps.errors import DataError, RefvpsError, UnreadablePredictionsError
from refvps.executor import Executor, Outcome, WorkUnit
from refvps.predictions.source import PredictionSource
from refvps.protocols import Dataset, ForeseenTruth
from refvps.types import Query

Problems = tuple[str, ...]


def check_masks(
    dataset: Dataset, source: PredictionSource, queries: Iterable[Query]
) -> Iterator[Problems]:
    """Yield what would keep each query's stored masks from being scored; nothing is decoded.

    A data set that does not foresee its truth (``ForeseenTruth``) is not checked.
    """
    if isinstance(dataset, ForeseenTruth):
        for query in queries:
            yield _problems(lambda asked: source.check(asked, dataset.annotated(asked)), query)


def check_truth(
    dataset: Dataset, cache: TruthCache | None, queries: Sequence[Query], executor: Executor
) -> Iterator[Outcome[Problems]]:
    """Read the truth of every query, clip by clip, and yield what is wrong with it.

    What is read is kept in the cache, so that scoring does not read it again.
    """
    units = (
        WorkUnit(clip_id, tuple(asked))
        for clip_id, asked in groupby(queries, key=lambda query: query.clip.clip_id)
    )
    yield from executor.run(partial(_truth_checker, dataset, cache), units)


def require_sound_masks(problems: Sequence[str]) -> None:
    """Raise ``UnreadablePredictionsError`` if masks have problems, with all in the details."""
    found = sorted(problems)
    if found:
        count = "" if len(found) == 1 else f" ({len(found)} such problems in all)"
        raise UnreadablePredictionsError(f"{found[0]}{count}", details=found)


def require_sound_truth(problems: Sequence[str]) -> None:
    """Raise ``DataError`` if the truth has problems, with all in the details."""
    # A file is named once, however many expressions it serves.
    found = sorted(set(problems))
    if found:
        path, _, problem = found[0].partition(": ")
        count = "" if len(found) == 1 else f" ({len(found)} such problems in all)"
        raise DataError(path, f"{problem}{count}", details=found)


def _truth_checker(
    dataset: Dataset, cache: TruthCache | None
) -> Callable[[tuple[Query, ...]], Problems]:
    return partial(_check_clip, dataset, cache)


def _check_clip(dataset: Dataset, cache: TruthCache | None, queries: tuple[Query, ...]) -> Problems:
    targets = {query.expression.target_id: query for query in queries}
    read = partial(truth_of, dataset, cache)
    return tuple(problem for query in targets.values() for problem in _problems(read, query))


def _problems(read: Callable[[Query], object], query: Query) -> Problems:
    try:
        read(query)
    except RefvpsError as error:
        return (error.message,)
    return ()
