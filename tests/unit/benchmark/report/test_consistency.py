"""A record whose digest fits must still follow from its own pixel counts."""

from pathlib import Path
from typing import Any

import pytest

from benchmark.report.consistency import find_contradiction
from benchmark.report.record import read_record
from benchmark.rules.per_category import RULE, summarise
from refvps.errors import DataError
from support.records import record_of, reseal
from support.rows import row


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rows = [row(f"c{k}", e, [10 * k, 20]) for k in range(6) for e in "01"]
    record_of(rows).write(tmp_path / "r.json")
    return tmp_path / "r.json"


def set_at(document: Any, place: str, value: Any) -> None:
    *parents, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    for part in parents:
        document = document[part]
    document[last] = value


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("summary.j.mean", 0.9, "summary.j.mean is 0.9, but its rows give 0.22"),
        ("summary.j.interval.low", 0.0, r"summary\.j\.interval\.low"),
        ("summary.j.interval", None, r"summary\.j\.interval is None"),
        ("summary.concepts.0.j.videos", 60, r"summary\.concepts\.0\.j\.videos"),
        ("summary.groups", [], r"summary\.groups"),
        ("rows.3.j", 0.9, "row c1/1: j is 0.9, but its counts give 0.15"),
        ("rows.3.expression", "0", "row c1/0 occurs twice"),
        ("rows.3.video", "other", "row c1/1 is of video 'other'"),
        ("rows.3.frames.intersection", [90, 20], "counts of frame 00000 contradict each other"),
        ("rows.3.frames.intersection", [-1, 20], "counts of frame 00000 contradict each other"),
        ("rows.3.frames.union", [100], "counts of equal number"),
        ("rows.3.frames.ids", ["a", "a"], "a frame occurs twice"),
        ("rows", [], "it holds no scores"),
        ("rows.3.matched", "1", "row c1/1 is matched, but its rule matches nothing"),
        ("rule.name", "mean-of-means", "rule 'mean-of-means', which this version does not know"),
    ],
)
def test_an_edit_with_a_fitting_digest_is_noticed(
    place: str, value: Any, problem: str, path: Path
) -> None:
    reseal(path, lambda document: set_at(document, place, value))
    with pytest.raises(DataError, match=rf"r\.json: contradicts itself: .*{problem}"):
        read_record(path)


def test_what_was_not_edited_is_consistent(path: Path) -> None:
    assert find_contradiction(read_record(path)) is None


def test_an_interval_drawn_by_another_version_stands(path: Path) -> None:
    interval = {"low": 0.1, "high": 0.4, "level": 0.95, "resamples": 2000, "seed": 1}

    def edit(document: dict) -> None:
        for score in (document["summary"], *document["summary"]["groups"]):
            score["j"]["interval"] = interval

    reseal(path, edit)
    assert read_record(path).summary.j.interval.resamples == 2000


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("rows.0.f", 0.9, r"f is 0\.9, but its counts give"),
        ("rows.0.f", None, "f is None, but its counts give"),
        ("rows.0.contours", None, "has an F, but no boundary pixels"),
        ("rows.0.contours.matched_pred", [99, 0, 0], "boundary pixels contradict each other"),
        ("rows.0.contours.n_truth", [1], "boundary pixels need one count a frame"),
        ("summary.f.mean", 0.9, r"summary\.f\.mean is 0\.9"),
        ("summary.j_and_f", 0.9, r"summary\.j_and_f is 0\.9"),
    ],
)
def test_an_edited_f_is_noticed(place: str, value: Any, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes((Path(__file__).parent / "golden/record-2.json").read_bytes())
    assert find_contradiction(read_record(path)) is None
    reseal(path, lambda document: set_at(document, place, value))
    with pytest.raises(DataError, match=rf"contradicts itself: .*{problem}"):
        read_record(path)


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("rows.0.matched", "1", r"row crowd/0 is matched with '1', but its counts give '4'"),
        ("rows.0.matched", None, "row crowd/0 is matched with None, but its counts give '4'"),
        ("rows.0.others.0.target", "1", "row crowd/0: a target occurs twice"),
        ("rows.0.others.0.target", "9", "row crowd/1 has other targets than another row"),
        ("rows.0.others.0.intersection", [9999] * 9, "counts with target 2 contradict each other"),
        ("rows.0.others.0.matched_pred", [-1] * 9, "counts with target 2 contradict each other"),
        ("rows.0.others.0.n_truth", [99], "counts with target 2 contradict each other"),
        ("rows.0.others.0.pixels", [900] * 9, "row crowd/1 has other pixels of target 2"),
        ("rows.0.others", [], "row crowd/1 has other targets than another row"),
        ("rows.0.annotator", "x", "crowd has"),
        ("rows.0.annotator", None, "clip crowd has an expression of no set"),
        ("summary.sets", None, "summary.sets is None"),
        ("summary.sets.own.j.mean", 0.9, r"summary\.sets\.own\.j\.mean is 0\.9"),
        ("summary.sets.elsewhere", 0, r"summary\.sets\.elsewhere is 0"),
        ("summary.sets.sets.2.f.mean", 0.9, r"summary\.sets\.sets\.2\.f\.mean is 0\.9"),
        ("rule.name", "davis-direct", "row crowd/0 is matched, but its rule matches nothing"),
    ],
)
def test_an_edited_match_is_noticed(place: str, value: Any, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes((Path(__file__).parent / "golden/record-3.json").read_bytes())
    assert find_contradiction(read_record(path)) is None
    reseal(path, lambda document: set_at(document, place, value))
    with pytest.raises(DataError, match=rf"r\.json: contradicts itself: .*{problem}"):
        read_record(path)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("rows.0.exhaustive", False),
        ("summary.exhaustive.j.mean", 0.9),
        ("summary.exhaustive", None),
    ],
)
def test_edited_exhaustive_annotation_is_noticed(place: str, value: Any, tmp_path: Path) -> None:
    rows = [row(f"c{k}", "0", [10 * k]).model_copy(update={"exhaustive": k < 3}) for k in range(6)]
    record = record_of(rows).model_copy(update={"rule": RULE, "summary": summarise(rows)})
    record.write(tmp_path / "r.json")
    assert find_contradiction(read_record(tmp_path / "r.json")) is None
    reseal(tmp_path / "r.json", lambda document: set_at(document, place, value))
    with pytest.raises(DataError, match=r"contradicts itself: summary\.exhaustive"):
        read_record(tmp_path / "r.json")


def test_a_row_without_the_category_its_rule_needs_is_named(tmp_path: Path) -> None:
    rows = [row(f"c{k}", "0", [10 * k]) for k in range(3)]
    record = record_of(rows).model_copy(update={"rule": RULE, "summary": summarise(rows)})
    record.write(tmp_path / "r.json")
    reseal(tmp_path / "r.json", lambda document: set_at(document, "rows.1.concept", None))
    with pytest.raises(DataError, match=r"r\.json: contradicts itself: c1/0: has no category"):
        read_record(tmp_path / "r.json")
