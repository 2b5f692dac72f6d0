import sqlite3
from pathlib import Path

import pytest

from refvps.collect.fetch.job import Answer
from refvps.collect.removal import Removal, is_removed, remove, selector
from refvps.collect.session import working
from refvps.collect.store.records import Candidate, Decision, Fetched
from refvps.collect.store.store import FILE_NAME, Store
from refvps.errors import CollectError
from support.collection import CLOCK, candidate, concept, source_run
from unit.refvps.collect.fetch.test_fetch import fetched_by


def filled(folder: Path) -> None:
    with Store(folder) as store:
        store.put(concept(), source_run(), candidate("secret-a"), candidate("b"))
        fetched_by(store, lambda *_: Answer())
        store.put(Decision("test:secret-a", "accept", "", "ann", CLOCK))


def trace_in(folder: Path, trace: bytes) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if trace in path.read_bytes()]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with (
        working(tmp_path),
        pytest.raises(CollectError, match="another run is at work"),
        working(tmp_path),
    ):
        pass


def test_what_no_row_names_is_swept_away(tmp_path: Path) -> None:
    filled(tmp_path)
    kept = {path for path in tmp_path.rglob("*") if path.is_file()}
    strays = (
        "media/ab/abcd.mp4", "pts/ab/abcd.npy", "private/test__gone.json", "previews/a/b.mp4",
        "downloads/test__b/media.mp4.part", "media/ab/.partial-1", "clips/p/.partial-2/00000.jpg",
    )  # fmt: skip
    for stray in strays:
        path = tmp_path / stray
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"1")
    with working(tmp_path):
        pass
    left = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert {path.name for path in left - kept} <= {"run.lock"}


def test_a_download_that_was_cut_off_is_kept_to_be_resumed(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put(concept(), source_run(), candidate("a"))
    part = tmp_path / "downloads" / "test__a" / "media.mp4.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    with working(tmp_path):
        assert part.read_bytes() == b"half"


def test_attempts_of_a_killed_run_are_marked(tmp_path: Path) -> None:
    with Store(tmp_path) as store, store.transaction():
        store.execute(
            "INSERT INTO attempt (subject, stage, started, status, error_class, message)"
            " VALUES ('x', 'fetch', '', 'running', '', '')"
        )
    with working(tmp_path) as store:
        assert store.execute("SELECT status FROM attempt").fetchone()[0] == "interrupted"


def test_a_removal_that_was_cut_off_is_ended_by_the_next_run(tmp_path: Path) -> None:
    filled(tmp_path)
    with Store(tmp_path) as store:
        remove(store, "candidate", "test:b", "asked")
        salted = store.all(Removal)
    # As if it had been killed after its first transaction: tombstones alone.
    with Store(tmp_path) as store, store.transaction():
        media_id = store.get(Fetched, candidate_id="test:secret-a").media_id
        for kind, value in (("candidate", "test:secret-a"), ("media", media_id)):
            digest = selector(store, kind, value)
            store.put(Removal(digest[:24], kind, digest, "asked", CLOCK))
    with working(tmp_path) as store:
        assert [each.candidate_id for each in store.all(Candidate)] == []
        assert all(each.done_at for each in store.all(Removal))
        assert len(store.all(Removal)) == len(salted) + 2
    assert trace_in(tmp_path, b"secret-a") == []


def test_a_reader_in_the_way_is_named_and_the_removal_ends_later(tmp_path: Path) -> None:
    filled(tmp_path)
    reader = sqlite3.connect(tmp_path / FILE_NAME, timeout=0)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM candidate").fetchall()
    with Store(tmp_path) as store:
        store.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(CollectError, match="open in another process"):
            remove(store, "candidate", "test:secret-a", "asked")
        assert is_removed(store, "candidate", "test:secret-a")
    reader.close()
    with working(tmp_path):
        pass
    assert trace_in(tmp_path, b"secret-a") == []


def test_what_was_never_collected_can_be_forbidden(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert remove(store, "candidate", "tiktok:71", "asked") == 0
        assert is_removed(store, "candidate", "tiktok:71")
        assert not is_removed(store, "candidate", "tiktok:72")
        assert remove(store, "candidate", "tiktok:71", "asked again") == 0
    assert trace_in(tmp_path, b"tiktok:71") == []
