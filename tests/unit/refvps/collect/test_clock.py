"""A clock that is set back: what counts is the order in which things were said, not their times."""

from pathlib import Path

from refvps.collect.decision_files import export_decisions, import_decisions
from refvps.collect.decisions import latest, standing
from refvps.collect.results import StageRow, put_result
from refvps.collect.store.records import Decision
from refvps.collect.store.store import Store
from refvps.collect.upkeep import Liveness, proposed_removals
from support.collection import candidate, concept, source_run

BACK = ("2026-05-01T00:00:00Z", "2025-01-01T00:00:00Z", "2020-01-01T00:00:00Z")


class Clock:
    """Says what it is told."""

    def __init__(self) -> None:
        self.time = BACK[0]

    def __call__(self) -> str:
        return self.time


def collection(folder: Path, clock: Clock) -> Store:
    store = Store(folder, now=clock)
    store.put(concept(), source_run(), candidate("a"))
    return store


def said(store: Store, verdict: str, reason: str = "") -> None:
    store.put(Decision("test:a", verdict, reason, "rita", store.now()))


def test_the_last_decision_stands_whatever_its_time(tmp_path: Path) -> None:
    clock = Clock()
    with collection(tmp_path / "one", clock) as store:
        said(store, "accept")
        clock.time = BACK[1]
        said(store, "exclude", "unsafe")
        assert standing(store.all(Decision))["test:a"].reason == "unsafe"
        clock.time = BACK[2]
        said(store, "accept")
        assert standing(store.all(Decision))["test:a"].verdict == "accept"
        assert latest(store, "test:a").at == BACK[2]
        export_decisions(store, tmp_path / "d.jsonl")
    with collection(tmp_path / "other", Clock()) as other:
        assert import_decisions(other, tmp_path / "d.jsonl") == 3
        held = standing(other.all(Decision))["test:a"]
        assert (held.verdict, held.at) == ("accept", BACK[2])


def test_results_and_events_follow_one_another_whatever_their_times(tmp_path: Path) -> None:
    clock = Clock()
    with collection(tmp_path, clock) as store:
        for time, status in zip(BACK, ("failed", "failed", "ok"), strict=True):
            clock.time = time
            put_result(store, StageRow("test:a", "probe", 1, "", ""), status, "", {})
        assert store.get(StageRow, stage="probe").status == "ok"
        rows = store.execute("SELECT at, action FROM event WHERE actor = 'probe' ORDER BY event_id")
        assert [tuple(row) for row in rows] == list(
            zip(BACK, ("failed", "failed", "ok"), strict=True)
        )


def test_nothing_is_removed_early_where_a_post_was_gone_in_the_future(tmp_path: Path) -> None:
    clock = Clock()
    with collection(tmp_path, clock) as store:
        store.put(Liveness("test:a", "gone", BACK[0], BACK[0]))
        clock.time = BACK[2]
        assert proposed_removals(store, 0) == ()
        clock.time = BACK[0]
        assert [each.candidate_id for each in proposed_removals(store, 0)] == ["test:a"]
