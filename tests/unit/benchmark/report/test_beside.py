"""What some rules have beside the main score, in every place that shows a record."""

import csv
import io
from pathlib import Path

import pytest

from benchmark.report.beside import beside_facts, beside_lines, beside_scores
from benchmark.report.clip_table import clip_table
from benchmark.report.comparison import compare
from benchmark.report.comparison_json import comparison_json
from benchmark.report.csv_rows import expressions_csv, summary_csv
from benchmark.report.document import Document, Table
from benchmark.report.documents import comparison_document, report_document
from benchmark.report.html.sections import time_section
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric
from benchmark.report.paper import paper_table
from benchmark.report.scores import score_of, set_scores
from benchmark.rules import davis_direct, davis_unsupervised
from benchmark.rules.per_expression import j_and_f_of
from support.records import record_of
from support.rows import row
from support.set_rows import matched, set_row

OWN = "Each expression against the target it was written for"
EXHAUSTIVE = "Where a category is annotated exhaustively"


def davis(label: str, shared: int, rule: str = davis_unsupervised.RULE.name) -> Measured:
    """Six clips of two targets in two sets; in the second set predictions are swapped."""
    rows = []
    for clip in "abcdef":
        for name, own, other in (("s1", [shared, 80], [5, 0]), ("s2", [5, 0], [shared, 80])):
            rows += [
                set_row(clip, name, target, {target: own, wrong: other})
                for target, wrong in (("1", "2"), ("2", "1"))
            ]
    if rule == davis_direct.RULE.name:
        rows = [found.model_copy(update={"others": ()}) for found in rows]
    else:
        rows = matched(rows)
    record = record_of(rows, method=label, dataset="ref-davis", rule=rule)
    return Measured(Path(f"{label}.json"), label, record)


def burst(label: str, *, said: tuple[bool | None, ...] = (True, False), f: int | None = None):
    rows = [
        row(
            f"c{k}",
            str(k),
            [10 * k + len(label)],
            concept=("zebra", "cap")[k % 2],
            f=None if f is None else [f],
        ).model_copy(update={"exhaustive": said[k % 2]})
        for k in range(10)
    ]
    record = record_of(rows, method=label, dataset="burst", rule="per-category")
    return Measured(Path(f"{label}.json"), label, record)


def table(document: Document, title: str) -> list[list[str]]:
    (found,) = [each for each in document.tables if each.title == title]
    return texts(found)


def texts(found: Table) -> list[list[str]]:
    return [
        [column.heading for column in found.columns],
        *([cell.text for cell in line.cells] for line in found.rows),
    ]


def test_a_report_shows_sets_and_own_referents() -> None:
    items = [davis("one", 60), davis("two", 30)]
    document = report_document(items, tuple(Metric), [])
    own = table(document, OWN)
    scores = [heading for metric in Metric for heading in (metric, "95 % interval")]
    assert own[0] == ["method", *scores, "matched elsewhere"]
    assert [line[0] for line in own[1:]] == ["one", "two"]
    assert own[1][-1] == "12 of 24"
    for metric in Metric:
        by_set = table(document, f"By set of expressions, {metric}")
        assert by_set[0] == [
            "set of expressions",
            f"{metric} of one",
            f"{metric} of two",
            "clips",
            "videos",
        ]
        assert [line[0] for line in by_set[1:]] == ["s1", "s2"]
    assert ("targets", "12 in each set") in document.facts


def test_scores_of_single_clips_are_said_to_be_of_own_referents() -> None:
    said = "Clip by clip: each expression against the target it was written for."
    assert said in clip_table([davis("one", 60)], (Metric.J,)).notes
    assert clip_table([davis("one", 60, davis_direct.RULE.name)], (Metric.J,)).notes == ()
    assert said in time_section([davis("one", 60)], Metric.J).body
    assert said not in time_section([burst("one")], Metric.J).body


def test_one_method_has_its_sets_in_one_table() -> None:
    document = report_document([davis("one", 60)], tuple(Metric), [])
    assert table(document, "By set of expressions")[0][1:4] == ["J", "F", "J&F"]


def test_j_and_f_of_a_part_is_averaged_by_its_rule_and_is_the_mean_of_both() -> None:
    record = davis("one", 60).record
    (own,) = beside_scores(record)
    both = own.part.score(Metric.J_AND_F)
    assert both is not None
    assert both == davis_direct.score_of(record.rows, j_and_f_of)
    assert record.summary.sets is not None
    assert record.summary.sets.own is not None
    assert both.mean == pytest.approx(record.summary.sets.own.j_and_f)
    assert both.interval is not None
    found = [score.mean for _, score in set_scores(record, Metric.J_AND_F)]
    assert sum(found) / 2 == pytest.approx(score_of(record, Metric.J_AND_F).mean)


def test_a_comparison_shows_them_by_its_own_metrics() -> None:
    items = [davis("one", 60), davis("two", 30)]
    comparisons = [compare(items, Metric.J_AND_F)]
    document = comparison_document(items, comparisons, [])
    assert table(document, OWN)[0] == ["method", "J&F", "95 % interval", "matched elsewhere"]
    assert len(table(document, "By set of expressions")) == 3
    values = comparison_json(items, comparisons, [])
    assert [entry["name"] for entry in values["sets"]] == ["s1", "s2"]
    first = values["beside"][0]
    assert (first["method"], first["name"], first["metric"]) == ("one", "own referents", "J&F")
    assert first["matched_elsewhere"] == 0.5


@pytest.mark.parametrize("said", [(True, False), (True, True)])
def test_exhaustive_pairs_stand_beside_with_their_counts(said: tuple[bool, bool]) -> None:
    items = [burst("one", said=said), burst("three", said=said)]
    for document in (
        report_document(items, (Metric.J,), []),
        comparison_document(items, [compare(items)], []),
    ):
        (found,) = [each for each in document.tables if each.title == EXHAUSTIVE]
        assert texts(found)[0] == ["method", "J", "95 % interval"]
        pairs = "10 (clip, category) pairs, 2 categories, 10 clips"
        kept = pairs if all(said) else "5 (clip, category) pairs, 1 category, 5 clips"
        assert found.notes[0] == kept
        assert ("scored", f"{pairs} in all") in document.facts


def test_f_of_exhaustive_pairs_is_shown_where_it_was_computed() -> None:
    items = [burst("one", f=60), burst("three")]
    found = table(report_document(items, tuple(Metric), []), EXHAUSTIVE)
    assert found[1][1::2] == ["43.0", "60.0", "51.5"]
    assert found[2][1::2] == ["45.0", "-", "-"]


def test_nothing_exhaustive_is_said_and_unsaid_is_nothing() -> None:
    none = burst("one", said=(False, False))
    assert beside_scores(none.record) == ()
    ((term, text),) = beside_facts(none.record)
    assert (term, text.partition(";")[0]) == ("exhaustive", "no category is annotated exhaustively")
    unsaid = burst("one", said=(None, None)).record
    assert (beside_scores(unsaid), beside_facts(unsaid)) == ((), ())
    document = report_document([none], (Metric.J,), [])
    assert (term, text) in document.facts
    assert EXHAUSTIVE not in [each.title for each in document.tables]


def test_a_record_of_before_exhaustiveness_was_kept_has_a_stroke() -> None:
    items = [burst("one", said=(None, None)), burst("three")]
    found = table(report_document(items, (Metric.J,), []), EXHAUSTIVE)
    assert found[1] == ["one", "-", ""]


def test_lines_of_the_terminal_say_the_same() -> None:
    lines = beside_lines(davis("one", 60).record)
    assert lines[0].startswith("own referents      J ")
    assert lines[0].endswith(", each expression against the target it was written for")
    assert lines[1:] == [
        "matched elsewhere  12 of 24 predictions",
        "targets            12 in each set",
    ]
    lines = beside_lines(burst("one").record)
    assert lines == [
        "exhaustive         J 43.0 [19.0, 67.0], where a category is annotated exhaustively: "
        "5 (clip, category) pairs, 1 category, 5 clips",
        "scored             10 (clip, category) pairs, 2 categories, 10 clips in all",
    ]


def test_csv_holds_them() -> None:
    item = davis("one", 60)
    lines = list(csv.DictReader(io.StringIO(summary_csv([item], []))))
    scopes = [line["scope"] for line in lines if line["metric"] == "J"]
    assert scopes == ["all", "set", "set", "own referents"]
    (elsewhere,) = [line for line in lines if line["metric"] == "matched elsewhere"]
    assert (elsewhere["mean"], elsewhere["expressions"]) == ("0.5", "24")
    first = next(csv.DictReader(io.StringIO(expressions_csv([item]))))
    assert (first["target"], first["matched"], first["exhaustive"]) == ("1", "1", "")
    lines = list(csv.DictReader(io.StringIO(summary_csv([burst("one")], []))))
    (found,) = [line for line in lines if line["scope"] == "exhaustive"]
    assert (found["expressions"], found["clips"]) == ("5", "5")
    first = next(csv.DictReader(io.StringIO(expressions_csv([burst("one")]))))
    assert (first["matched"], first["exhaustive"]) == ("", "1")


@pytest.mark.parametrize(
    ("rule", "beside"),
    [
        ("davis-unsupervised", True),
        ("davis-unsupervised-first-wins", False),
        ("davis-direct", False),
    ],
)
def test_quoted_rows_stand_beside_their_own_rule_alone(rule: str, beside: bool) -> None:
    items = [davis("one", 60, rule)]
    quoted = [paper_table("1"), paper_table("H")]
    document = report_document(items, tuple(Metric), quoted)
    titles = [each.title for each in document.tables]
    assert ("Beside figures quoted from the paper" in titles) == beside
    apart = [each for each in document.tables if each.title.startswith("Table 1 of the paper")]
    assert bool(apart) == (not beside)
    if apart:
        assert "Ref-DAVIS: by the rule davis-unsupervised" in apart[0].notes
    assert ("quoted from the paper, table 1" in summary_csv(items, quoted)) == beside


def test_quoted_rows_of_ref_davis_have_what_each_table_prints() -> None:
    quoted = [paper_table("1"), paper_table("H")]
    document = report_document([davis("one", 60)], tuple(Metric), quoted)
    found = table(document, "Beside figures quoted from the paper")
    assert found[-5][:-1] == ["REM (Wan-14B)", "71.3", "", "78.7", "", "75.0", ""]
    assert found[-4] == ["MUTR", "64.8", "", "", "", "", "", "quoted from the paper, table H"]
