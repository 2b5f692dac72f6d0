"""``refvps report`` and ``refvps compare`` as a user runs them."""

import csv
import io
import json
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from e2e.commands import evaluated, failed, run
from refvps.mask_png import write_labels
from support import burst
from support.evaluated_squares import FULL, MOTION, evaluate_squares
from support.records import record_of, reseal
from support.releases import squares
from support.rows import row

HOSTILE = r"<script>alert('x')</script> & 50 %_#"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release of six videos and the records of two methods on it."""
    return evaluate_squares(tmp_path_factory.mktemp("reported"))


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be broken."""
    shutil.copytree(made, tmp_path / "work")
    return tmp_path / "work"


def written(*arguments: str, cwd: Path) -> list[str]:
    done = run("refvps", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_folder_gets_every_format(work: Path) -> None:
    listed = written("report", FULL, "--root", "data", "--to", "out", cwd=work)
    names = ["expressions.csv", "summary.csv", "report.md", "report.tex", "report.html"]
    assert listed == [f"out/{name}" for name in names]
    assert all((work / path).stat().st_size for path in listed)
    rows = list(csv.DictReader(io.StringIO((work / "out/expressions.csv").read_text())))
    assert len(rows) == 24
    record = json.loads((work / FULL).read_text())
    assert [float(line["j"]) for line in rows] == [line["j"] for line in record["rows"]]
    assert "moving square" in (work / "out/report.md").read_text()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("r.csv", "method,clip,expression"),
        ("r.md", "# Region similarity"),
        ("r.tex", "% Region similarity"),
        ("r.html", "<!DOCTYPE html>"),
        ("new/folder/r.HTM", "<!DOCTYPE html>"),
    ],
)
def test_the_suffix_names_the_format(name: str, start: str, work: Path) -> None:
    assert written("report", FULL, "--no-pictures", "--to", name, cwd=work) == [name]
    assert (work / name).read_text().startswith(start)


@pytest.mark.parametrize(("rows", "count"), [("expressions", 24), ("frames", 72), ("summary", 3)])
def test_rows_of_csv(rows: str, count: int, work: Path) -> None:
    written("report", FULL, "--rows", rows, "--to", "r.csv", cwd=work)
    assert len(list(csv.DictReader(io.StringIO((work / "r.csv").read_text())))) == count


def test_the_same_record_gives_the_same_bytes(work: Path) -> None:
    for folder in ("one", "two"):
        written("report", FULL, MOTION, "--root", "data", "--to", folder, cwd=work)
    for path in sorted((work / "one").iterdir()):
        assert path.read_bytes() == (work / "two" / path.name).read_bytes()


def test_pictures_are_shown_where_data_and_masks_are_at_hand(work: Path) -> None:
    done = run("refvps", "report", FULL, "--root", "data", "--to", "r.html", cwd=work)
    assert done.stderr == ""
    page = (work / "r.html").read_text()
    assert page.count("data:image/jpeg;base64,") == 2 * 2 * 3, "two of them, on two frames each"
    assert re.search("“the square of clip-[0-9], said 0”", page)


def test_pictures_of_a_data_set_in_its_own_layout(tmp_path: Path) -> None:
    drawn = burst.sequences()
    burst.write_burst(tmp_path / "data", drawn)
    burst.write_predictions(tmp_path / "preds/m/burst", drawn)
    data = ("--dataset", "burst", "--root", "data")
    evaluated(
        *("--method", "m", "--no-run", *data, "--pred", "preds", "--workers", "1"),
        *("--metrics", "J,F"),
        cwd=tmp_path,
    )
    done = run("refvps", "report", "preds/m/burst/record.json", *data, "--to", "o", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "o/report.html").read_text()
    assert "data:image/jpeg" in page
    assert "4 clips from 4 videos, 7 expressions, 3 categories" in page
    assert "By category" in (tmp_path / "o/report.md").read_text()


def moved(work: Path) -> list[str]:
    shutil.copy(work / FULL, work / "record.json")
    return ["record.json", "--root", "data"]


def without_root(work: Path) -> list[str]:
    return [FULL]


def other_data(work: Path) -> list[str]:
    squares(work / "other", clips=5)
    return [FULL, "--root", "other"]


def changed_truth(work: Path) -> list[str]:
    for clip in range(6):
        path = work / f"data/Annotations/clip-{clip}/00004.png"
        write_labels(path, np.ones((24, 32), np.uint8))
    return [FULL, "--root", "data"]


def changed_masks(work: Path) -> list[str]:
    folder = work / "preds/full-frame/squares/clip-0"
    shutil.copy(work / "preds/motion/squares/clip-0/0.json.gz", folder / "0.json.gz")
    return [FULL, "--root", "data"]


def swapped_frames(work: Path) -> list[str]:
    for clip in range(6):
        folder = work / f"data/JPEGImages/clip-{clip}"
        first, *others = sorted(folder.iterdir())
        for path in others:
            shutil.copy(first, path)
    return [FULL, "--root", "data"]


def masks_gone(work: Path) -> list[str]:
    (work / "preds/full-frame/squares/clip-0/0.json.gz").unlink()
    return [FULL, "--root", "data"]


def damaged_masks(work: Path) -> list[str]:
    (work / "preds/full-frame/squares/clip-0/0.json.gz").write_bytes(b"")
    return [FULL, "--root", "data"]


@pytest.mark.parametrize(
    ("breaks", "reason"),
    [
        (moved, "does not lie beside its masks"),
        (without_root, "squares"),
        (other_data, "the data here has digest"),
        (changed_truth, "was changed after the release was made"),
        (swapped_frames, ".jpg: was changed after the release was made"),
        (changed_masks, "the masks here are not those that were scored"),
        (masks_gone, "the masks of clip-0/0 are not here"),
        (damaged_masks, "file is empty"),
    ],
)
def test_without_pictures_the_page_says_why(breaks: object, reason: str, work: Path) -> None:
    done = run("refvps", "report", *breaks(work), "--to", "r.html", cwd=work)
    assert done.returncode == 0, done.stderr
    page = (work / "r.html").read_text()
    assert "data:image/jpeg" not in page
    (said,) = re.findall(r'<p class="missing">(.*?)</p>', page)
    assert said.startswith("No pictures of full-frame: ")
    assert reason in said
    assert "no pictures of full-frame: " in done.stderr


def test_masks_elsewhere_can_be_named(work: Path) -> None:
    arguments = [*moved(work), "--pred", "preds", "--to", "r.html"]
    written("report", *arguments, cwd=work)
    assert "data:image/jpeg" in (work / "r.html").read_text()


def test_a_comparison_says_what_to_print(work: Path) -> None:
    done = run("refvps", "compare", FULL, MOTION, cwd=work)
    assert done.returncode == 0, done.stderr
    sentence = (
        r"full-frame scores \d+\.\d points above motion in J "
        r"\(95 % interval \[\d+\.\d, \d+\.\d\], p = 0\.031, 6 videos\)\."
    )
    assert re.search(sentence, done.stdout)
    assert "all 64 patterns of signs" in done.stdout
    found = json.loads(run("refvps", "compare", FULL, MOTION, "--json", cwd=work).stdout)
    assert found["differences"][0]["test"]["p"] == 2 / 64
    assert [entry["rank"] for entry in found["places"]] == [1, 2]
    assert re.search(sentence, found["sentences"][0])


@pytest.mark.parametrize("name", ["c.csv", "c.md", "c.tex", "c.html", "c"])
def test_a_comparison_is_written_in_every_format(name: str, work: Path) -> None:
    for path in written("compare", FULL, MOTION, "--paper", "4", "--to", name, cwd=work):
        text = (work / path).read_text()
        assert "full-frame" in text or "quoted from the paper" in text


def test_a_table_of_the_paper_alone(tmp_path: Path) -> None:
    done = run("refvps", "compare", "--paper", "3", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "REM (Wan-14B)        18.5         40.9" in done.stdout
    assert "quoted from the paper, table 3" in done.stdout
    for name in ("p.csv", "p.md", "p.tex", "p.html"):
        written("compare", "--paper", "3", "--paper", "G", "--to", name, cwd=tmp_path)
        assert "40.9" in (tmp_path / name).read_text()
    found = json.loads(run("refvps", "compare", "--paper", "3", "--json", cwd=tmp_path).stdout)
    assert found["quoted"][0]["rows"][0] == {"name": "MUTR", "values": ["10.5", "27.2"]}


def test_one_record_beside_the_paper(work: Path) -> None:
    done = run("refvps", "compare", FULL, "--paper", "4", "--paper", "4", cwd=work)
    assert done.returncode == 0, done.stderr
    assert "Paired differences" not in done.stdout
    assert done.stdout.count("Table 4 of the paper") == 1


def test_the_paper_never_mixes_with_other_data(work: Path) -> None:
    found = json.loads(
        run("refvps", "compare", FULL, MOTION, "--paper", "4", "--json", cwd=work).stdout
    )
    assert [entry["method"] for entry in found["methods"]] == ["full-frame", "motion"]
    assert len(found["differences"]) == 1


@pytest.fixture
def both(work: Path) -> Path:
    """The same folder, with records that hold F beside J."""
    for method in ("full-frame", "motion"):
        evaluated(
            *("--method", method, "--root", "data", "--pred", "preds", "--workers", "1"),
            *("--no-run", "--metrics", "J,F", "--record", f"{method}.json"),
            cwd=work,
        )
    return work


def test_f_is_reported_in_every_format(both: Path) -> None:
    written("report", "motion.json", "--no-pictures", "--to", "out", cwd=both)
    assert "J&amp;F |" in (both / "out/report.md").read_text()
    assert r"& J\&F &" in (both / "out/report.tex").read_text()
    page = (both / "out/report.html").read_text()
    assert '<h2 id="time-f-title">F over time</h2>' in page
    assert "J&amp;F the mean of the two" in page
    assert (
        "f,j_and_f,matched,exhaustive,text"
        in (both / "out/expressions.csv").read_text().splitlines()[0]
    )
    assert ",J&F,6,6,24," in (both / "out/summary.csv").read_text()


def test_f_can_be_left_out_of_a_report(both: Path) -> None:
    written("report", "motion.json", "--metrics", "J", "--no-pictures", "--to", "r.md", cwd=both)
    text = (both / "r.md").read_text()
    assert text.startswith("# Region similarity J in percent on")
    assert "| F |" not in text


def test_records_are_compared_by_j_and_f_on_request(both: Path) -> None:
    asked = ("compare", "full-frame.json", "motion.json")
    plain = run("refvps", *asked, cwd=both).stdout
    assert "the records also hold F and J&F: --metrics F,JF" in plain
    found = json.loads(run("refvps", *asked, "--metrics", "j,jf", "--json", cwd=both).stdout)
    assert found["metrics"] == ["J", "J&F"]
    assert [entry["metric"] for entry in found["differences"]] == ["J", "J&F"]
    assert found["sentences"][1].partition(" (")[0].endswith("in J&F")
    written(*asked, "--metrics", "F", "--to", "c.csv", cwd=both)
    assert (both / "c.csv").read_text().splitlines()[1].startswith("F,")


def test_a_record_with_j_alone_is_compared_by_j(both: Path) -> None:
    done = run("refvps", "compare", "full-frame.json", MOTION, cwd=both)
    assert done.returncode == 0, done.stderr
    assert "above motion in J (" in done.stdout
    assert "F was not computed for motion, which holds J alone" in done.stdout


def test_records_averaged_by_category_are_compared(tmp_path: Path) -> None:
    for method, shift in (("one", 0), ("two", 7)):
        rows = [
            row(f"c{k}", str(e), [(13 * k + 5 * e + shift) % 100], concept=f"class {(k + e) % 4}")
            for k in range(9)
            for e in range(2)
        ]
        record_of(rows, method=method, rule="per-category").write(tmp_path / f"{method}.json")
    done = run("refvps", "compare", "one.json", "two.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"above \w+ in J \(95 % interval \[.*\], p = 0\.\d+, 9 videos\)", done.stdout)
    assert "every category averaged anew" in done.stdout
    assert "18 expressions, 4 categories" in done.stdout
    for path in written("report", "one.json", "two.json", "--to", "out", cwd=tmp_path):
        assert (tmp_path / path).stat().st_size


def no_change(work: Path) -> list[str]:
    return ["report", FULL]


def emptied(work: Path) -> list[str]:
    (work / FULL).write_bytes(b"")
    return ["report", FULL, "--to", "r.md"]


def truncated(work: Path) -> list[str]:
    (work / FULL).write_bytes((work / FULL).read_bytes()[:-300])
    return ["report", FULL, "--to", "r.md"]


def edited(work: Path) -> list[str]:
    text = (work / FULL).read_text()
    (work / FULL).write_text(text.replace('"mean": 0.0', '"mean": 0.9', 1))
    return ["compare", FULL, MOTION]


def edited_and_resealed(work: Path) -> list[str]:
    reseal(work / MOTION, lambda document: document["summary"]["j"].update(mean=0.99))
    return ["compare", FULL, MOTION]


def newer(work: Path) -> list[str]:
    reseal(work / FULL, lambda document: document.update(schema="refvps-record/7"))
    return ["report", FULL, "--to", "r.md"]


def run_json(work: Path) -> list[str]:
    return ["report", "preds/full-frame/squares/run.json", "--to", "r.md"]


def missing(work: Path) -> list[str]:
    return ["report", "nowhere.json", "--to", "r.md"]


def other_digest(work: Path) -> list[str]:
    squares(work / "more", clips=7)
    evaluated(
        *("--method", "full-frame", "--root", "more", "--pred", "b", "--workers", "1"), cwd=work
    )
    return ["compare", FULL, "b/full-frame/squares/record.json"]


def same_twice(work: Path) -> list[str]:
    shutil.copy(work / FULL, work / "copy.json")
    return ["compare", FULL, "copy.json"]


def one_lacks_queries(work: Path) -> list[str]:
    rows = [row(f"c{k}", e, [40]) for k in range(3) for e in "01"]
    record_of(rows, method="a").write(work / "a.json")
    record_of(rows[:-2], method="b").write(work / "b.json")
    return ["compare", "a.json", "b.json"]


def f_where_there_is_none(work: Path) -> list[str]:
    return ["compare", FULL, MOTION, "--metrics", "J,JF"]


def unknown_metric(work: Path) -> list[str]:
    return ["report", FULL, "--metrics", "IoU", "--to", "r.md"]


def two_rules(work: Path) -> list[str]:
    rows = [row(f"c{k}", "0", [40 + k]) for k in range(3)]
    record_of(rows, method="a").write(work / "a.json")
    record_of(rows, method="b", rule="per-category").write(work / "b.json")
    return ["compare", "a.json", "b.json"]


def without_category(work: Path) -> list[str]:
    rows = [row(f"c{k}", "0", [40 + k]) for k in range(3)]
    record_of(rows, method="a", rule="per-category").write(work / "a.json")
    reseal(work / "a.json", lambda document: document["rows"][0].update(concept=None))
    return ["report", "a.json", "--to", "r.md"]


def rule_renamed(work: Path) -> list[str]:
    reseal(work / FULL, lambda document: document["rule"].update(name="by-weather"))
    return ["compare", FULL, MOTION]


def f_made_up(work: Path) -> list[str]:
    reseal(work / FULL, lambda document: document["summary"].update(j_and_f=0.9))
    return ["report", FULL, "--to", "r.md"]


def no_rows(work: Path) -> list[str]:
    reseal(work / FULL, lambda document: document.update(rows=[]))
    return ["compare", FULL, MOTION]


@pytest.mark.parametrize(
    ("breaks", "code", "problem"),
    [
        (emptied, 3, f"{FULL}: file is empty"),
        (truncated, 3, f"{FULL}: not valid JSON"),
        (edited, 3, f"{FULL}: was edited after it was written"),
        (edited_and_resealed, 3, f"{MOTION}: contradicts itself: summary.j.mean is 0.99"),
        (newer, 3, "pip install --upgrade refvps"),
        (run_json, 3, "not a record of refvps-eval"),
        (missing, 3, "nowhere.json"),
        (other_digest, 2, f"{FULL} and b/full-frame/squares/record.json cannot stand"),
        (same_twice, 2, f"{FULL} and copy.json hold the same scores of method full-frame"),
        (f_where_there_is_none, 2, f"{FULL}: holds J alone, so there is no J&F to show"),
        (unknown_metric, 2, "--metrics IoU: expected J, F or JF"),
        (two_rules, 2, "the rule of the first is per-expression, of the second per-category"),
        (without_category, 3, "a.json: contradicts itself"),
        (rule_renamed, 3, "by the rule 'by-weather', which this version does not know"),
        (f_made_up, 3, "contradicts itself: summary.j_and_f is 0.9"),
        (no_rows, 3, "it holds no scores"),
        (one_lacks_queries, 3, "b.json: has no score of c2/0, which a.json has; it lacks 2"),
    ],
)
def test_wrong_records_are_one_line(breaks: object, code: int, problem: str, work: Path) -> None:
    found = failed("refvps", *breaks(work), cwd=work)
    assert found[0] == code
    assert problem in found[1]
    assert not (work / "r.md").exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["compare"], "needs two records or more"),
        (["compare", FULL], "needs two records or more"),
        (["compare", FULL, MOTION, "--format", "html"], "--format needs --to"),
        (["compare", "--paper", "A"], "no figures are kept for table 'A'"),
        (["report", FULL, "--to", "r.xls"], "'.xls' names no format"),
        (["report", FULL, "--to", "r.md", "--format", "csv", "--format", "html"], "one --format"),
    ],
)
def test_wrong_words_are_one_line(arguments: list[str], problem: str, work: Path) -> None:
    found = failed("refvps", *arguments, cwd=work)
    assert found[0] == 2
    assert problem in found[1]


def test_a_place_that_cannot_be_written_is_named(work: Path) -> None:
    (work / "file").write_text("")
    code, line = failed("refvps", "report", FULL, "--to", "file/r.md", cwd=work)
    assert code == 3
    assert line.startswith("error: file/r.md: cannot be written")


def test_hostile_and_foreign_names_are_only_names(tmp_path: Path) -> None:
    for name, score in ((HOSTILE, 40), ("Größe 煙", 20)):
        rows = [row(f"c{k}", "0", [score + k], concept=HOSTILE) for k in range(6)]
        record_of(rows, method=name).write(tmp_path / f"{score}.json")
    listed = written("compare", "40.json", "20.json", "--to", "out", cwd=tmp_path)
    texts = {Path(path).suffix: (tmp_path / path).read_text("utf-8") for path in listed}
    assert "<script>alert" not in texts[".html"]
    assert "<script>" not in texts[".md"]
    assert r"\textless{}script" in texts[".tex"]
    assert r"50 \%\_\#" in texts[".tex"]
    assert all("煙" in text for text in texts.values())
    done = run("refvps", "compare", "40.json", "20.json", cwd=tmp_path, env={"LC_ALL": "C"})
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two records of the size of Ref-VPS: 145 clips, four expressions, 40 frames each."""
    folder = tmp_path_factory.mktemp("large")
    for method, shift in (("one", 0), ("two", 17)):
        rows = [
            row(
                f"clip-{k:03}",
                str(e),
                [(k * 7 + e * 3 + t + shift) % 100 for t in range(40)],
                concept=f"concept {k % 39}",
                groups=(f"group {k % 5}",),
                video=f"video-{k * 2 // 3}",
            )
            for k in range(145)
            for e in range(4)
        ]
        record_of(rows, method=method).write(folder / f"{method}.json")
    return folder


@pytest.mark.parametrize("command", ["report", "compare"])
def test_records_of_the_size_of_ref_vps(command: str, large: Path) -> None:
    """Generous, because test machines are busy; benchmarks hold the figures."""
    start = time.monotonic()
    written(command, "one.json", "two.json", "--to", f"{command}-out", cwd=large)
    assert time.monotonic() - start < 20
