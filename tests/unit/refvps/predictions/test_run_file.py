from pathlib import Path

import pytest

from refvps.errors import DataError, ResumeError
from refvps.predictions.run_file import RunFile, read_run, require_same_run, write_run

RUN = RunFile(
    method="m",
    dataset="tiny",
    dataset_version="1.0.0",
    dataset_digest="aa",
    options_given={},
    options={"threshold": "0.5"},
    checkpoint="cc",
    device="cpu",
    seed=None,
    window=None,
    frame_rate="24",
    versions={"numpy": "2"},
)


def changed(**values: object) -> RunFile:
    return RUN.model_copy(update=values)


def test_round_trip(tmp_path: Path) -> None:
    assert read_run(tmp_path) is None
    write_run(tmp_path, RUN)
    assert read_run(tmp_path) == RUN
    assert '"schema": "refvps-run/1"' in (tmp_path / "run.json").read_text()


@pytest.mark.parametrize(
    ("planned", "difference"),
    [
        (changed(checkpoint="dd"), "checkpoint was cc, is dd"),
        (changed(checkpoint=None), "checkpoint was cc, is none"),
        (changed(options={"threshold": "0.7"}), "option threshold was 0.5, is 0.7"),
        (changed(options={"threshold": "0.5", "new": "1"}), "option new was none, is 1"),
        (changed(dataset_digest="bb"), "data-set digest was aa, is bb"),
        (changed(method="n"), "method was m, is n"),
    ],
)
def test_going_on_with_something_else_is_refused(planned: RunFile, difference: str) -> None:
    with pytest.raises(ResumeError, match=difference) as caught:
        require_same_run(Path("preds"), RUN, planned)
    assert caught.value.details == (difference,)


def test_every_difference_is_named() -> None:
    with pytest.raises(ResumeError, match=r"\(and 1 more differences\)") as caught:
        require_same_run(Path("preds"), RUN, changed(checkpoint="dd", dataset_digest="bb"))
    assert len(caught.value.details) == 2


@pytest.mark.parametrize(
    "planned", [RUN, changed(device="cuda:0"), changed(versions={"numpy": "3"})]
)
def test_device_and_versions_do_not_stop_a_run(planned: RunFile) -> None:
    require_same_run(Path("preds"), RUN, planned)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema": "refvps-run/9"}'])
def test_a_damaged_file_is_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(DataError, match=r"run.json: .*predict into another folder"):
        read_run(tmp_path)
