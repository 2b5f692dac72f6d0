from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from benchmark.harness import predict as module
from benchmark.harness.predict import predict
from refvps import plugins
from refvps.errors import DataError, QueryFailedError
from refvps.executor import InlineExecutor
from refvps.method_choice import MethodChoice
from refvps.predictions.store import PredictionStore
from refvps.protocols import MethodCard
from refvps.types import Prediction, Query
from support.queries import prediction, query

QUERIES = [query("fire", "0"), query("fire", "1"), query("melt", "0")]


class Answers:
    """A method that answers some way that a method should not."""

    card = MethodCard(options={})

    def __init__(self, behaviour: str) -> None:
        self._behaviour = behaviour

    def predict(self, queries: Iterable[Query]) -> Iterator[Prediction]:
        asked = list(queries)
        if self._behaviour == "reversed":
            asked.reverse()
        for number, one in enumerate(asked):
            if self._behaviour == "stops" and number == 1:
                return
            if self._behaviour == "fails on fire/0" and one.query_id == "fire/0":
                raise QueryFailedError("fire/0: was killed", facts={"message": "was killed"})
            if self._behaviour == "fails on fire" and one.clip.clip_id == "fire":
                raise DataError("fire/00003.jpg", "is damaged")
            yield prediction(one)


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> object:
    """Run a badly behaved method; its factory stands where the entry point would."""

    def run(behaviour: str) -> dict[str, module.PredictedClip]:
        monkeypatch.setattr(plugins, "load", lambda group, name: lambda options: Answers(name))
        choice = MethodChoice(behaviour, {})
        found = predict(choice, PredictionStore(tmp_path), QUERIES, InlineExecutor())
        return {outcome.unit_id: outcome.value for outcome in found}

    return run


def test_each_answer_is_stored_as_it_comes(outcomes: object, tmp_path: Path) -> None:
    found = outcomes("well")
    assert found["fire"] == module.PredictedClip(queries=2, frames=18, problems=())
    assert len(list(tmp_path.rglob("*.json.gz"))) == 3


def test_an_answer_to_another_query_is_never_stored(outcomes: object, tmp_path: Path) -> None:
    found = outcomes("reversed")
    assert "answered fire/1 when asked fire/0" in found["fire"].problems[0]
    assert not (tmp_path / "fire").exists()


def test_too_few_answers_are_noticed(outcomes: object) -> None:
    assert "answered nothing when asked fire/1" in outcomes("stops")["fire"].problems[0]


def test_one_clip_that_fails_leaves_the_others(outcomes: object, tmp_path: Path) -> None:
    found = outcomes("fails on fire")
    assert found["fire"].problems == ("fire/00003.jpg: is damaged",)
    assert found["melt"].queries == 1


def test_a_query_that_fails_is_stored_as_failed_and_the_others_go_on(
    outcomes: object, tmp_path: Path
) -> None:
    found = outcomes("fails on fire/0")
    assert found["fire"] == module.PredictedClip(1, 9, ("fire/0: was killed",))
    store = PredictionStore(tmp_path)
    assert not store.has(QUERIES[0])
    assert store.failure(QUERIES[0]) == "was killed"
    assert store.failure(QUERIES[1]) is None


def test_a_failure_is_forgotten_when_the_query_is_answered(
    outcomes: object, tmp_path: Path
) -> None:
    outcomes("fails on fire/0")
    outcomes("well")
    assert PredictionStore(tmp_path).failure(QUERIES[0]) is None


class Telling(Answers):
    """A method that says how far it is."""

    def __init__(self) -> None:
        super().__init__("well")
        self._made: Callable[[int], None] = lambda _: None

    def tell(self, made: Callable[[int], None]) -> None:
        self._made = made

    def predict(self, queries: Iterable[Query]) -> Iterator[Prediction]:
        for one in super().predict(queries):
            self._made(len(one.frame_ids))
            yield one


def test_a_method_that_tells_is_heard_inside_a_clip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(plugins, "load", lambda group, name: lambda options: Telling())
    heard: list[int] = []
    choice, store = MethodChoice("some", {}), PredictionStore(tmp_path)
    found = predict(choice, store, QUERIES[:2], InlineExecutor(), heard.append)
    next(found)
    assert heard == [9, 9]
