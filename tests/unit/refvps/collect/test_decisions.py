"""Clips follow from decisions, and no decision overrules one that was not seen."""

import sqlite3
from fractions import Fraction
from pathlib import Path

import pytest

from refvps.collect.decision_files import export_decisions, import_decisions
from refvps.collect.decisions import (
    DecidedError,
    blind_standing,
    decide,
    latest,
    part_of_clip,
    standing,
)
from refvps.collect.store.records import Clip, Decision, Fetched, Media
from refvps.collect.store.schema import MIGRATIONS
from refvps.collect.store.store import FILE_NAME, Store
from refvps.errors import CollectError, RefvpsError
from support.collection import CLOCK, candidate, concept, source_run

MEDIA = Media("ab" * 32, 1)
A, B, C = "0 2 1/2 1", "2 4 2 4", "4 6 5 6"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with Store(tmp_path, now=lambda: CLOCK) as opened:
        fill(opened)
        yield opened


def fill(store: Store) -> None:
    store.put(concept(), concept("ice"), source_run(), MEDIA)
    for name in "ab":
        store.put(candidate(name))
        store.put(Fetched(f"test:{name}", MEDIA.media_id, "", None, None, "told", CLOCK))


def say(store: Store, verdict: str, subject: str = "test:a", who: str = "ann", **more) -> Decision:
    """Decide, having seen everything."""
    seen = latest(store, subject, blind_of=who if more.get("blind") else None)
    more.setdefault("previous_id", seen.decision_id if seen else None)
    reason = "unsafe" if verdict == "exclude" else ""
    return decide(store, Decision(subject, verdict, reason, who, CLOCK, **more))


def states(store: Store) -> dict[str, str]:
    return {clip.clip_id: clip.state for clip in store.all(Clip)}


def test_an_accepted_part_is_a_clip_until_it_is_taken_back(store: Store) -> None:
    say(store, "accept", parts=(A,))
    (clip,) = store.all(Clip)
    assert (clip.clip_id, clip.state, clip.event_start) == ("test-a-0", "accepted", Fraction(1, 2))
    say(store, "undo")
    assert states(store) == {"test-a-0": "dropped"}
    say(store, "accept", parts=(A,))
    assert states(store) == {"test-a-0": "accepted"}
    say(store, "exclude")
    assert states(store) == {"test-a-0": "dropped"}


def test_other_times_are_another_clip_and_undo_brings_the_earlier_back(store: Store) -> None:
    say(store, "accept", parts=(A,))
    say(store, "accept", parts=(B,))
    assert states(store) == {"test-a-0": "dropped", "test-a-1": "accepted"}
    say(store, "undo")
    assert states(store) == {"test-a-0": "accepted", "test-a-1": "dropped"}


def test_parts_of_a_split_video_are_decided_one_by_one(store: Store) -> None:
    say(store, "split", parts=(A, B, C))
    assert set(states(store).values()) == {"proposed"}
    say(store, "accept", "test-a-0", concept_id="ice")
    say(store, "exclude", "test-a-1")
    say(store, "accept", "test-a-2", parts=("4 5 4 5",))
    assert states(store) == {
        "test-a-0": "accepted", "test-a-1": "dropped", "test-a-2": "dropped",
        "test-a-3": "accepted",
    }  # fmt: skip
    assert store.get(Clip, clip_id="test-a-0").concept_id == "ice"
    say(store, "undo", "test-a-1")
    assert states(store)["test-a-1"] == "proposed"
    say(store, "undo")
    assert set(states(store).values()) == {"dropped"}
    # Split again, what was decided of the same parts holds again.
    say(store, "split", parts=(A, B))
    assert [states(store)[f"test-a-{k}"] for k in (0, 1)] == ["accepted", "proposed"]


def test_nobody_overrules_a_decision_that_they_have_not_seen(store: Store) -> None:
    first = say(store, "accept")
    with pytest.raises(DecidedError, match="decided by ann meanwhile") as refused:
        say(store, "exclude", who="ben", previous_id=None)
    assert refused.value.decision == first
    assert len(store.all(Decision)) == 1
    say(store, "exclude", who="ben", previous_id=first.decision_id)
    assert standing(store.all(Decision))["test:a"].reviewer == "ben"


def test_a_decision_sent_twice_is_stored_once(store: Store) -> None:
    one = say(store, "accept", parts=(A,), previous_id=None)
    assert say(store, "accept", parts=(A,), previous_id=None).decision_id == one.decision_id
    assert len(store.all(Decision)) == 1


def test_blind_decisions_stand_apart(store: Store) -> None:
    say(store, "accept", parts=(A,))
    say(store, "exclude", who="ben", blind=True)
    say(store, "accept", who="eve", blind=True)
    assert states(store) == {"test-a-0": "accepted"}
    decisions = store.all(Decision)
    assert standing(decisions)["test:a"].verdict == "accept"
    assert blind_standing(decisions, "ben")["test:a"].verdict == "exclude"
    say(store, "undo", who="ben", blind=True)
    assert blind_standing(store.all(Decision), "ben") == {}
    assert blind_standing(store.all(Decision), "eve")["test:a"].verdict == "accept"


def test_what_is_not_there_or_not_fetched_is_refused(store: Store) -> None:
    with pytest.raises(CollectError, match="no candidate or clip is called 'test:z'"):
        say(store, "accept", "test:z")
    store.put(candidate("late"))
    with pytest.raises(CollectError, match="not fetched yet"):
        say(store, "accept", "test:late", parts=(A,))
    assert store.all(Decision) == ()


def test_decisions_travel_as_files_with_their_clips(store: Store, tmp_path: Path) -> None:
    say(store, "split", parts=(A, B))
    say(store, "accept", "test-a-1")
    say(store, "accept", "test:b", parts=(C,))
    for name in ("all.csv", "all.jsonl"):
        assert export_decisions(store, tmp_path / name) == 3
        with Store(tmp_path / name.replace(".", "-"), now=lambda: CLOCK) as other:
            fill(other)
            assert import_decisions(other, tmp_path / name) == 3
            assert import_decisions(other, tmp_path / name) == 0
            assert other.all(Clip) == store.all(Clip)


def test_lines_with_other_times_are_further_clips(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    head = "subject,verdict,reviewer,start,end\n"
    path.write_text(head + "test:a,accept,ann,3,5\ntest:a,accept,ann,0,2\n")
    assert import_decisions(store, path) == 2
    assert import_decisions(store, path) == 0
    found = {clip.clip_id: str(part_of_clip(clip).span) for clip in store.all(Clip)}
    assert found == {"test-a-0": "3 s to 5 s", "test-a-1": "0 s to 2 s"}
    assert set(states(store).values()) == {"accepted"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("test:z,accept,ann,,", "line 2: no candidate or clip is called 'test:z'"),
        ("test:a,accept,ann,2,1", "line 2: expected 0 <= start"),
        ("test:a,accept,ann,x,1", "line 2: times are seconds"),
        ("test:a,undo,ann,0,1", "line 2: times belong to accept and split, not to undo"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_kept(
    store: Store, tmp_path: Path, row: str, said: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("subject,verdict,reviewer,start,end\n" + row + "\n")
    with pytest.raises(RefvpsError, match=said):
        import_decisions(store, path)
    assert store.all(Decision) == ()


def test_a_store_of_the_first_version_is_carried_forward(tmp_path: Path) -> None:
    """Clips that were accepted before parts belonged to decisions stay what they were."""
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.executescript(MIGRATIONS[0])
    rows = (
        "PRAGMA application_id = 0x52565043; PRAGMA user_version = 1;"
        "INSERT INTO meta VALUES ('salt', 's'), ('version', '1'), ('created', '');"
        "INSERT INTO concept VALUES ('melting', '', '[]', '', 'active', '');"
        "INSERT INTO source_run VALUES ('run','','','','','',NULL,NULL,'{}',0,0,'');"
        "INSERT INTO candidate VALUES"
        " ('test:a','test','a','','melting','run',0,'','',NULL,NULL,'[]','');"
        "INSERT INTO media VALUES ('m', 1, '.mp4');"
        "INSERT INTO fetched VALUES ('test:a', 'm', '', NULL, NULL, '', '');"
        "INSERT INTO clip VALUES"
        " ('test-a-0','test:a','m','melting',0,1,2,4,1,1,1,3,1,'accepted','');"
        "INSERT INTO decision VALUES"
        " (1,'test:a','accept','',NULL,'ann','',0,0,NULL,''),"
        " (2,'test:b','exclude','unsafe',NULL,'ann','',0,0,NULL,'');"
    )
    connection.executescript(rows)
    connection.close()
    with Store(tmp_path) as store:
        first, second = store.all(Decision)
        assert first.parts == ("1/2 4/1 1/1 3/1",)
        assert second.parts == ()
        decide(store, Decision("test-a-0", "exclude", "unsafe", "ben", ""))
        decide(store, Decision("test-a-0", "undo", "", "ben", "", previous_id=3))
        assert states(store) == {"test-a-0": "accepted"}
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            store.execute("UPDATE decision SET reviewer = 'x'")
