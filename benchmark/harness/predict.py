"""Runs a method on the queries that have no stored masks, one clip a work unit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from refvps import plugins
from refvps.errors import RefvpsError
from refvps.executor import Executor, Outcome, WorkUnit
from refvps.predictions.store import PredictionStore
from refvps.protocols import Method
from refvps.types import Prediction, Query


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


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """A method by name and options, so that every worker can load its own.

    Attributes:
        name: an entry point of ``refvps.methods``.
        options: option texts.
    """

    name: str
    options: Mapping[str, str]

    def load(self) -> Method:
        """Import and make the method.

        Raises:
            UnknownPluginError: no method of that name is installed.
            ConfigError: an option is wrong.
        """
        method: Method = plugins.load(plugins.METHODS, self.name)(self.options)
        return method


def predict(
    choice: MethodChoice,
    store: PredictionStore,
    queries: Sequence[Query],
    executor: Executor,
) -> Iterator[Outcome[PredictedClip]]:
    """Predict queries and store each result as it arrives.

    A clip that cannot be read is a problem of that clip; the others go on.

    Yields:
        One outcome a clip, in the order of completion.
    """
    units = (WorkUnit(clip_id, tuple(asked)) for clip_id, asked in groupby(queries, key=_clip_id))
    yield from executor.run(partial(_predictor, choice, store), units)


def _predictor(
    choice: MethodChoice, store: PredictionStore
) -> Callable[[tuple[Query, ...]], PredictedClip]:
    return partial(_predict_clip, choice.load(), store)


def _predict_clip(
    method: Method, store: PredictionStore, queries: tuple[Query, ...]
) -> PredictedClip:
    stored = frames = 0
    try:
        answers = method.predict(queries)
        for query in queries:
            prediction = _require_answer(query, next(answers, None))
            store.write(prediction)
            stored += 1
            frames += len(prediction.frame_ids)
    except RefvpsError as error:
        return PredictedClip(stored, frames, (error.message,))
    return PredictedClip(stored, frames, ())


def _require_answer(asked: Query, answer: Prediction | None) -> Prediction:
    answered = "nothing" if answer is None else answer.query.query_id
    if answer is None or answered != asked.query_id:
        raise RefvpsError(
            f"the method answered {answered} when asked {asked.query_id}; it must yield one "
            "prediction a query, in the order of the queries"
        )
    return answer


def _clip_id(query: Query) -> str:
    return query.clip.clip_id
