"""Ref-DAVIS from the command line: predicted, matched, scored; and what is wrong, in one line."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from e2e.commands import evaluated, failed, run
from support.ref_davis import VIDEOS, names, write_predictions, write_ref_davis

CHOSEN = ("crowd", "swap")
DATASET = ("--dataset", "ref-davis:videos=2", "--root", "data", "--pred", "preds")
STORED = ("--method", "m", "--no-run", *DATASET)
FOLDER = Path("preds/m/ref-davis")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ref-davis")
    write_ref_davis(folder / "data", CHOSEN)
    return folder / "data"


@pytest.fixture
def work(data: Path, tmp_path: Path) -> Path:
    (tmp_path / "data").symlink_to(data)
    write_predictions(tmp_path / "preds", CHOSEN)
    return tmp_path


def test_stored_masks_are_scored_the_same_by_any_number_of_workers(work: Path) -> None:
    one, two = (evaluated(*STORED, "--workers", n, cwd=work) for n in ("1", "2"))
    assert one == two
    assert one["schema"] == "refvps-record/3"
    assert one["rule"]["name"] == "davis-unsupervised"
    summary = one["summary"]
    assert summary["j"]["mean"] > summary["sets"]["own"]["j"]["mean"]
    assert len(summary["sets"]["sets"]) == 4
    compiled = evaluated(*STORED, "--backend", "compiled", "--no-cache", cwd=work)
    assert compiled == one


def test_the_table_says_what_matching_forgives(work: Path) -> None:
    done = run("refvps-eval", *STORED, "--metrics", "J", cwd=work)
    assert done.returncode == 0, done.stderr
    assert "F is computed too: the rule davis-unsupervised needs it" in done.stderr
    assert "Region similarity J and contour accuracy F in percent on ref-davis" in done.stdout
    for line in (
        "annot2-full  ",
        "own referents      J ",
        "matched elsewhere  10 of 20 predictions",
        "targets            7 in each set, 2 of them without an expression",
    ):
        assert line in done.stdout
    record = json.loads((work / FOLDER / "record.json").read_text())
    assert record["digest"]


def test_reports_and_comparisons_show_sets_and_own_referents(work: Path) -> None:
    for method in ("m", "full-frame"):
        more = STORED[2:] if method == "m" else DATASET
        done = run("refvps-eval", "--method", method, *more, cwd=work)
        assert done.returncode == 0, done.stderr
    records = [f"preds/{method}/ref-davis/record.json" for method in ("m", "full-frame")]
    for command, name in (("report", "report"), ("compare", "comparison")):
        done = run("refvps", command, *records, "--to", command, cwd=work)
        assert done.returncode == 0, done.stderr
        for suffix in ("md", "tex", "html"):
            text = (work / command / f"{name}.{suffix}").read_text()
            assert "Each expression against the target it was written for" in text
            assert "By set of expressions" in text
            assert "10 of 20" in text
        summary = (work / command / "summary.csv").read_text()
        assert "m,own referents,,matched elsewhere,2,2,20,0.5,,,measured" in summary


def test_analyses_take_targets_as_they_were_matched(work: Path) -> None:
    summary = evaluated(*STORED, cwd=work)["summary"]
    assert summary["frames"]["annotated"] == 4 * 9 + 3 * 7
    for name in ("frames", "consistency"):
        done = run("refvps", "analyse", name, str(FOLDER / "record.json"), "--json", cwd=work)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)["methods"][0]
        assert found["j"] == summary["j"]["mean"]
        if name == "frames":
            # Every frame shows its target, so J of those is J of all, clip by clip.
            assert found["with_target"]["expressions"] == 4 * (4 + 3)


@pytest.mark.parametrize(
    ("matching", "rule"),
    [("first-wins", "davis-unsupervised-first-wins"), ("direct", "davis-direct")],
)
def test_variants_are_other_rules_on_the_same_data(work: Path, matching: str, rule: str) -> None:
    plain = evaluated(*STORED, cwd=work)
    options = [part.replace("videos=2", f"videos=2,matching={matching}") for part in STORED]
    found = evaluated(*options, cwd=work)
    assert found["rule"]["name"] == rule
    assert found["dataset"] == plain["dataset"]
    assert found["summary"]["j"]["mean"] < plain["summary"]["j"]["mean"]
    assert (found["summary"]["sets"]["own"] is None) == (matching == "direct")


def test_missing_predictions_are_predicted(work: Path) -> None:
    done = run("refvps-eval", "--method", "full-frame", *DATASET, cwd=work)
    assert done.returncode == 0, done.stderr
    assert len(list((work / "preds/full-frame/ref-davis").rglob("*.json.gz"))) == 20


def remove_expression(work: Path) -> None:
    folder = work / FOLDER / "swap/5"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def shrink(work: Path) -> None:
    name = names(VIDEOS["swap"])[0]
    Image.fromarray(np.zeros((5, 6), np.uint8)).save(work / FOLDER / f"swap/5/{name}.png")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (remove_expression, "masks are missing for 1 of 20 expressions, the first swap/5"),
        (lambda work: (work / FOLDER / "swap/5/00003.png").unlink(), "swap/5/00003.png: mask of"),
        (lambda work: (work / FOLDER / "swap/5/00003.png").write_bytes(b"x"), "not an image"),
        (shrink, "swap/5/00000.png: mask is 6x5; the truth is 64x50"),
    ],
)
def test_a_bad_prediction_is_one_line_and_no_record(work: Path, damage, said: str) -> None:
    damage(work)
    code, line = failed("refvps-eval", *STORED, cwd=work)
    assert code == 3
    assert said in line
    assert not (work / FOLDER / "record.json").exists()


def test_an_unknown_matching_names_those_there_are(work: Path) -> None:
    options = [part.replace("videos=2", "videos=2,matching=argmax") for part in STORED]
    code, line = failed("refvps-eval", *options, cwd=work)
    assert code == 2
    assert "option matching='argmax': input should be 'hungarian', 'first-wins' or 'direct'" in line
