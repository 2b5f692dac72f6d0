"""One document in every format; names that would break out of each."""

import csv
import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.report import csv_rows, latex, markdown
from benchmark.report.clip_table import clip_table
from benchmark.report.comparison import compare
from benchmark.report.document import (
    CAUTION,
    Cell,
    Column,
    Document,
    Table,
    TableRow,
    percent,
    plain,
    strongest,
)
from benchmark.report.documents import comparison_document, report_document
from benchmark.report.measured import Measured
from benchmark.report.metric import Metric
from benchmark.report.paper import paper_table
from benchmark.report.text import format_text
from support.records import record_of
from support.rows import row

HOSTILE = r"a_b & 50 % #1 ~^\{} $x$ <i> | * [c] `d` 'e' -- †"


def measured(dataset: str = "tiny", method: str = HOSTILE) -> list[Measured]:
    found = []
    for label, score in ((method, 40), ("plain", 20)):
        rows = [
            row(f"c{k}", str(e), [score + k, 100], concept=HOSTILE if k % 2 else "[star]*")
            for k in range(6)
            for e in range(2)
        ]
        record = record_of(rows, method=label, dataset=dataset)
        found.append(Measured(Path(f"{score}.json"), label, record))
    return found


def document(dataset: str = "tiny", paper: tuple[str, ...] = ()) -> Document:
    items = measured(dataset)
    return comparison_document(items, [compare(items)], [paper_table(name) for name in paper])


def small() -> Document:
    rows = (
        TableRow((Cell("a|b"), Cell("17.6", 0.176, strong=True))),
        TableRow((Cell("REM"), Cell("49.0", 0.49)), quoted=True),
    )
    columns = (Column("method"), Column("J", number=True))
    return Document("T_1", ("A & B.",), (Table("All", columns, rows, (f"{CAUTION} few",)),), ())


def test_text() -> None:
    assert format_text(small()) == (
        "T_1\n\nA & B.\n\nAll\nmethod     J\na|b     17.6\nREM     49.0\n† few"
    )


def test_markdown() -> None:
    assert markdown.format_markdown(small()) == (
        "# T\\_1\n\nA &amp; B.\n\n## All\n\n| method | J |\n| --- | ---: |\n"
        "| a\\|b | **17.6** |\n| *REM* | *49.0* |\n\n† few\n"
    )


def test_latex() -> None:
    found = latex.format_latex(small(), standalone=False)
    assert found.splitlines()[2:] == [
        r"\begin{table}[htbp]",
        r"\centering",
        r"\caption{All}",
        r"\begin{tabular}{@{}lr@{}}",
        r"\toprule",
        r"method & J \\",
        r"\midrule",
        r"a\textbar{}b & \textbf{17.6} \\",
        r"\midrule",
        r"\textit{REM} & \textit{49.0} \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\par\smallskip\footnotesize \textdagger{} few",
        r"\end{table}",
    ]


def test_a_table_to_be_read_in_holds_no_preamble() -> None:
    found = latex.format_latex(document(), standalone=False)
    assert r"\documentclass" not in found
    assert r"\resizebox" not in found
    assert r"\documentclass" in latex.format_latex(document(), standalone=True)


@pytest.mark.parametrize("special", list("\\{}&%$#_~^<>|[]*\"`'"))
def test_latex_has_no_special_character_left(special: str) -> None:
    assert latex.escape(special) != special


@given(st.text(alphabet=list("ab\\`*_{}[]()#+-.!|~^$<>&"), max_size=20))
def test_markdown_escapes_can_be_undone(text: str) -> None:
    shown = markdown.escape(text)
    assert "<" not in shown
    undone = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    for character in "`*_{}[]()#+!|~^$-":
        undone = undone.replace(f"\\{character}", character)
    assert undone.replace("\\\\", "\\") == text


@given(st.text(max_size=40))
def test_plain_text_steers_nothing(text: str) -> None:
    shown = plain(text)
    assert shown == "" or shown.isprintable() or any(ord(c) > 127 for c in shown)
    assert not set(shown) & set("\n\r\t\x1b\x07\x9b\u202e\u2066")


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.176, "17.6"), (-0.0004, "0.0"), (-0.031, "-3.1"), (1.0, "100.0")]
)
def test_percent(fraction: float, text: str) -> None:
    assert percent(fraction) == text


def test_what_prints_alike_is_bold_alike() -> None:
    cells = strongest([Cell("17.6", 0.1764), Cell("17.6", 0.1757), Cell("3.0", 0.03), Cell("")])
    assert [cell.strong for cell in cells] == [True, True, False, False]
    assert not strongest([Cell("17.6", 0.176)])[0].strong


def test_a_quoted_table_stands_apart_on_other_data() -> None:
    """On the demo it is never a row among what was measured."""
    tables = document("demo", paper=("4",)).tables
    quoted = [table for table in tables if any(row.quoted for row in table.rows)]
    assert [table.title for table in quoted] == [
        "Table 4 of the paper: Zero-shot comparison on Ref-VPS"
    ]
    assert "quoted from the paper, table 4" in quoted[0].notes[0]


def test_a_quoted_table_joins_the_methods_on_its_own_data() -> None:
    found = document("Ref-VPS", paper=("4",))
    rows = [row for table in found.tables for row in table.rows if row.quoted]
    assert [row.cells[0].text for row in rows][-1] == "REM (Wan-14B)"
    assert {row.cells[-1].text for row in rows} == {"quoted from the paper, table 4"}
    assert not any(cell.strong for row in rows for cell in row.cells)
    assert "REM" not in " ".join(found.sentences)
    differences = found.tables[1]
    assert len(differences.rows) == 1


def test_csv_has_a_row_for_every_observation() -> None:
    items = measured()
    expressions = list(csv.DictReader(io.StringIO(csv_rows.expressions_csv(items))))
    assert len(expressions) == 24
    assert expressions[0]["method"] == HOSTILE
    assert float(expressions[0]["j"]) == items[0].record.rows[0].j
    assert (expressions[0]["f"], expressions[0]["j_and_f"]) == ("", "")
    frames = list(csv.DictReader(io.StringIO(csv_rows.frames_csv(items))))
    assert len(frames) == 48
    assert {key: frames[0][key] for key in ("frame", "j", "intersection", "union", "void")} == {
        "frame": "00000",
        "j": "0.4",
        "intersection": "40",
        "union": "100",
        "void": "0",
    }
    summary = list(csv.DictReader(io.StringIO(csv_rows.summary_csv(items, []))))
    assert [line["scope"] for line in summary[:4]] == ["all", "group", "concept", "concept"]
    assert {line["metric"] for line in summary} == {"J"}
    assert float(summary[0]["low"]) < float(summary[0]["mean"]) < float(summary[0]["high"])


def test_csv_marks_what_is_quoted() -> None:
    summary = csv_rows.summary_csv(measured("ref-vps"), [paper_table("4")])
    assert 'MUTR,all,,J,,,,0.254,,,"quoted from the paper, table 4"' in summary.splitlines()
    lines = csv_rows.paper_csv([paper_table("G")]).splitlines()
    assert lines[1] == '"G",'.replace('"', "") + (
        '200,Ref-YTB,J&F,percent,59.2,"quoted from the paper, table G"'
    )


def with_f(label: str, dataset: str = "ref-youtube-vos", *, f: int | None = 60) -> Measured:
    frames = None if f is None else [f, f + 10]
    rows = [row(f"c{k}", "0", [40 + k, 20], f=frames) for k in range(6)]
    return Measured(Path(f"{label}.json"), label, record_of(rows, method=label, dataset=dataset))


def texts(document: Document) -> list[list[list[str]]]:
    return [
        [[column.heading for column in table.columns]]
        + [[cell.text for cell in row.cells] for row in table.rows]
        for table in document.tables
    ]


def test_a_report_has_a_column_of_every_metric() -> None:
    found = report_document([with_f("one")], tuple(Metric), [])
    overall, others, by_group, by_concept = texts(found)
    assert overall[0] == ["method", *(h for m in Metric for h in (m, "95 % interval"))]
    assert overall[1][1::2] == ["31.2", "65.0", "48.1"]
    assert others[0][1:3] == ["flat mean over expressions", "flat mean over frames"]
    assert by_group[0] == ["group", "J", "F", "J&F", "clips", "videos"]
    assert by_concept[0][0] == "concept"
    assert (
        found.title == "Region similarity J and contour accuracy F in percent on ref-youtube-vos 1"
    )


def test_several_methods_have_a_table_a_metric() -> None:
    found = report_document([with_f("one"), with_f("two", f=30)], tuple(Metric), [])
    titles = [table.title for table in found.tables]
    assert [title for title in titles if "group" in title] == [
        "By group, J",
        "By group, F",
        "By group, J&F",
    ]
    heads = [column.heading for column in found.tables[3].columns]
    assert heads == ["group", "F of one", "F of two", "clips", "videos"]


def test_what_was_not_computed_is_a_stroke_and_is_said() -> None:
    found = report_document([with_f("one"), with_f("two", f=None)], tuple(Metric), [])
    overall = texts(found)[0]
    assert overall[2][3:] == ["-", "", "-", ""]
    assert "F was not computed for two, which holds J alone" in found.tables[0].notes[0]
    assert not [table for table in found.tables if table.title.startswith("By group, F")]
    alone = report_document([with_f("two", f=None)], (Metric.J,), [])
    assert "J alone: F was not computed" in alone.tables[0].notes[0]


def test_rows_of_the_paper_have_all_metrics_that_it_prints() -> None:
    found = report_document([with_f("one")], tuple(Metric), [paper_table("1")])
    (table,) = [table for table in texts(found) if table[0][-1] == "source"]
    assert table[0][1::2] == ["J", "F", "J&F", "source"]
    assert table[-1][:-1] == ["REM (Wan-14B)", "69.2", "", "74.3", "", "71.7", ""]
    alone = report_document([with_f("two", f=None)], (Metric.J,), [paper_table("1")])
    (table,) = [table for table in texts(alone) if table[0][-1] == "source"]
    assert table[1][1::2] == ["31.2", "-", "-", "measured"]


def test_a_comparison_says_its_metric_everywhere() -> None:
    items = [with_f("one"), with_f("two", f=30)]
    found = comparison_document(items, [compare(items, metric) for metric in Metric], [])
    assert [table.title for table in found.tables][:4] == [
        "All clips, J",
        "Paired differences in J",
        "All clips, F",
        "Paired differences in F",
    ]
    assert [sentence.partition(" in ")[2].split()[0] for sentence in found.sentences] == [
        "J",
        "F",
        "J&F",
    ]


def test_categories_are_called_so() -> None:
    rows = [row(f"c{k}", str(e), [10 * k + e], concept=f"k{e}") for k in range(6) for e in range(2)]
    item = Measured(Path("a.json"), "a", record_of(rows, rule="per-category", dataset="burst"))
    found = report_document([item], (Metric.J,), [])
    assert [table.title for table in found.tables] == ["All clips", "By group", "By category"]
    assert dict(found.facts)["data"] == "6 clips from 6 videos, 12 expressions, 2 categories"


def test_the_table_of_clips_shows_every_metric() -> None:
    found = clip_table([with_f("one")], tuple(Metric))
    assert [column.heading for column in found.columns][:6] == [
        *("clip", "J", "lowest J of an expression", "highest J of an expression", "F", "J&F")
    ]
    assert [cell.text for cell in found.rows[1].cells][1:6] == [
        "30.5",
        "30.5",
        "30.5",
        "65.0",
        "47.8",
    ]
    two = clip_table([with_f("one"), with_f("two", f=30)], (Metric.J, Metric.F))
    assert [column.heading for column in two.columns][4:7] == [
        "F of one",
        "F of two",
        "difference in F",
    ]
    assert [cell.text for cell in two.rows[0].cells][4:7] == ["65.0", "35.0", "30.0"]
    assert [cell.bar.series for cell in two.rows[0].cells if cell.bar] == [0, 1, 0, 1]


def test_clips_have_no_column_that_says_nothing() -> None:
    bare = [row(f"c{k}", "0", [k], concept=None) for k in range(6)]
    named = [row(f"c{k}", "0", [k], video=f"v{k}") for k in range(6)]
    for rows, known in ((bare, ["frames"]), (named, ["concept", "video", "frames"])):
        item = Measured(Path("r.json"), "m", record_of(rows))
        heads = [column.heading for column in clip_table([item], (Metric.J,)).columns]
        assert heads[4:] == known


def test_csv_of_records_with_f() -> None:
    item = with_f("one")
    expressions = list(csv.DictReader(io.StringIO(csv_rows.expressions_csv([item]))))
    assert {key: float(expressions[0][key]) for key in ("j", "f", "j_and_f")} == pytest.approx(
        {"j": 0.3, "f": 0.65, "j_and_f": 0.475}
    )
    frames = list(csv.DictReader(io.StringIO(csv_rows.frames_csv([item]))))
    assert float(frames[1]["f"]) == pytest.approx(0.7)
    assert (frames[1]["matched_target_boundary"], frames[1]["predicted_boundary"]) == ("70", "100")
    summary = list(csv.DictReader(io.StringIO(csv_rows.summary_csv([item], [paper_table("1")]))))
    means = {line["metric"]: float(line["mean"]) for line in summary if line["method"] == "one"}
    assert means["J&F"] == pytest.approx((means["J"] + means["F"]) / 2)
    quoted = [line["metric"] for line in summary if line["method"] == "VD-IT"]
    assert quoted == ["J&F", "J", "F"]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
@pytest.mark.parametrize("standalone", [True, False], ids=["standalone", "input"])
def test_latex_compiles(standalone: bool, tmp_path: Path) -> None:
    body = latex.format_latex(document("ref-vps", paper=("4", "I")), standalone=standalone)
    if not standalone:
        (tmp_path / "table.tex").write_text(body, "utf-8")
        body = (
            "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{booktabs,textcomp}"
            "\\begin{document}\\input{table}\\end{document}\n"
        )
    (tmp_path / "main.tex").write_text(body, "utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "main.tex"],
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
