"""A taking out that is killed between any two of its steps is ended by running it again."""

import contextlib
import shutil
from pathlib import Path

import pytest

from annotator.clip import ClipFacts, write_clip
from annotator.project import Project
from e2e.commands import evaluated, failed, run
from refvps.executor import InlineExecutor
from refvps.release.reader import open_release
from refvps.release.validate import validate_release
from refvps.takedown.takedown import places_of, resolve, take_down
from support.labelled import copied_labelled
from support.releases import squares

AT = "2026-11-27T00:00:00Z"


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


def folders(here: Path) -> list[Path]:
    copied_labelled(here / "project")
    squares(here / "release")
    for clip in ("clip-1", "clip-2"):
        (here / "preds/method/squares" / clip).mkdir(parents=True)
        (here / "preds/method/squares" / clip / "0.json.gz").write_bytes(b"")
    return [here / "project", here / "release", here / "preds"]


@pytest.mark.parametrize("at", range(12))
def test_run_again_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    places = folders(tmp_path)
    steps = 0
    rmtree, unlink, rename = shutil.rmtree, Path.unlink, Path.rename

    def counted(act):
        def step(*arguments, **options):
            nonlocal steps
            if steps == at:
                raise Killed
            steps += 1
            return act(*arguments, **options)

        return step

    held = places_of(places)
    names = resolve(held, "clip-1")
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", counted(rmtree))
        patched.setattr(Path, "unlink", counted(unlink))
        patched.setattr(Path, "rename", counted(rename))
        with contextlib.suppress(Killed):
            take_down(held, names, "asked", AT)
    again = places_of(places)
    done = take_down(again, resolve(again, "clip-1"), "asked", AT)
    assert done.left == ()
    assert Project(tmp_path / "project").clip_ids == ("clip-0", "clip-2")
    release = open_release(tmp_path / "release")
    assert release.clip_ids == ("clip-0", "clip-2")
    assert validate_release(tmp_path / "release", InlineExecutor()) == ()
    assert not list(tmp_path.glob(".partial-*/Annotations/clip-1"))
    assert (tmp_path / "preds/method/squares/clip-2/0.json.gz").exists()
    assert not (tmp_path / "preds/method/squares/clip-1").exists()


def test_what_is_damaged_or_half_deleted_goes_nevertheless(tmp_path: Path) -> None:
    folders(tmp_path)
    project = tmp_path / "project"
    (project / "clips/clip-1/clip.json").unlink()
    (project / "clips/clip-0/clip.json").write_text("damaged")
    (project / "ann/clip-1/ann/HEAD.json").write_text("damaged")
    held = places_of([project])
    done = take_down(held, resolve(held, "clip-1"), "asked", AT)
    assert done.left == ()
    assert Project(project).clip_ids == ("clip-0", "clip-2")


def test_clips_of_the_same_frames_go_together(tmp_path: Path) -> None:
    project = copied_labelled(tmp_path / "project")
    shown = (project.clip("clip-1").folder / "frames").iterdir()
    facts = ClipFacts("another-video", "wax melting", ("temporal object changes",))
    write_clip(project.root / "clips/copy", [p.read_bytes() for p in sorted(shown)], facts, 4)
    names = resolve(places_of([project.root]), "clip-1")
    assert {name.value for name in names} == {"clip-1", "copy"}


def test_killed_after_the_release_the_rest_still_learns_of_the_new_version(tmp_path: Path) -> None:
    squares(tmp_path / "release")
    scored = ("--method", "full-frame", "--pred", "preds", "--root", "release")
    before = len(evaluated(*scored, cwd=tmp_path)["rows"])
    held = places_of([tmp_path / "release"])
    for clip in ("clip-1", "clip-2"):  # so that run.json is two versions behind
        take_down(held, resolve(held, clip), "asked", AT)
    assert "data-set digest was" in failed("refvps-eval", *scored, cwd=tmp_path)[1]
    again = ("release", "takedown", "clip-2", "release", "preds", "--reason", "asked")
    done = run("refvps", *again, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 runs go on with the new version" in done.stdout
    assert "kept truth of 1 data sets deleted" in done.stdout
    record = evaluated(*scored, cwd=tmp_path)
    assert len(record["rows"]) == before // 3
    assert record["dataset"]["version"] == "1.2.0"
