"""Methods in workers, with official code that misbehaves in every way that was seen."""

import hashlib
import os
from pathlib import Path

import pytest

from baselines.worker.method import WorkerMethod
from refvps.errors import DataError, QueryFailedError, WorkerError
from refvps.types import Expression, Prediction, Query
from support.clips import drawn_clip
from support.toy_methods import toy_method, write_toy


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return write_toy(tmp_path / "toy")


@pytest.fixture
def queries(tmp_path: Path) -> list[Query]:
    clip = drawn_clip(tmp_path / "frames", "x", 3)
    return [Query(clip, Expression(key, f"the {key}", "1")) for key in ("a", "b")]


def answer(method: WorkerMethod, query: Query) -> Prediction:
    (found,) = method.predict([query])
    return found


def failure(method: WorkerMethod, query: Query) -> QueryFailedError:
    with pytest.raises(QueryFailedError) as caught:
        answer(method, query)
    return caught.value


def test_masks_come_back_as_the_code_made_them(toy: Path, queries: list[Query]) -> None:
    with toy_method(toy) as method:
        answers = list(method.predict(queries))
    assert [found.query for found in answers] == queries
    dense = answers[0].dense()
    assert dense.shape == (3, 40, 56)
    assert dense[:, :20].all()
    assert not dense[:, 20:].any()


def test_facts_come_with_the_masks(toy: Path, queries: list[Query]) -> None:
    with toy_method(toy) as method:
        facts = answer(method, queries[0]).facts
    assert facts["score"] == 0.5
    assert facts["seconds"] >= 0
    assert facts["peak_memory"] > 0
    assert facts["worker"]["load"] == {"gpu": "", "missing": []}
    assert facts["worker"]["versions"]["numpy"]


def test_a_choice_of_gpu_that_an_import_changes_is_put_back(
    toy: Path, queries: list[Query]
) -> None:
    with toy_method(toy, device="cpu") as method:
        assert answer(method, queries[0]).facts["gpu"] == ""


def test_two_methods_with_modules_of_the_same_names_take_turns(
    tmp_path: Path, queries: list[Query]
) -> None:
    one, other = write_toy(tmp_path / "one", 0.25), write_toy(tmp_path / "other", 0.75)
    with toy_method(one) as first, toy_method(other) as second:
        for _ in range(2):
            for query in queries:
                assert answer(first, query).masks[0].area == 10 * 56
                assert answer(second, query).masks[0].area == 30 * 56


def test_a_checkout_stays_as_it_was(toy: Path, queries: list[Query]) -> None:
    before = snapshot(toy / "checkout")
    with toy_method(toy) as method:
        answer(method, queries[0])
    assert snapshot(toy / "checkout") == before


def test_what_is_printed_goes_to_the_log(toy: Path, queries: list[Query]) -> None:
    with toy_method(toy, do="print") as method:
        assert answer(method, queries[0]).masks
    (log,) = (toy / "logs").glob("*/worker.log")
    assert "a line on stdout that is no protocol" in log.read_text()


@pytest.mark.parametrize(
    ("do", "kind", "message"),
    [
        ("exit", "exit", "the code called exit(0)"),
        ("raise", "raised", "KeyError: 'no such thing'"),
        ("wrong shape", "bad answer", "they are bool [4, 40, 56]"),
        ("numbers", "bad answer", "they are float64 [3, 40, 56]"),
        ("memory", "out of memory", "CUDA out of memory"),
        ("killed", "lost", "was killed by SIGKILL (out of memory, perhaps)"),
        ("ends", "lost", "ended by itself with exit code 0"),
    ],
)
def test_a_query_that_fails_is_named_and_the_next_is_answered(
    toy: Path, queries: list[Query], do: str, kind: str, message: str
) -> None:
    with toy_method(toy, do=do) as method:
        error = failure(method, queries[0])
        assert error.facts["kind"] == kind
        assert "x/a: " in error.message
        assert message in error.message
        assert Path(error.facts["log"]).is_file()
        assert answer(method, queries[1]).masks[0].area == 20 * 56


def test_a_clip_that_does_not_fit_is_said_with_its_length(toy: Path, queries: list[Query]) -> None:
    with toy_method(toy, do="memory") as method:
        error = failure(method, queries[0])
    assert "the clip has 3 frames. It is not shortened by itself" in error.message
    assert error.facts["frames"] == 3


def test_a_silent_worker_is_given_up(toy: Path, queries: list[Query]) -> None:
    with toy_method(toy, do="hang", patience="3") as method:
        error = failure(method, queries[0])
        assert "gave no sign of life for 3 s" in error.message
        assert answer(method, queries[1]).masks


@pytest.mark.parametrize("do", ["killed", "ends", "hang"])
def test_a_worker_that_is_lost_once_is_started_again(
    toy: Path, queries: list[Query], tmp_path: Path, do: str
) -> None:
    flag = str(tmp_path / "flag")
    with toy_method(toy, do=do, once=flag, patience="3") as method:
        assert answer(method, queries[0]).masks[0].area == 20 * 56


def test_one_killed_from_outside_between_queries_is_started_again(
    toy: Path, queries: list[Query]
) -> None:
    with toy_method(toy) as method:
        answer(method, queries[0])
        os.kill(method.worker_pid, 9)
        assert answer(method, queries[1]).masks


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keys": "stem"}, "ValueError: the checkpoint has no weights for head"),
        ({"do": "die loading"}, "ended by itself with exit code 4"),
    ],
)
def test_a_method_that_cannot_be_loaded_is_not_tried_for_every_query(
    toy: Path, queries: list[Query], options: dict[str, str], message: str
) -> None:
    with toy_method(toy, **options) as method:
        for query in queries:
            with pytest.raises(WorkerError) as caught:
                answer(method, query)
            assert message in caught.value.message
    assert len(list((toy / "logs").iterdir())) <= 2


def test_a_folder_for_logs_that_cannot_be_written_is_named(toy: Path, queries: list[Query]) -> None:
    (toy / "file").write_text("")
    problem = r"spec\.json: cannot be written: Not a directory"
    with (
        toy_method(toy, logs=str(toy / "file/logs")) as method,
        pytest.raises(DataError, match=problem),
    ):
        answer(method, queries[0])


def test_progress_inside_a_clip_is_told(toy: Path, queries: list[Query]) -> None:
    heard: list[int] = []
    with toy_method(toy) as method:
        method.tell(heard.append)
        answer(method, queries[0])
    assert sum(heard) == 3


def test_the_card_says_what_runs(toy: Path) -> None:
    with toy_method(toy, device="cpu", window="8") as method:
        card = method.card
    assert card.options["window"] == "8"
    assert card.options["do"] == "well"
    assert card.options["checkout"] == "unknown: not a git checkout"
    assert card.options["adapter"] == hashlib.sha256((toy / "adapter.py").read_bytes()).hexdigest()
    assert (card.device, card.seed, card.window, card.workers) == ("cpu", 42, 8, 1)
    assert {"worker's python", "worker's numpy"} <= set(card.versions)
    assert not list((toy / "logs").iterdir())


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}
