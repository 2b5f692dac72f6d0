"""Runs a method on the queries that have no stored masks, one clip a work unit."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from refvps.answers import answers_in_order
from refvps.errors import QueryFailedError, RefvpsError
from refvps.executor import Executor, Outcome, WorkUnit
from refvps.method_choice import MethodChoice
from refvps.predictions.store import PredictionStore
from refvps.protocols import Method, TellsProgress
from refvps.types import Query


@dataclass(frozen=True, slots=True)
class PredictedClip:
    """What became of the queries of a clip.

    Attributes:
        queries: how many predictions were stored.
        frames: how many masks they hold.
        problems: one line for each reason why some were not.
    """

    queries: int
    frames: int
    problems: tuple[str, ...]


def predict(
    choice: MethodChoice,
    store: PredictionStore,
    queries: Sequence[Query],
    executor: Executor,
    made: Callable[[int], None] | None = None,
) -> Iterator[Outcome[PredictedClip]]:
    """Predict queries and store each result as it arrives.

    A clip that cannot be read is a problem of that clip; the others go on.

    Args:
        choice: the method.
        store: where results go.
        queries: those of a clip together.
        executor: does the work.
        made: told of masks inside a clip, by methods that tell; only for work in this process.

    Yields:
        One outcome a clip, in the order of completion.
    """
    units = (WorkUnit(clip_id, tuple(asked)) for clip_id, asked in groupby(queries, key=_clip_id))
    yield from executor.run(partial(_predictor, choice, store, made), units)


def longest_first(queries: Sequence[Query]) -> tuple[Query, ...]:
    """Return the queries of the clips with most to do first, so that no worker is left with one.

    Those of a clip stay together and in order.
    """
    clips: dict[str, list[Query]] = {}
    for query in queries:
        clips.setdefault(query.clip.clip_id, []).append(query)
    ordered = sorted(clips.values(), key=lambda asked: -len(asked) * len(asked[0].clip.frame_paths))
    return tuple(query for asked in ordered for query in asked)


def _predictor(
    choice: MethodChoice, store: PredictionStore, made: Callable[[int], None] | None
) -> Callable[[tuple[Query, ...]], PredictedClip]:
    method = choice.load()
    if made is not None and isinstance(method, TellsProgress):
        method.tell(made)
    return partial(_predict_clip, method, store)


def _predict_clip(
    method: Method, store: PredictionStore, queries: tuple[Query, ...]
) -> PredictedClip:
    stored = frames = failed = 0
    problems: list[str] = []
    while stored + failed < len(queries):
        left = queries[stored + failed :]
        try:
            for prediction in answers_in_order(method, left):
                store.write(prediction)
                stored += 1
                frames += len(prediction.frame_ids)
        except QueryFailedError as error:
            # The others of the clip may go well, so they are asked.
            store.write_failure(queries[stored + failed], error.facts)
            failed += 1
            problems.append(error.message)
        except RefvpsError as error:
            problems.append(error.message)
            break
    return PredictedClip(stored, frames, tuple(problems))


def _clip_id(query: Query) -> str:
    return query.clip.clip_id
