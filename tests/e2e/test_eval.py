"""``refvps-eval`` as a user runs it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.metrics.contour_accuracy import contour_accuracy
from benchmark.report.record import read_record
from e2e.commands import evaluated, failed, run
from refvps.mask_png import write_labels
from refvps.predictions.store import PredictionStore
from refvps.release.reader import open_release
from support.releases import FRAMES, square, squares


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the release and full-frame masks of it."""
    folder = tmp_path_factory.mktemp("made")
    squares(folder / "data")
    evaluated("--method", "full-frame", "--root", "data", "--pred", "preds", *ONE, cwd=folder)
    return folder


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be broken."""
    shutil.copytree(made, tmp_path / "work")
    return tmp_path / "work"


ONE = ("--workers", "1")
EVAL = ("refvps-eval", "--method", "full-frame", "--root", "data", "--pred", "preds", *ONE)
FIRST = Path("preds/full-frame/squares/clip-0/0.json.gz")


def expected_j() -> float:
    """J of full-frame by hand: 64 of 768 pixels twice, 0 once; with void 32 fewer or 64."""
    height, width = 24, 32
    plain = [64 / (height * width), 64 / (height * width), 0.0]
    kept = height * width - 4 * height
    first = 64 / kept
    middle = (64 - 8 * 0) / kept
    overlap = square(4)[:, 16:20].sum()
    middle = (64 - overlap) / kept
    with_void = [first, middle, 0.0]
    return (2 * np.mean(plain) + np.mean(with_void)) / 3


def test_the_table_and_the_record_say_the_same(work: Path) -> None:
    done = run(*EVAL, cwd=work)
    assert done.returncode == 0, done.stderr
    record = read_record(work / "preds/full-frame/squares/record.json")
    assert record.summary.j.mean == pytest.approx(expected_j(), abs=1e-12)
    assert f"{100 * expected_j():.1f}" in done.stdout
    assert "moving square" in done.stdout
    assert "9: 6 with the target, 3 annotated as empty; 3 hold void" in done.stdout
    assert "masks at 24 fps" in done.stdout
    assert done.stderr.count("predict") == 0, "nothing was missing"


def test_the_record_is_reproducible_whatever_the_workers(work: Path) -> None:
    path = work / "preds/full-frame/squares/record.json"
    first = path.read_bytes()
    for workers in ("1", "3"):
        evaluated(*EVAL[1:-2], "--workers", workers, cwd=work)
        assert path.read_bytes() == first


def test_every_backend_gives_the_same_record(work: Path) -> None:
    def scored(*more: str) -> bytes:
        evaluated(*EVAL[1:], *more, cwd=work)
        return (work / "preds/full-frame/squares/record.json").read_bytes()

    found = {
        scored("--no-cache"),
        scored("--cache"),
        scored("--cache", "--backend", "compiled"),
        scored("--no-cache", "--backend", "compiled"),
    }
    assert len(found) == 1


@pytest.mark.parametrize("backend", ["numpy", "compiled"])
def test_contour_accuracy_is_that_of_dense_masks(backend: str, work: Path) -> None:
    """The square one pixel off, so that parts of its boundary are within the tolerance."""
    shifted = [np.roll(square(index), (2, 1), (0, 1)) for index in range(0, FRAMES, 4)]
    for clip_id in ("clip-0", "clip-1", "clip-2"):
        for index, mask in enumerate(shifted):
            path = work / f"preds/shifted/{clip_id}/{4 * index:05}.png"
            write_labels(path, mask.astype(np.uint8))
    ask = ("--method", "shifted", "--no-run", "--root", "data", "--pred", "preds", *ONE)
    more = ("--metrics", "J,F", "--backend", backend)
    record = evaluated(*ask, *more, cwd=work)
    release = open_release(work / "data")
    scores = []
    for query, row in zip(release.queries(), record["rows"], strict=True):
        masks, voids = release.truth(query.clip.clip_id, query.expression.target_id).dense()
        expected = contour_accuracy(np.stack(shifted), masks, void=voids).mean()
        assert row["f"] == pytest.approx(expected, abs=1e-12)
        scores.append(row["f"])
    assert 0 < min(scores) < max(scores) < 1
    table = run("refvps-eval", *ask, *more, cwd=work).stdout
    assert "Region similarity J and contour accuracy F in percent" in table
    assert f"{100 * record['summary']['j_and_f']:.1f}" in table


def test_only_what_is_missing_is_predicted(work: Path) -> None:
    (work / FIRST).unlink()
    kept = work / "preds/full-frame/squares/clip-0/1.json.gz"
    before = kept.stat().st_mtime_ns
    done = run(*EVAL, cwd=work)
    assert "11 of 12 stored already" in done.stderr
    assert (work / FIRST).is_file()
    assert kept.stat().st_mtime_ns == before


def test_a_run_says_what_made_it(work: Path) -> None:
    found = evaluated("--method", "motion", "--root", "data", "--pred", "preds", *ONE, cwd=work)
    made = found["method"]["run"]
    assert made["versions"].keys() >= {"opencv", "numpy", "refvps", "python"}
    assert made["options"]["work_side"] == "320"
    assert made["dataset_digest"] == found["dataset"]["digest"]


def test_no_run_needs_every_mask_and_names_the_first(work: Path) -> None:
    (work / FIRST).unlink()
    (work / "preds/full-frame/squares/clip-2/3.json.gz").unlink()
    code, line = failed(*EVAL, "--no-run", cwd=work)
    assert code == 3
    assert "masks are missing for 2 of 12 expressions, the first clip-0/0" in line
    listed = run(*EVAL, "--no-run", "-v", cwd=work).stderr
    assert "  clip-0/0\n  clip-2/3\n" in listed
    printed = json.loads(run(*EVAL, "--no-run", "--json", cwd=work).stdout)
    assert printed["error"]["details"] == ["clip-0/0", "clip-2/3"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "file is empty", id="empty"),
        pytest.param(b"\x1f\x8b\x08garbage", "gzip data is damaged", id="garbage"),
        pytest.param(None, "gzip data is damaged", id="truncated"),
    ],
)
def test_a_damaged_mask_is_an_error_that_names_it(
    content: bytes | None, problem: str, work: Path
) -> None:
    path = work / FIRST
    path.write_bytes(path.read_bytes()[:-20] if content is None else content)
    code, line = failed(*EVAL, cwd=work)
    assert code == 3
    assert line.startswith(f"error: {FIRST}: ")
    assert problem in line


def test_every_damaged_mask_is_counted(work: Path) -> None:
    for expression in "013":
        (work / FIRST).with_name(f"{expression}.json.gz").write_bytes(b"")
    _, line = failed(*EVAL, cwd=work)
    assert "(3 such problems in all)" in line
    assert run(*EVAL, "-v", cwd=work).stderr.count("file is empty") == 4


def test_a_mask_of_another_size_is_named(work: Path) -> None:
    for index in range(0, FRAMES, 4):
        path = work / f"other/clip-0/{index:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_labels(path, np.ones((12, 16), np.uint8))
        for clip in ("clip-1", "clip-2"):
            target = work / f"other/{clip}/{index:05}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            write_labels(target, np.ones((24, 32), np.uint8))
    code, line = failed(
        *("refvps-eval", "--method", "x", "--root", "data", "--pred", "other"), cwd=work
    )
    assert code == 3
    assert line.startswith("error: other/clip-0/00000.png: mask is 16x12; the truth is 32x24")


def test_going_on_with_other_options_or_data_is_refused(work: Path) -> None:
    evaluated("--method", "motion", "--root", "data", "--pred", "preds", *ONE, cwd=work)
    motion = ("refvps-eval", "--method", "motion", "--root", "data", "--pred", "preds", *ONE)
    _, line = failed(*motion, "--option", "work_side=100", cwd=work)
    assert "option work_side was 320, is 100" in line
    squares(work / "data2", clips=4)
    _, line = failed(*motion[:4], "data2", *motion[5:], cwd=work)
    assert "data-set digest was" in line
    assert run(*motion, "--no-run", cwd=work).returncode == 0


def test_predictions_of_unknown_origin_are_scored_but_not_added_to(work: Path) -> None:
    (work / "preds/full-frame/squares/run.json").unlink()
    assert evaluated(*EVAL[1:], cwd=work)["method"]["run"] is None
    (work / FIRST).unlink()
    _, line = failed(*EVAL, cwd=work)
    assert "holds predictions but no run.json" in line


def png_tree(work: Path, layout: str) -> None:
    """The squares themselves, as masks in a foreign layout under ``tree``."""
    for clip in range(3):
        for index in range(FRAMES):
            mask = square(index) if index < FRAMES - 1 else np.zeros((24, 32), bool)
            for path in foreign_paths(layout, f"clip-{clip}", f"{index:05}.png"):
                target = work / "tree" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                if layout == "davis":
                    write_labels(target, mask.astype(np.uint8))
                else:
                    Image.fromarray(mask.astype(np.uint8) * 255).save(target)


def foreign_paths(layout: str, clip: str, frame: str) -> list[Path]:
    if layout == "davis":
        return [Path(clip) / frame]
    return [Path("Annotations") / clip / str(k) / frame for k in range(4)]


@pytest.mark.parametrize(
    ("layout", "encoding"), [("davis", "palette"), ("ref-youtube-vos", "grey 0/255")]
)
def test_masks_made_elsewhere_are_scored_in_place(layout: str, encoding: str, work: Path) -> None:
    png_tree(work, layout)
    before = sorted(path for path in (work / "tree").rglob("*.png"))
    found = evaluated("--method", "theirs", "--root", "data", "--pred", "tree", *ONE, cwd=work)
    assert found["summary"]["j"]["mean"] == 1
    assert found["method"]["encodings"] == [encoding]
    assert sorted((work / "tree").rglob("*.png")) == before
    again = evaluated("--method", "theirs", "--root", "data", "--pred", "tree", *ONE, cwd=work)
    assert again == found


def test_annotated_frames_alone_are_accepted_and_said(work: Path) -> None:
    png_tree(work, "davis")
    for path in (work / "tree").rglob("*.png"):
        if int(path.stem) % 4:
            path.unlink()
    done = run("refvps-eval", "--method", "x", "--root", "data", "--pred", "tree", *ONE, cwd=work)
    assert "annotated frames only; the clips run at 24" in done.stdout


def test_incomplete_masks_made_elsewhere_are_never_added_to(work: Path) -> None:
    png_tree(work, "davis")
    shutil.rmtree(work / "tree/clip-2")
    _, line = failed(
        "refvps-eval", "--method", "motion", "--root", "data", "--pred", "tree", cwd=work
    )
    assert "masks are missing for 4 of 12 expressions, the first clip-2/0" in line
    assert not list((work / "tree").rglob("*.json.gz"))


def test_a_mask_changed_after_the_release_was_made_is_noticed(work: Path) -> None:
    path = work / "data/Annotations/clip-0/00004.png"
    write_labels(path, np.ones((24, 32), np.uint8))
    code, line = failed(*EVAL, cwd=work)
    assert code == 3
    assert "data/Annotations/clip-0/00004.png" in line


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        pytest.param(["--dataset", "ref-vps"], 2, "give --root DIR", id="no-folder"),
        pytest.param(["--dataset", "demo", "--root", "data"], 2, "takes no --root", id="demo-root"),
        pytest.param(["--dataset", "refvsp"], 2, "did you mean 'ref-vps'", id="misspelt"),
        pytest.param(["--root", "nowhere"], 3, "nowhere", id="missing-folder"),
        pytest.param(["--root", "data", "--option", "a"], 2, "key=value", id="option"),
        pytest.param(["--root", "data", "--option", "a=1"], 2, "unknown option 'a'", id="unknown"),
    ],
)
def test_wrong_words_are_one_line(
    arguments: list[str], code: int, problem: str, work: Path
) -> None:
    found = failed("refvps-eval", "--method", "full-frame", "--pred", "other", *arguments, cwd=work)
    assert found[0] == code
    assert problem in found[1]


def test_predicting_several_methods_stores_each(work: Path) -> None:
    done = run(
        *("refvps", "predict", "--method", "motion,full-frame"),
        *("--root", "data", "--pred", "both"),
        cwd=work,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["both/motion/squares", "both/full-frame/squares"]
    assert len(list((work / "both").rglob("*.json.gz"))) == 24


def test_a_clip_that_cannot_be_read_does_not_stop_the_others(work: Path) -> None:
    (work / "data/JPEGImages/clip-1/00003.jpg").write_bytes(b"")
    code, line = failed(
        *("refvps", "predict", "--method", "motion", "--root", "data", "--pred", "new"), cwd=work
    )
    assert code == 3
    assert "JPEGImages/clip-1/00003.jpg: file is empty" in line
    stored = PredictionStore(work / "new/motion/squares").folder
    assert sorted(path.name for path in stored.iterdir() if path.is_dir()) == ["clip-0", "clip-2"]


def test_results_are_alone_on_stdout(work: Path) -> None:
    done = run(*EVAL, "--json", cwd=work)
    assert json.loads(done.stdout)["schema"] == "refvps-record/3"


def test_an_address_is_no_folder_of_predictions(tmp_path: Path) -> None:
    done = run("refvps", "predict", "--method", "motion", "--pred", "s3://b/preds", cwd=tmp_path)
    assert done.returncode == 2
    assert "is an address; masks are stored in a folder" in done.stderr
    assert list(tmp_path.iterdir()) == []
