import errno
from fractions import Fraction
from pathlib import Path

import pytest

from refvps.collect.store import records as kinds
from refvps.collect.store.records import Concept
from refvps.collect.store.store import FILE_NAME, Store
from refvps.collect.store.troubles import of_the_system
from refvps.errors import CollectError, DataError
from support.collection import candidate, concept, source_run

MEDIA = kinds.Media("ab" * 32, 10)
MANY = [concept(f"melting-{number}") for number in range(500)]
PROBE = kinds.Probe(
    media_id=MEDIA.media_id,
    container="mp4",
    codec="h264",
    pix_fmt="yuv420p",
    width=1024,
    height=576,
    rotation=90,
    sample_aspect=Fraction(1),
    colour={"matrix": "bt709", "assumed": False},
    time_base=Fraction(1, 90000),
    start_pts=-3,
    n_frames=7,
    uneven=True,
    duration=Fraction(1001, 3000),
    pts_digest="00",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with Store(tmp_path, now=lambda: "2026-01-02T03:04:05Z") as opened:
        opened.put(concept(), source_run(), candidate("1"))
        yield opened


def test_records_come_back_as_they_went_in(store: Store) -> None:
    clip = kinds.Clip(
        "melt-1", "test:1", MEDIA.media_id, "melting", 0, *map(Fraction, ("1/3", "2", "1", "3/2"))
    )
    cut = kinds.Boundary(MEDIA.media_id, 0, 10, 11, "cut", ("content", "transnet"), 0.5)
    print_ = kinds.Fingerprint(MEDIA.media_id, "dhash64@2fps", b"\0\1")
    store.put(MEDIA, PROBE, clip, cut, print_)
    for record in (MEDIA, PROBE, clip, cut, print_, candidate("1"), concept(), source_run()):
        key = {name: getattr(record, name) for name in record.KEY}
        assert store.get(type(record), **key) == record


def test_a_record_of_the_same_key_is_replaced_and_what_refers_to_it_stays(store: Store) -> None:
    store.put(MEDIA, PROBE)
    store.put(kinds.Media(MEDIA.media_id, 11))
    assert store.all(kinds.Media) == (kinds.Media(MEDIA.media_id, 11),)
    assert store.all(kinds.Probe) == (PROBE,)


def test_add_keeps_what_is_there(store: Store) -> None:
    assert store.add(MEDIA)
    assert not store.add(kinds.Media(MEDIA.media_id, 11))
    assert store.all(kinds.Media) == (MEDIA,)


def test_replace_leaves_only_the_new_rows_of_a_subject(store: Store) -> None:
    other = kinds.Media("cd" * 32, 1)
    store.put(MEDIA, other)
    cuts = [kinds.Boundary(m.media_id, n, n, n, "cut", ()) for m in (MEDIA, other) for n in (0, 1)]
    store.put(*cuts)
    store.replace(kinds.Boundary, cuts[:1], media_id=MEDIA.media_id)
    assert store.all(kinds.Boundary) == (cuts[0], *cuts[2:])


def change_and_fail(store: Store) -> None:
    with store.transaction():
        store.put(MEDIA)
        store.log("test", "media", MEDIA.media_id)
        raise ZeroDivisionError


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        change_and_fail(store)
    assert store.all(kinds.Media) == ()
    assert store.execute("SELECT count(*) FROM event").fetchone()[0] == 0


@pytest.mark.parametrize("table", ["event", "decision"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET subject = 'x'"])
def test_events_and_decisions_are_never_changed(store: Store, table: str, change: str) -> None:
    store.log("test", "seen", "test:1")
    store.put(kinds.Decision("test:1", "accept", "", "ann", store.now()))
    with pytest.raises(Exception, match="are never"), store.transaction():
        store.execute(change.format(table))


def test_decisions_are_numbered_in_order(store: Store) -> None:
    for verdict in ("accept", "undo"):
        store.put(kinds.Decision("test:1", verdict, "", "ann", store.now()))
    assert [d.decision_id for d in store.all(kinds.Decision, subject="test:1")] == [1, 2]


def test_reopening_keeps_rows_and_salt(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put(concept())
        salt = store.meta("salt")
    with Store(tmp_path) as store:
        assert store.meta("salt") == salt
        assert store.all(kinds.Concept) == (concept(),)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database, but long enough to be read as one" * 99)
    with pytest.raises(DataError, match="is no collection store"):
        Store(tmp_path)


def test_the_sqlite_file_of_another_program_is_refused(tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    with pytest.raises(DataError, match="but no collection store"):
        Store(tmp_path)


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with Store(tmp_path) as store, store.transaction():
        store.execute("PRAGMA user_version = 99")
    with pytest.raises(DataError, match="written by a newer refvps: version 99"):
        Store(tmp_path)


def test_a_full_disk_is_one_line_and_leaves_what_was_stored(tmp_path: Path) -> None:
    """A limit of pages stands for the full disk: the same answer of SQLite at the same call."""
    with Store(tmp_path) as store:
        store.put(concept())
        pages = store.execute("PRAGMA page_count").fetchone()[0]
        store.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(CollectError, match="no room is left on the disk"):
            store.put(*MANY)
        store.execute("PRAGMA max_page_count = 100000")
        assert [each.concept_id for each in store.all(Concept)] == ["melting"]
        store.put(concept("ice"))
    with Store(tmp_path) as store:
        assert len(store.all(Concept)) == 2


def test_a_locked_store_is_one_line(tmp_path: Path) -> None:
    with Store(tmp_path) as one, Store(tmp_path) as other:
        other.execute("PRAGMA busy_timeout = 20")
        with one.transaction():
            one.put(concept())
            with pytest.raises(CollectError, match="another process keeps it locked"):
                other.put(concept("ice"))
        other.put(concept("ice"))
        assert len(one.all(Concept)) == 2


@pytest.mark.parametrize("at", [100, 5000, 20000])
def test_a_damaged_store_is_one_line(tmp_path: Path, at: int) -> None:
    with Store(tmp_path) as store:
        store.put(*MANY)
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    path.write_bytes(content[:at] + b"\xff" * 40000 + content[at + 40000 :])
    with pytest.raises(DataError, match="damaged"):
        read_and_written(tmp_path)


def read_and_written(folder: Path) -> None:
    with Store(folder) as store:
        store.put(*store.all(Concept), concept("more"))


def test_what_the_system_refuses_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match=r"x\.mp4: no room is left"), of_the_system(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device", "x.mp4")
    with pytest.raises(CollectError, match="read-only"), of_the_system(tmp_path):
        raise OSError(errno.EROFS, "Read-only file system")
    with pytest.raises(IsADirectoryError), of_the_system(tmp_path):
        raise IsADirectoryError(errno.EISDIR, "a mistake of ours")
