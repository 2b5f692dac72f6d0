"""``refvps analyse`` as a user runs it."""

import csv
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from e2e.commands import failed, run
from refvps.mask_png import write_labels
from support.evaluated_squares import FULL, MOTION, evaluate_squares
from support.releases import squares


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release of six videos and the records of two methods on it."""
    return evaluate_squares(tmp_path_factory.mktemp("analysed"))


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be written to and broken."""
    shutil.copytree(made, tmp_path / "work")
    return tmp_path / "work"


def analysed(*arguments: str, cwd: Path) -> str:
    done = run("refvps", "analyse", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_consistency_of_the_whole_frame(work: Path) -> None:
    """The square has 64 of 768 pixels on two frames and is absent from the last."""
    found = json.loads(analysed("consistency", FULL, "--json", cwd=work))
    steps = found["methods"][0]["temporal_consistency_points"]
    # In one clip of six 4 columns of 24 pixels are void.
    plain = 100 * (0 + 64 / 768) / 2
    void = 100 * (0 + 64 / (768 - 96)) / 2
    assert steps["mean"] == pytest.approx((5 * plain + void) / 6)
    assert found["steps"]["spacing"] == "4 frames at 24 fps, so 6 fps"
    text = analysed("consistency", FULL, MOTION, cwd=work)
    assert "full-frame" in text
    assert "motion" in text


def test_frames_of_the_whole_frame(work: Path) -> None:
    found = json.loads(analysed("frames", FULL, "--json", cwd=work))["methods"][0]
    assert found["false_positives"] == {"part": 24, "whole": 24}
    assert found["empty_predictions"] == {"part": 0, "whole": 72}
    assert found["recall"]["mean"] == 0.0


def test_tables_in_files(work: Path) -> None:
    names = ["t.json", "t.csv", "new/t.md", "t.tex"]
    arguments = [part for name in names for part in ("--to", name)]
    assert analysed("consistency", FULL, MOTION, *arguments, cwd=work).splitlines() == names
    rows = list(csv.DictReader(io.StringIO((work / "t.csv").read_text())))
    assert [line["method"] for line in rows] == ["full-frame", "motion"]
    values = json.loads((work / "t.json").read_text())
    assert float(rows[0]["j"]) == values["methods"][0]["j"]
    assert (work / "new/t.md").read_text().startswith("# Temporal consistency")


def test_coverage_in_every_form(work: Path) -> None:
    names = ["c.png", "c.pdf", "c.svg", "c.json", "c.csv"]
    arguments = [part for name in names for part in ("--to", name)]
    assert analysed("coverage", FULL, MOTION, *arguments, cwd=work).splitlines() == names
    starts = [(work / name).read_bytes()[:5] for name in names[:3]]
    assert starts == [b"\x89PNG\r", b"%PDF-", b"<?xml"]
    record = json.loads((work / FULL).read_text())
    method = json.loads((work / "c.json").read_text())["methods"][0]
    assert method["classes"][0]["name"] == "moving square"
    assert method["area"] == pytest.approx(record["summary"]["j"]["mean"])
    text = analysed("coverage", FULL, cwd=work)
    assert "1 class of 6 clips" in text


def test_failures_by_motion_of_the_truth(work: Path) -> None:
    """The square moves 8 pixels from frame 0 to 4, is 8 by 8 pixels, and is gone on frame 8."""
    arguments = ("failures", FULL, MOTION, "--root", "data", "--bins", "2")
    found = json.loads(analysed(*arguments, "--json", cwd=work))
    assert len(found["targets"]) == 6
    for target in found["targets"]:
        assert (target["motion"], target["shape_change"]) == (1.0, 0.0)
        assert (target["steps"], target["broken"]) == (1, 1)
    factors = found["methods"][0]["factors"]
    assert [len(factor["bins"]) for factor in factors] == [1, 1, 1], "equal values share a bin"
    assert factors[0]["rho"] is None
    assert [factor["bins"][0]["units"] for factor in factors] == [6, 6, 24]
    text = analysed(*arguments, cwd=work)
    assert "6 of 12 steps touch a frame annotated as empty" in text
    assert analysed(*arguments, "--to", "f.svg", "--to", "g.svg", cwd=work) == "f.svg\ng.svg\n"
    assert (work / "f.svg").read_bytes() == (work / "g.svg").read_bytes()


def test_failures_are_read_from_the_same_data_alone(work: Path) -> None:
    squares(work / "other", clips=5)
    code, line = failed("refvps", "analyse", "failures", FULL, "--root", "other", cwd=work)
    assert code == 3
    assert "other: the data here has digest" in line
    write_labels(work / "data/Annotations/clip-3/00004.png", np.ones((24, 32), np.uint8))
    code, line = failed("refvps", "analyse", "failures", FULL, "--root", "data", cwd=work)
    assert code == 3
    assert "00004.png: was changed after the release was made" in line


def test_speed(work: Path) -> None:
    shape = ("--frames", "4", "--runs", "5", "--warm-up", "1", "--root", "data")
    arguments = ("speed", "--method", "motion", *shape)
    found = json.loads(analysed(*arguments, "--size", "48x64", "--json", cwd=work))
    assert (found["runs"], found["clips"], found["setting"]["size"]) == (5, 5, [48, 64])
    spent = found["seconds_a_clip"]
    assert 0 < spent["least"] <= spent["median"] <= spent["most"]
    assert found["frames_a_second"] == pytest.approx(4 / spent["mean"])
    assert found["memory_bytes"]["loaded"] <= found["memory_bytes"]["peak"]
    assert analysed(*arguments, "--to", "s.csv", cwd=work) == "s.csv\n"
    rows = list(csv.DictReader(io.StringIO((work / "s.csv").read_text())))
    assert [line["counted"] for line in rows] == ["0", *["1"] * 5]
    text = analysed(*arguments, cwd=work)
    assert "1 run for warming up that is not counted" in text
    assert "height x width 24x32" in text


def test_pictures_need_matplotlib_and_say_so_before_any_work(work: Path) -> None:
    (work / "blocked").mkdir()
    (work / "blocked/matplotlib.py").write_text("raise ImportError\n")
    hidden = {"PYTHONPATH": str(work / "blocked")}
    done = run("refvps", "analyse", "coverage", "no.json", "--to", "c.png", cwd=work, env=hidden)
    assert done.returncode == 4
    assert "pip install 'refvps[plots]'" in done.stderr
    assert run("refvps", "analyse", "coverage", FULL, cwd=work, env=hidden).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("consistency", FULL, "--to", "t.txt"), 2, "'.txt' names no format"),
        (("consistency", FULL, "--to", "t.png"), 2, "'.png' names no format of this analysis"),
        (("frames", FULL, "--to", "t.csv", "--to", "t.csv"), 2, "given twice"),
        (("frames", FULL, "--to", "data.csv"), 3, "is a folder"),
        (("coverage", FULL, "--min-clips", "7"), 2, "the most any has is 6"),
        (("failures", FULL), 2, "squares"),
        (("failures", FULL, "--root", "nowhere"), 3, "nowhere"),
        (("speed", "--method", "motion", "--root", "data"), 3, "the longest has 9"),
        (("speed", "--method", "nobody", "--root", "data", "--frames", "2"), 2, "nobody"),
        (("speed", "--method", "motion", "--size", "big"), 2, "expected HEIGHTxWIDTH"),
        (("coverage", FULL, "--to", "no.gif"), 2, "'.gif' names no format"),
        (("frames", "missing.json"), 3, "missing.json"),
        (("frames", FULL, FULL), 2, "the same"),
    ],
)
def test_bad_inputs(arguments: tuple[str, ...], code: int, says: str, work: Path) -> None:
    (work / "data.csv").mkdir()
    found, line = failed("refvps", "analyse", *arguments, cwd=work)
    assert found == code
    assert says in line
