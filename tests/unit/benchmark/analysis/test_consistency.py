from pathlib import Path

import pytest

from benchmark.analysis.averages import average
from benchmark.analysis.consistency import Steps, consistency_analysis, spacing_text
from benchmark.report.measured import Measured
from benchmark.report.record import Row
from support.records import record_of
from support.rows import row

ROWS = [
    row("a", "0", [0, 100, 0]),  # steps of 100
    row("a", "1", [50, 50, 50]),  # of 0
    row("b", "0", [20, 40, 80]),  # of 30 in the mean
    row("c", "0", [70]),  # has none
]


def measured(*rows: Row) -> list[Measured]:
    return [Measured(Path("r.json"), "m", record_of(rows))]


def renamed(found: Row, *ids: str) -> Row:
    return found.model_copy(update={"frames": found.frames.model_copy(update={"ids": ids})})


def test_expressions_are_averaged_before_clips() -> None:
    (method,) = consistency_analysis(measured(*ROWS), Steps()).values["methods"]
    found = method["temporal_consistency_points"]
    assert found["mean"] == pytest.approx(((100 + 0) / 2 + 30) / 2)
    assert (found["clips"], found["videos"], found["expressions"]) == (2, 2, 3)
    assert found["left_out"] == 1
    assert method["j"] == record_of(ROWS).summary.j.mean


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (Steps(signed=True), (0 + 30) / 2),
        (Steps(divisor="frames"), (100 * 2 / 3 / 2 + 20) / 2),
    ],
)
def test_forms_of_the_paper(steps: Steps, expected: float) -> None:
    (method,) = consistency_analysis(measured(*ROWS), steps).values["methods"]
    assert method["temporal_consistency_points"]["mean"] == pytest.approx(expected)


def test_the_table_prints_j_beside_it_and_says_what_was_left_out() -> None:
    (table,) = consistency_analysis(measured(*ROWS), Steps()).document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["m", "52.8", "40.0", "-", "20.0 %"]
    assert any("1 expression with a single annotated frame" in note for note in table.notes)
    assert any("fewer than 5 videos" in note for note in table.notes)


def test_no_step_at_all() -> None:
    found = consistency_analysis(measured(row("c", "0", [70])), Steps())
    assert found.document.tables[0].rows[0].cells[2].text == "-"
    assert found.values["methods"][0]["temporal_consistency_points"]["mean"] is None
    assert found.csv.splitlines()[1] == "m,0.7,,,,0,0"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("a", "0", [1, 2, 3])], "4 frames at 24 fps, so 6 fps"),
        ([renamed(row("a", "0", [1, 2]), "1", "2")], "1 frame at 24 fps, so 24 fps"),
        ([renamed(row("a", "0", [1, 2, 3]), "1", "2", "9")], "uneven, 1 to 7 frames at 24 fps"),
        ([renamed(row("a", "0", [1, 2]), "x", "y")], "not known"),
        ([renamed(row("a", "0", [1, 2]), "a1", "b2")], "not known"),
        ([renamed(row("a", "0", [1, 2]), "x7", "x7")], "not known"),
        ([renamed(row("a", "0", [1, 2, 3]), "f9", "f10", "f11")], "1 by the numbers that end"),
        (
            [renamed(row("a", "0", [1, 2]), "f1", "f31"), row("b", "0", [1, 2])],
            "4 to 30 by the numbers that end the frames' names",
        ),
        ([row("a", "0", [1])], "no clip has two annotated frames"),
    ],
)
def test_spacing_is_stated(rows: list[Row], expected: str) -> None:
    assert spacing_text(rows, "24").startswith(expected)


def test_average_equals_the_rule_where_every_row_has_a_value() -> None:
    rows = [
        row("a", "0", [10], video="v"),
        row("a", "1", [30], video="v"),
        row("b", "0", [90], video="v"),
        row("c", "0", [40], video="w"),
    ]
    score = record_of(rows).summary.j
    found = average(record_of(rows), lambda item: item.j)
    assert found.mean == score.mean
    assert found.interval == (score.interval.low, score.interval.high)
    assert (found.clips, found.videos, found.expressions) == (3, 2, 4)


def test_records_by_category_are_averaged_by_category() -> None:
    """As J beside it is, so that the two can be read together; what has no value is left out."""
    rows = [
        row("a", "1", [10], concept="cap"),
        row("b", "1", [30], concept="cap"),
        row("a", "2", [90], concept="dog"),
        row("c", "3", [50], concept="sky"),
    ]
    record = record_of(rows, rule="per-category")
    found = average(record, lambda item: item.j)
    assert found.mean == record.summary.j.mean == pytest.approx((0.2 + 0.9 + 0.5) / 3)
    without_sky = average(record, lambda item: None if item.concept == "sky" else item.j)
    assert without_sky.mean == pytest.approx((0.2 + 0.9) / 2)
    assert (without_sky.expressions, without_sky.left_out) == (3, 1)
    assert average(record, lambda item: None).mean is None
