import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.keyframe import Click, Keyframe, Marks, State
from annotator.schedule import Schedule
from annotator.store.head import head_document
from annotator.store.work import Change, ConflictError, Work
from refvps.errors import DataError, ShapeError

SCHEDULE = Schedule(41)
EDITED = Keyframe(State.EDITED, "a" * 64)
FULL = Keyframe(
    State.LOCKED,
    "a" * 64,
    "b" * 64,
    Marks((Click(1.5, 2.5, False),), (1.0, 2.0, 3.0, 4.0), "c" * 64),
    "d" * 64,
    "fake",
    0.25,
    State.PROMPTED,
    frozenset({"onset"}),
)


def test_what_was_saved_is_there_after_opening_again(tmp_path: Path) -> None:
    work = Work(tmp_path / "w", SCHEDULE)
    assert work.commit(Change({3: FULL, 4: EDITED}, {3: 0, 4: 0}, session="s", seq=1)) == 1
    assert work.commit(Change(expressions=("the smoke", "it rises"), expressions_base=0)) == 2
    again = Work(tmp_path / "w", SCHEDULE)
    assert again.head == work.head
    assert again.head.keyframes == {3: FULL, 4: EDITED}
    assert again.head.expressions == ("the smoke", "it rises")
    assert again.head.digests() == {letter * 64 for letter in "abcd"}
    assert "12" in json.loads((tmp_path / "w/HEAD.json").read_text())["frames"]


def test_a_change_from_an_old_revision_is_refused_whole(tmp_path: Path) -> None:
    work = Work(tmp_path, SCHEDULE)
    work.commit(Change({0: EDITED}, {0: 0}))
    with pytest.raises(ConflictError, match="keyframe 0 changed meanwhile: revision 1, not 0"):
        work.commit(Change({0: FULL, 1: FULL}, {0: 0, 1: 0}))
    assert work.head.keyframes == {0: EDITED}
    # Another keyframe's revision is its own.
    assert work.commit(Change({1: FULL}, {1: 0})) == 2


def test_asking_twice_saves_once(tmp_path: Path) -> None:
    work = Work(tmp_path, SCHEDULE)
    change = Change({0: EDITED}, {0: 0}, session="tab", seq=7)
    assert work.commit(change) == work.commit(change) == 1
    assert len(work.events()) == 1
    with pytest.raises(ConflictError):
        work.commit(replace(change, seq=8))


def test_many_at_once_are_written_together_and_none_is_lost(tmp_path: Path, monkeypatch) -> None:
    work = Work(tmp_path, SCHEDULE)
    heads = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (heads.append(fd), real(fd)))
    begin = threading.Barrier(11)

    def save(k: int) -> None:
        begin.wait()
        work.commit(Change({k: EDITED}, {k: 0}))

    threads = [threading.Thread(target=save, args=(k,)) for k in range(11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Work(tmp_path, SCHEDULE).head.keyframes == dict.fromkeys(range(11), EDITED)
    assert sorted(event["rev"] for event in work.events()) == list(range(1, 12))


def test_what_the_log_announced_is_carried_out(tmp_path: Path) -> None:
    """A crash between the event and the head."""
    work = Work(tmp_path, SCHEDULE)
    work.commit(Change({0: EDITED}))
    old = (tmp_path / "HEAD.json").read_bytes()
    work.commit(Change({1: FULL}, expressions=("one",)))
    (tmp_path / "HEAD.json").write_bytes(old)
    again = Work(tmp_path, SCHEDULE)
    assert head_document(again.head, SCHEDULE) == head_document(work.head, SCHEDULE)


def test_a_torn_last_line_of_the_log_is_cut(tmp_path: Path) -> None:
    work = Work(tmp_path, SCHEDULE)
    work.commit(Change({0: EDITED}))
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(b'{"v":1,"ev":"save","rev":2,"fra')
    again = Work(tmp_path, SCHEDULE)
    assert [event["rev"] for event in again.events()] == [1]
    again.log([{"ev": "frame_enter"}])
    assert [event["ev"] for event in again.events()] == ["save", "frame_enter"]


def test_damage_inside_is_an_error(tmp_path: Path) -> None:
    work = Work(tmp_path, SCHEDULE)
    work.commit(Change({0: EDITED}))
    path = tmp_path / "HEAD.json"
    path.write_bytes(path.read_bytes().replace(b'"edited"', b'"edible"'))
    with pytest.raises(DataError, match=r"HEAD\.json"):
        Work(tmp_path, SCHEDULE)


def test_a_full_disk_leaves_the_earlier_revision_and_a_log_that_agrees(
    tmp_path: Path, monkeypatch
) -> None:
    work = Work(tmp_path, SCHEDULE)
    work.commit(Change({0: EDITED}))
    with monkeypatch.context() as patch:

        def full(*_args, **_kwargs):
            raise OSError(28, "No space left on device")

        patch.setattr(Path, "replace", full)
        with pytest.raises(DataError, match="No space left"):
            work.commit(Change({1: FULL}))
    assert work.head.keyframes == {0: EDITED}
    assert len(work.events()) == 1
    assert work.commit(Change({1: FULL})) == 2
    assert Work(tmp_path, SCHEDULE).head.keyframes == {0: EDITED, 1: FULL}


def test_no_such_keyframe(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match="no keyframe 11"):
        Work(tmp_path, SCHEDULE).commit(Change({11: EDITED}))
