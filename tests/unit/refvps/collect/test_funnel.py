from fractions import Fraction
from pathlib import Path

import pytest

from refvps.collect.decisions import standing
from refvps.collect.fetch.fetch import STAGE
from refvps.collect.funnel import Loss, funnel
from refvps.collect.funnel_plot import write_funnel
from refvps.collect.results import StageRow, put_result
from refvps.collect.store.records import Clip, Decision, Fetched, Media
from refvps.collect.store.store import Store
from support.collection import CLOCK, candidate, concept, source_run

MEDIA = Media("ab" * 32, 1)


def decision(subject: str, verdict: str, reason: str = "", **more: object) -> Decision:
    return Decision(subject, verdict, reason, "ann", CLOCK, **more)


def clip(name: str, candidate_id: str) -> Clip:
    times = [Fraction(k) for k in (0, 4, 1, 3)]
    return Clip(name, candidate_id, MEDIA.media_id, "melting", 0, *times, state="accepted")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with Store(tmp_path) as opened:
        opened.put(concept(), concept("ice"), source_run(), MEDIA)
        for name in "abcdef":
            name_of = candidate(name)
            opened.put(name_of)
            row = StageRow(name_of.candidate_id, STAGE, 1, "", "")
            if name == "f":
                put_result(opened, row, "failed", "private", {})
                continue
            put_result(opened, row, "ok", "", {})
            opened.put(Fetched(name_of.candidate_id, MEDIA.media_id, "", None, None, "told", CLOCK))
        yield opened


def test_losses_belong_to_the_papers_two_steps(store: Store) -> None:
    store.put(
        decision("test:a", "accept", concept_id="ice"),
        decision("test:b", "exclude", "off-concept"),
        decision("test:c", "exclude", "too-rapid"),
        decision("test:d", "exclude", "no-change"),
        decision("test:d", "undo"),
        decision("test:e", "accept"),
        decision("test:e", "exclude", "no-change", blind=True),
        clip("a-0", "test:a"),
        clip("a-1", "test:a"),
        clip("e-0", "test:e"),
        decision("e-0", "exclude", "technical"),
    )
    found = funnel(store)
    counts = {step.name: step.count for step in found.steps}
    assert counts["candidates"] == 6
    assert counts["fetched"] == 5
    assert counts["looked at by a person"] == 4
    assert counts["suitable"] == 3
    assert counts["clips"] == 2
    assert set(found.losses) == {
        Loss("fetch", "private", 1),
        Loss("triage", "off-concept", 1),
        Loss("triage", "too-rapid", 1),
    }
    by_concept = {each.concept_id: each for each in found.concepts}
    assert (by_concept["melting"].clips, by_concept["ice"].suitable) == (2, 1)


def test_undo_takes_back_the_last_decision_only() -> None:
    first, second = decision("x", "accept"), decision("x", "exclude", "unsafe")
    assert standing([first, second, decision("x", "undo")]) == {"x": first}
    assert standing([decision("x", "undo")]) == {}


def test_the_text_names_the_papers_counts(store: Store) -> None:
    lines = [line.split() for line in funnel(store).text().splitlines()]
    assert ["candidates", "6", ">1,000"] in lines
    assert ["1", "fetch:", "private"] in lines


def test_the_picture_is_the_same_bytes_every_time(store: Store, tmp_path: Path) -> None:
    for name in "ab":
        write_funnel(funnel(store), tmp_path / f"{name}.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_an_empty_collection_has_a_funnel(tmp_path: Path) -> None:
    with Store(tmp_path) as empty:
        found = funnel(empty)
    assert {step.count for step in found.steps} == {0}
    write_funnel(found, tmp_path / "empty.png")
