from pathlib import Path

import pytest

from benchmark.analysis.factors import factors_of, words_in
from benchmark.analysis.failures import failures_analysis
from benchmark.metrics.mask_change import TrackChange
from benchmark.report.measured import Measured
from benchmark.report.record import Row
from refvps.drawing.plots import picture
from support.records import record_of
from support.rows import row


def said(found: Row, text: str) -> Row:
    return found.model_copy(update={"text": text})


ROWS = [
    said(row("a", "0", [90]), "one two"),
    said(row("a", "1", [70]), "one two three"),
    said(row("b", "0", [60]), "one two"),
    said(row("c", "0", [40]), "one two three"),
    said(row("d", "0", [20]), "one two three four"),
    said(row("e", "0", [10]), "one"),
]
CHANGES = {
    ("a", "1"): TrackChange(0.1, 0.4, 5, 0),
    ("b", "1"): TrackChange(0.2, 0.3, 5, 0),
    ("c", "1"): TrackChange(0.3, 0.2, 5, 1),
    ("d", "1"): TrackChange(0.4, 0.1, 5, 0),
    ("e", "1"): TrackChange(None, None, 0, 2),
}


def measured(*rows: Row) -> list[Measured]:
    return [Measured(Path("r.json"), "m", record_of(rows))]


def test_factors_by_hand() -> None:
    motion, shape, length = factors_of(ROWS, CHANGES, 2)
    assert [(own.low, own.high, own.units) for own in motion.bins] == [(0.1, 0.2, 2), (0.3, 0.4, 2)]
    assert [own.j for own in motion.bins] == [pytest.approx(0.7), pytest.approx(0.3)]
    assert (motion.rho, shape.rho) == (-1.0, 1.0)
    assert motion.drop == pytest.approx(0.4)
    assert (motion.left_out, length.left_out) == (1, 0)
    assert [(own.low, own.high, own.units) for own in length.bins] == [(1, 2, 3), (3, 4, 3)]
    assert length.bins[0].j == pytest.approx((0.9 + 0.6 + 0.1) / 3)


def test_the_interval_of_a_bin_is_that_of_its_videos() -> None:
    from benchmark.metrics.bootstrap import bootstrap_interval

    (motion, _, _) = factors_of(ROWS, CHANGES, 2)
    assert motion.bins[0].interval == bootstrap_interval([[0.8], [0.6]])


def test_tables_state_definitions_and_what_was_not_measured() -> None:
    tables = failures_analysis(measured(*ROWS), CHANGES, 2).document.tables
    assert [table.title for table in tables[:3]] == [
        "J in percent by motion",
        "J in percent by shape change",
        "J in percent by expression length",
    ]
    assert [cell.text for cell in tables[0].rows[0].cells] == [
        *("0.1 to 0.2", "2", "2", "70.0", "-"),
    ]
    notes = " ".join(tables[3].notes)
    assert "this project's own" in notes
    assert "3 of 23 steps touch a frame annotated as empty" in notes
    assert "1 target without a step left out" in notes


def test_values_and_rows() -> None:
    found = failures_analysis(measured(*ROWS), CHANGES, 2)
    factors = found.values["methods"][0]["factors"]
    assert [factor["name"] for factor in factors] == ["motion", "shape change", "expression length"]
    assert factors[0]["rho"] == -1.0
    assert found.values["targets"][4]["motion"] is None
    lines = found.csv.splitlines()
    assert lines[1].startswith("m,motion,1,0.1,0.2,target,2,2,")
    assert len(lines) == 1 + 6


def test_drawn_even_where_nothing_moves_and_nothing_is_right() -> None:
    rows = [row("a", "0", [0]), row("b", "0", [0])]
    still = {("a", "1"): TrackChange(None, None, 0, 0), ("b", "1"): TrackChange(None, None, 0, 0)}
    found = failures_analysis(measured(*rows), still, 4)
    assert found.values["methods"][0]["factors"][0]["bins"] == ()
    assert found.values["methods"][0]["factors"][2]["rho"] is None
    assert len(found.document.tables) == 2
    assert picture(found.draw, "png") == picture(found.draw, "png")


@pytest.mark.parametrize(("text", "words"), [("", 0), ("smoke", 1), ("a\u00a0b\tc\n d", 4)])
def test_words(text: str, words: int) -> None:
    assert words_in(text) == words
