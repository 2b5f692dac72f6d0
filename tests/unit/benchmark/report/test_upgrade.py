"""Records that were written by older versions are still read; newer ones name the way out."""

from pathlib import Path

import pytest

from benchmark.report.record import read_record
from benchmark.report.upgrade import NEWEST, upgrade
from refvps.errors import DataError

GOLDEN = Path(__file__).with_name("golden")


def test_the_golden_record_of_schema_1_is_read() -> None:
    """The file is never made again: it stands for those that users wrote long ago."""
    record = read_record(GOLDEN / "record-1.json")
    assert record.form == f"refvps-record/{NEWEST}"
    assert record.method.name == "full-frame"
    assert record.dataset.name == "squares"
    assert len(record.rows) == 12
    assert record.summary.j.mean == pytest.approx(0.0582010582010582, abs=1e-15)
    assert record.rows[0].text == "the square of clip-0, said 0"
    assert (record.summary.f, record.rows[0].f, record.rows[0].contours) == (None, None, None)


def test_the_golden_record_of_schema_2_is_read() -> None:
    record = read_record(GOLDEN / "record-2.json")
    assert record.form == f"refvps-record/{NEWEST}"
    assert record.summary.f is not None
    assert record.summary.f.mean == pytest.approx(0.4074778714533072, abs=1e-15)
    assert record.summary.j_and_f == pytest.approx(0.37151827642897184, abs=1e-15)


def test_what_schema_3_added_is_absent_in_older_records() -> None:
    for number in (1, 2):
        record = read_record(GOLDEN / f"record-{number}.json")
        assert (record.summary.sets, record.summary.exhaustive) == (None, None)
        row = record.rows[0]
        assert (row.exhaustive, row.matched, row.others) == (None, None, ())


def test_the_golden_record_of_schema_3_is_read() -> None:
    record = read_record(GOLDEN / "record-3.json")
    assert record.rule.name == "davis-unsupervised"
    assert record.summary.j.mean == pytest.approx(0.39022153974027296, abs=1e-15)
    assert record.summary.sets is not None
    assert record.summary.sets.own is not None
    assert record.summary.sets.own.j.mean == pytest.approx(0.42679182672629407, abs=1e-15)
    assert record.summary.sets.elsewhere == 4
    assert (record.rows[0].target, record.rows[0].matched) == ("1", "4")


def test_every_schema_has_a_golden_record() -> None:
    kept = {path.name for path in GOLDEN.glob("record-*.json")}
    assert kept == {f"record-{number}.json" for number in range(1, NEWEST + 1)}


def test_steps_are_taken_in_turn() -> None:
    steps = {1: lambda old: {**old, "a": 1}, 2: lambda old: {**old, "b": old["a"] + 1}}
    first = {"schema": "refvps-record/1", "kept": 0}
    found = upgrade(Path("r"), first, newest=3, steps=steps)
    assert found == {"schema": "refvps-record/3", "kept": 0, "a": 1, "b": 2}
    assert first == {"schema": "refvps-record/1", "kept": 0}
    second = {"schema": "refvps-record/2", "a": 5}
    assert upgrade(Path("r"), second, newest=3, steps=steps)["b"] == 6


def test_a_newer_schema_is_refused_with_advice() -> None:
    problem = r"r: was written by a newer refvps \(refvps-record/2; this one reads up to .*upgrade"
    with pytest.raises(DataError, match=problem):
        upgrade(Path("r"), {"schema": "refvps-record/2"}, newest=1)
