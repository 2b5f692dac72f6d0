import re
from pathlib import Path

import pytest

from benchmark.analysis.coverage import ClassScore, class_scores, coverage_analysis
from benchmark.report.measured import Measured
from benchmark.report.record import Row
from refvps.drawing.plots import COLOURS, picture, styles
from refvps.errors import ConfigError, DataError
from support.records import record_of
from support.rows import row

ROWS = [
    row("a", "0", [10], concept="smoke", video="v"),
    row("a", "1", [30], concept="smoke", video="v"),
    row("b", "0", [80], concept="smoke", video="v"),
    row("c", "0", [90], concept="ink"),
    row("d", "0", [50], concept="wax"),
    row("e", "0", [99], concept=None),
]


def measured(*rows: Row) -> list[Measured]:
    return [Measured(Path("r.json"), "m", record_of(rows))]


def test_classes_are_sorted_by_their_j() -> None:
    assert class_scores(ROWS) == (
        ClassScore("ink", 0.9, 1, 1),
        ClassScore("smoke", 0.5, 2, 1),
        ClassScore("wax", 0.5, 1, 1),
    )
    assert [found.name for found in class_scores(ROWS, min_clips=2)] == ["smoke"]


def test_values_and_rows() -> None:
    found = coverage_analysis(measured(*ROWS))
    (method,) = found.values["methods"]
    assert method["area"] == pytest.approx(1.9 / 3)
    assert [item["rank"] for item in method["classes"]] == [1, 2, 3]
    assert method["share_at_least"][50] == {"t": 0.5, "share": 1.0}
    assert method["share_at_least"][51] == {"t": 0.51, "share": 1 / 3}
    assert found.csv.splitlines()[:3] == [
        "method,rank,class,j,clips,videos",
        "m,1,ink,0.9,1,1",
        "m,2,smoke,0.5,2,1",
    ]


def test_the_smallest_class_is_stated_and_those_left_out_are_counted() -> None:
    notes = coverage_analysis(measured(*ROWS)).document.tables[0].notes
    assert notes[0].startswith("3 classes of 1 to 2 clips each")
    notes = coverage_analysis(measured(*ROWS), min_clips=2).document.tables[0].notes
    assert notes[0].startswith("1 class of 2 clips")
    assert notes[1] == "2 classes of fewer than 2 clips left out"


def test_bad_inputs() -> None:
    with pytest.raises(ConfigError, match="the most any has is 2"):
        coverage_analysis(measured(*ROWS), min_clips=3)
    with pytest.raises(DataError, match="names no concepts"):
        coverage_analysis(measured(row("a", "0", [1], concept=None)))


@pytest.mark.parametrize("form", ["png", "pdf", "svg"])
def test_pictures_are_the_same_bytes_every_time(form: str) -> None:
    draw = coverage_analysis(measured(*ROWS)).draw
    first = picture(draw, form)
    assert first == picture(draw, form)
    assert not re.search(rb"Matplotlib v|CreationDate|<dc:date>", first)


def test_names_with_signs_of_formulas_and_other_scripts_are_drawn() -> None:
    found = coverage_analysis([Measured(Path("r"), "$x^2$ _煙_ \\frac", record_of(ROWS))])
    assert picture(found.draw, "png")


def test_styles_differ() -> None:
    found = [(style.colour, str(style.dashes)) for style in styles(28)]
    assert len(set(found)) == 28
    assert len(COLOURS) == 7
