"""A collection on a disk that cannot be written: what reads works, what writes says so."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.commands import BIN
from refvps.collect.folder import media_path
from refvps.collect.session import open_store, open_to_read
from refvps.collect.store.records import Decision, Fetched, Media
from refvps.collect.store.schema import MIGRATIONS
from refvps.collect.store.store import FILE_NAME, Store
from refvps.errors import CollectError, DataError
from support.collection import CLOCK, candidate, concept, source_run
from support.read_only import without_writing

REFVPS = str(BIN / "refvps")


def filled(folder: Path) -> Store:
    """A collection of one video that is accepted, open."""
    content = b"a video, to whom it may concern"
    media = Media(hashlib.sha256(content).hexdigest(), len(content))
    store = Store(folder / "collection", now=lambda: CLOCK)
    (folder / "collect.toml").write_text('folder = "collection"\n')
    path = media_path(store.folder, media)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with store.transaction():
        store.put(concept(), source_run(), candidate("a"), media)
        store.put(Fetched("test:a", media.media_id, "0", None, None, "test", CLOCK))
        store.put(Decision("test:a", "accept", "", "rita", CLOCK))
    return store


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds a collection, closed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    filled(folder).close()
    return folder


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_what_reads_says_the_same_on_a_read_only_disk(here: Path, tmp_path: Path) -> None:
    script = (
        'for command in "funnel --json" "reviewers --json" "decisions --to $0/d.csv"'
        ' "provenance --to $0/p.jsonl" "verify"; do "$1" collect $command || exit; done'
    )
    asked = ("sh", "-c", script, str(tmp_path), REFVPS)
    before = names(here)
    frozen = without_writing(here, *asked, cwd=here)
    assert (frozen.returncode, frozen.stderr) == (0, "")
    assert "1 of 1 files are whole" in frozen.stdout
    assert "1 decisions written" in frozen.stdout
    assert json.loads(frozen.stdout.partition("\n}\n")[0] + "\n}")
    assert "rita" in (tmp_path / "d.csv").read_text()
    assert names(here) == before


@pytest.mark.parametrize(
    "command",
    [("run",), ("decide", "decisions.csv"), ("remove", "test:a", "--reason", "asked")],
    ids=lambda each: each[0],
)
def test_what_writes_says_that_it_cannot(here: Path, command: tuple[str, ...]) -> None:
    (here / "decisions.csv").write_text("subject,verdict,reviewer\ntest:a,exclude,ben\n")
    done = without_writing(here, REFVPS, "collect", *command, cwd=here)
    assert done.returncode == 6, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert "read-only" in line


def test_changes_that_would_be_missed_are_named(here: Path, tmp_path: Path) -> None:
    """As a copy of a collection at work leaves it: the newest rows are in the log beside."""
    (tmp_path / "live").mkdir()
    with filled(tmp_path / "live") as store:
        for path in (here / "collection", here / "collect.toml"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(store.folder, here / "collection")
        shutil.copy(tmp_path / "live/collect.toml", here)
    log = here / "collection" / f"{FILE_NAME}-wal"
    assert log.stat().st_size
    with_index = without_writing(here, REFVPS, "collect", "funnel", "--json", cwd=here)
    assert with_index.returncode == 0, with_index.stderr
    (here / "collection" / f"{FILE_NAME}-shm").unlink()
    done = without_writing(here, REFVPS, "collect", "funnel", cwd=here)
    assert done.returncode == 6
    (line,) = done.stderr.splitlines()
    assert f"its latest changes are still in {log.name}" in line
    assert "copy the folder to where you can write" in line


def test_an_older_store_is_not_read_as_it_is(tmp_path: Path) -> None:
    filled(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "collection" / FILE_NAME)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")
    connection.close()
    with pytest.raises(CollectError, match=r"was written by an older refvps; .* copy the folder"):
        Store(tmp_path / "collection", read_only=True)


def test_a_store_that_is_read_as_it_is_changes_nothing(tmp_path: Path) -> None:
    filled(tmp_path).close()
    before = names(tmp_path)
    with Store(tmp_path / "collection", read_only=True) as store:
        assert [each.reviewer for each in store.all(Decision)] == ["rita"]
        with pytest.raises(CollectError, match="read-only"):
            store.put(candidate("b"))
        assert names(tmp_path) == before


def test_where_one_can_write_reading_is_as_ever(tmp_path: Path) -> None:
    filled(tmp_path).close()
    with open_to_read(tmp_path / "collection") as store:
        store.put(candidate("b"))
    with open_store(tmp_path / "collection") as store:
        assert len(store.all(type(candidate("b")))) == 2
    with pytest.raises(DataError, match="holds no collection"):
        open_to_read(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(b"no store" * 100)
    with pytest.raises(DataError, match="is no collection store"):
        open_to_read(tmp_path)
