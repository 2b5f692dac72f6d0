"""A clip goes from projects, releases, predictions and caches, and a scan finds nothing."""

import gzip
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from annotator.jobs import JobState, Kind
from annotator.project import Project
from annotator.release.build import Asked, build_release
from annotator.release.from_release import import_release
from e2e.commands import evaluated, failed, run
from refvps.executor import InlineExecutor
from refvps.release.reader import open_release
from refvps.release.validate import validate_release
from refvps.takedown.place import Traces
from refvps.takedown.scan import scan
from refvps.tombstones import bury, is_buried, merged, read_tombstones, write_tombstones
from support.labelled import copied_labelled, drawn, label, labelled_project

ATTESTED = '[[attestation]]\nsource = "drawn by the tests"\nbasis = "drawn by us"\nby = "us"\n'


@pytest.fixture
def here(made: Path, tmp_path: Path) -> Path:
    """A project with an old revision, a release, predictions with a record, a filled cache."""
    shutil.copytree(made, tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("takedown")
    project = copied_labelled(tmp_path / "project", count=9)
    for job in project.jobs():
        if job.kind is Kind.MASK:
            project.move(job.job_id, JobState.CHANGES_REQUESTED)
            label(project, job, {0: drawn("ben", 1, 2, (24, 32))})
            label(project, job, {0: drawn("ann", 0, 0, (24, 32))})
            for state in (JobState.SUBMITTED, JobState.ACCEPTED):
                project.move(job.job_id, state)
    (tmp_path / "attested.toml").write_text(f'{ATTESTED}on = "2026-11-27"\n')
    asked = Asked("squares", "1.0.0", kind="full", attestations=tmp_path / "attested.toml")
    build_release(project, tmp_path / "release", asked)
    assert run("refvps", "agreement", "project", cwd=tmp_path).returncode == 0
    scored = ("--method", "full-frame", "--pred", "preds", "--root", "release")
    assert len(evaluated(*scored, cwd=tmp_path)["rows"]) == 12
    return tmp_path


def take(here: Path, *more: str, places: tuple[str, ...] = ("project", "release", "preds")):
    return run("refvps", "release", "takedown", "clip-1", *places, *more, cwd=here)


def test_every_trace_goes_and_the_rest_goes_on(here: Path) -> None:
    kept = open_release(here / "release").truth("clip-0", "1")
    dry = take(here, "--reason", "asked", "--dry-run")
    assert dry.stdout == "clip  clip-1\n"
    done = take(here, "--reason", "the author asked")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing of it is left" in done.stdout
    assert "version 1.0.0 is now 1.1.0" in done.stdout
    assert "1 reports and exports" in done.stdout
    assert "kept truth of 1 data sets deleted" in done.stdout
    assert validate_release(here / "release", InlineExecutor()) == ()
    release = open_release(here / "release")
    assert release.clip_ids == ("clip-0", "clip-2")
    assert release.truth("clip-0", "1") == kept
    text = (here / "release/CHANGELOG.md").read_text()
    assert "1 clip removed on request" in text
    assert "clip-1" not in text
    stones = read_tombstones(here / "release/removed.jsonl")
    assert is_buried(stones, "clip", "clip-1")
    assert not is_buried(stones, "clip", "clip-0")
    assert "the author asked" in (here / "release/removed.jsonl").read_text()
    assert Project(here / "project").clip_ids == ("clip-0", "clip-2")
    again = ("--method", "full-frame", "--pred", "preds", "--root", "release")
    record = evaluated(*again, cwd=here)
    assert len(record["rows"]) == 8
    assert record["dataset"]["version"] == "1.1.0"


def test_what_was_removed_does_not_come_back(here: Path) -> None:
    backup = here / "old"
    old = open_release(here / "release").digest
    shutil.copytree(here / "release", backup)
    assert take(here, "--reason", "asked").returncode == 0
    project = Project(here / "project")
    for clip in ("clip-0", "clip-2"):
        assert clip in project.clip_ids
    fresh = labelled_project(here / "fresh", clips=0)
    write_tombstones(here / "fresh/removed.jsonl", read_tombstones(here / "project/removed.jsonl"))
    assert open_release(backup).digest == old
    assert import_release(fresh, backup) == 2
    assert fresh.clip_ids == ("clip-0", "clip-2")
    asked = Asked(
        "squares",
        "2.0.0",
        kind="full",
        attestations=here / "attested.toml",
        previous=here / "release",
    )
    built = build_release(Project(here / "project"), here / "next", asked)
    assert built.clips == 2
    assert is_buried(read_tombstones(here / "next/removed.jsonl"), "clip", "clip-1")


def test_done_twice_it_says_so_and_does_no_harm(here: Path) -> None:
    assert take(here, "--reason", "asked").returncode == 0
    again = take(here, "--reason", "asked")
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("nothing of it was here") >= 3
    assert open_release(here / "release").version == "1.1.0"


def test_what_is_left_elsewhere_is_named(here: Path) -> None:
    (here / "preds/notes.txt").write_text("clip-1 looks odd")
    (here / "preds/clip-10.txt").write_text("clip-10 is another")
    done = take(here, "--reason", "asked")
    assert done.returncode == 3
    assert "notes.txt: holds 'clip-1'" in done.stdout
    assert "clip-10" not in done.stdout


def test_mistakes_are_one_line(here: Path) -> None:
    command = ("refvps", "release", "takedown")
    code, line = failed(*command, "nothing", "project", "--reason", "x", cwd=here)
    assert (code, "nothing is called 'nothing'" in line) == (2, True)
    code, line = failed(*command, "clip-1", "gone", "--reason", "x", cwd=here)
    assert (code, "folder is missing" in line) == (3, True)


def test_a_project_that_is_served_is_left_alone(here: Path) -> None:
    with Project(here / "project").alone():
        _, line = failed(
            "refvps", "release", "takedown", "clip-1", "project", "--reason", "x", cwd=here
        )
    assert "another process has the project open" in line
    assert "clip-1" in Project(here / "project").clip_ids


def test_a_scan_looks_into_names_texts_gzip_and_whole_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/clip-1.json").write_text("{}")
    (tmp_path / "a/b.json.gz").write_bytes(gzip.compress(b'{"clip": "clip-1"}'))
    (tmp_path / "a/c.json").write_text(json.dumps({"text": "fumée épaisse"}))
    (tmp_path / "a/d.png").write_bytes(b"pixels")
    (tmp_path / "a/clip-11.json").write_text("clip-1-b and clip-12")
    digest = "ab" * 32
    (tmp_path / "a/e.txt").write_text(f"digest={digest}.")
    words = frozenset({"clip-1", "fumée épaisse", digest})
    traces = Traces(words, frozenset({hashlib.sha256(b"pixels").hexdigest()}))
    found = {line.split(":")[0].rpartition("/")[2] for line in scan([tmp_path], traces)}
    assert found == {"clip-1.json", "b.json.gz", "c.json", "d.png", "e.txt"}


def test_tombstones_of_several_places_go_together(tmp_path: Path) -> None:
    one, other = bury("clip", "a", "asked", "2026-01-01"), bury("clip", "a", "asked", "2026-01-02")
    assert one.selector != other.selector
    write_tombstones(tmp_path / "r", merged([one], [other, one]))
    stones = read_tombstones(tmp_path / "r")
    assert stones == (one, other)
    assert is_buried(stones, "clip", "a")
    assert not is_buried(stones, "candidate", "a")
