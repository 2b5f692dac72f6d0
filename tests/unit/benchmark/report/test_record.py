import json
from pathlib import Path

import pytest

from benchmark.report.record import DatasetPart, EvalRecord, MethodPart, read_record
from benchmark.rules.per_expression import RULE, summarise
from refvps.errors import DataError
from support.rows import row


@pytest.fixture
def record() -> EvalRecord:
    rows = [row("a", "0", [10, 20]), row("ё", "0", [30])]
    return EvalRecord(
        tool={"refvps": "1"},
        dataset=DatasetPart(name="tiny", version="1", digest="d", fps="24"),
        method=MethodPart(
            name="m",
            run=None,
            layout="l",
            encodings=("palette",),
            masks_digest="x",
            frame_rate="24",
        ),
        rule=RULE,
        summary=summarise(rows),
        rows=tuple(rows),
    )


def test_round_trip(record: EvalRecord, tmp_path: Path) -> None:
    record.write(tmp_path / "r.json")
    assert read_record(tmp_path / "r.json") == record
    assert json.loads((tmp_path / "r.json").read_text()) == record.document()


def test_values_are_fractions(record: EvalRecord) -> None:
    assert record.document()["summary"]["j"]["mean"] == pytest.approx((0.15 + 0.3) / 2)


def test_the_same_record_has_the_same_bytes(record: EvalRecord, tmp_path: Path) -> None:
    record.write(tmp_path / "a.json")
    record.write(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_an_edit_is_noticed(record: EvalRecord, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    record.write(path)
    path.write_text(path.read_text().replace('"j": 0.3', '"j": 0.9'))
    with pytest.raises(DataError, match="was edited after it was written"):
        read_record(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "file is empty", id="empty"),
        pytest.param("{", "not valid JSON", id="truncated"),
        pytest.param("[1]", "expected a JSON object", id="list"),
        pytest.param('{"schema": "refvps-record/9"}', "written by a newer refvps", id="newer"),
        pytest.param('{"schema": "refvps-record/x"}', "names no schema", id="no-number"),
        pytest.param('{"schema": "refvps-record/1"}', "of this version: tool", id="parts-missing"),
        pytest.param("{}", "names no schema", id="nothing-in-it"),
    ],
)
def test_other_files_are_refused(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(DataError, match=problem):
        read_record(tmp_path / "r.json")
