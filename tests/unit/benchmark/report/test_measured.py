"""Which records may stand side by side, and what they are called there."""

from pathlib import Path

import pytest

from benchmark.report.measured import read_measured
from benchmark.report.record import EvalRecord
from refvps.errors import ConfigError, DataError
from refvps.predictions.run_file import RunFile
from support.records import record_of, reseal
from support.rows import row


def rows(scores: list[int], clips: int = 3) -> list:
    return [row(f"c{k}", e, scores) for k in range(clips) for e in "01"]


def written(folder: Path, **records: EvalRecord) -> list[Path]:
    paths = []
    for name, record in records.items():
        record.write(folder / f"{name}.json")
        paths.append(folder / f"{name}.json")
    return paths


def with_options(record: EvalRecord, **options: str) -> EvalRecord:
    run = RunFile(
        method=record.method.name,
        dataset="tiny",
        dataset_version="1",
        dataset_digest="d",
        options_given=options,
        options=options,
        checkpoint=None,
        device="cpu",
        seed=None,
        window=None,
        frame_rate="24",
        versions={},
    )
    method = record.method.model_copy(update={"run": run, "masks_digest": str(options)})
    return record.model_copy(update={"method": method})


def test_labels_are_method_names(tmp_path: Path) -> None:
    paths = written(
        tmp_path,
        a=record_of(rows([10]), method="motion"),
        b=record_of(rows([20]), method="Größe"),
    )
    assert [item.label for item in read_measured(paths)] == ["motion", "Größe"]


def test_one_method_with_two_options_is_told_apart(tmp_path: Path) -> None:
    paths = written(
        tmp_path,
        a=with_options(record_of(rows([10])), side="100"),
        b=with_options(record_of(rows([20])), side="320"),
    )
    assert [item.label for item in read_measured(paths)] == ["m (side=100)", "m (side=320)"]


def test_one_method_and_nothing_else_to_tell_is_told_by_its_file(tmp_path: Path) -> None:
    paths = written(tmp_path, a=record_of(rows([10])), b=record_of(rows([20])))
    assert [item.label for item in read_measured(paths)] == [f"m ({path})" for path in paths]


def test_the_same_scores_twice_are_refused(tmp_path: Path) -> None:
    paths = written(tmp_path, a=record_of(rows([10])), b=record_of(rows([10])))
    with pytest.raises(
        ConfigError, match=r"a\.json and .*b\.json hold the same scores of method m"
    ):
        read_measured(paths)


def test_other_data_is_refused_and_both_are_named(tmp_path: Path) -> None:
    paths = written(
        tmp_path,
        a=record_of(rows([10]), digest="1111"),
        b=record_of(rows([20]), digest="2222"),
    )
    problem = r"a\.json and .*b\.json cannot stand side by side.*digest 1111.*digest 2222"
    with pytest.raises(ConfigError, match=problem):
        read_measured(paths)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_missing_query_is_named_with_the_count(order: tuple[int, int], tmp_path: Path) -> None:
    paths = written(tmp_path, a=record_of(rows([10])), b=record_of(rows([20], clips=2)))
    problem = r"b\.json: has no score of c2/0, which .*a\.json has; it lacks 2 expressions in all"
    with pytest.raises(DataError, match=problem):
        read_measured([paths[place] for place in order])


def test_other_frames_under_one_digest_are_noticed(tmp_path: Path) -> None:
    paths = written(tmp_path, a=record_of(rows([10, 10])), b=record_of(rows([20])))
    with pytest.raises(DataError, match=r"b\.json: c0/0 has other frames"):
        read_measured(paths)


def test_every_record_is_checked(tmp_path: Path) -> None:
    paths = written(tmp_path, a=record_of(rows([10])), b=record_of(rows([20]), method="n"))
    reseal(paths[1], lambda document: document["summary"]["j"].update(mean=0.9))
    with pytest.raises(DataError, match=r"b\.json: contradicts itself"):
        read_measured(paths)
