"""Who labels again: every concept covered, nobody their own, the same draw for the same seed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.clip import ClipFacts, write_clip
from annotator.jobs import Kind
from annotator.keyframe import SessionError
from annotator.project import CLIPS
from annotator.relabelling import (
    Candidate,
    annotators_of,
    assign,
    candidates_of,
    plan_relabelling,
)
from refvps.errors import ConfigError
from support.projects import frames, project

PEOPLE = ("ann", "ben", "cleo")


def candidate(number: int, concept: str, *barred: str, keyframes: int = 10) -> Candidate:
    return Candidate(
        f"clip-{number:03}", concept, (f"group {concept}",), keyframes, frozenset(barred)
    )


@st.composite
def many(draw: st.DrawFn) -> list[Candidate]:
    concepts = draw(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=30))
    first = draw(st.lists(st.sampled_from(PEOPLE), min_size=len(concepts), max_size=len(concepts)))
    lengths = draw(st.lists(st.integers(1, 140), min_size=len(concepts), max_size=len(concepts)))
    return [
        candidate(number, concept, who, keyframes=length)
        for number, (concept, who, length) in enumerate(zip(concepts, first, lengths, strict=True))
    ]


@given(candidates=many(), fraction=st.floats(0, 1), seed=st.integers(0, 2**64))
def test_every_concept_is_covered_and_nobody_sees_their_own(
    candidates: list[Candidate], fraction: float, seed: int
) -> None:
    plan = plan_relabelling(candidates, PEOPLE, fraction, seed)
    clips = {each.clip: each for each in candidates}
    assert len({clip for clip, _ in plan.assignments}) == len(plan.assignments)
    assert all(who not in clips[clip].barred for clip, who in plan.assignments)
    concepts = {each.concept for each in candidates}
    assert {clips[clip].concept for clip, _ in plan.assignments} == concepts
    assert plan.uncovered == {}
    assert len(plan.assignments) == max(len(concepts), round(fraction * len(candidates)))
    assert plan == plan_relabelling(candidates, PEOPLE, fraction, seed)


def test_another_seed_draws_others() -> None:
    candidates = [candidate(number, "abc"[number % 3], "ann") for number in range(30)]
    drawn = {plan_relabelling(candidates, PEOPLE, 0.2, seed).assignments for seed in range(8)}
    assert len(drawn) == 8


def test_load_is_even() -> None:
    candidates = [candidate(number, "a") for number in range(30)]
    plan = plan_relabelling(candidates, PEOPLE, 1.0, 0)
    people = [who for _, who in plan.assignments]
    assert sorted(people.count(who) for who in PEOPLE) == [10, 10, 10]


def test_what_nobody_may_label_is_named() -> None:
    plan = plan_relabelling([candidate(0, "a", *PEOPLE), candidate(1, "b", "ann")], PEOPLE, 0, 0)
    assert list(plan.uncovered) == ["a"]
    assert [clip for clip, _ in plan.assignments] == ["clip-001"]


def test_mistakes_are_told() -> None:
    with pytest.raises(ConfigError, match="nobody is named"):
        plan_relabelling([], (), 0.5, 0)
    with pytest.raises(ConfigError, match="share from 0 to 1"):
        plan_relabelling([], PEOPLE, 20, 0)


def test_jobs_are_made_and_the_curator_is_spared(tmp_path) -> None:
    made = project(tmp_path / "p", clips=1, count=9)
    made.users.put("cleo", "correct horse", ["annotator"])
    facts = ClipFacts("v", "ice melting", ("temporal object changes",), curator="ben")
    write_clip(made.root / CLIPS / "fresh", frames(9), facts, 4)
    made.assign(Kind.MASK, "fresh", "ann")
    plan = plan_relabelling(candidates_of(made), ("ann", "ben", "cleo"), 1.0, 7)
    assert plan.assignments == (("fresh", "cleo"),)
    assert plan.covered["moving square"] == (1, 1, 0)
    assert assign(made, plan) == ["fresh-relabel-cleo"]
    with pytest.raises(SessionError, match="chose clip fresh"):
        made.assign(Kind.RELABEL, "fresh", "ben")


def test_people_who_may_see_labels_are_asked_only_by_name(tmp_path) -> None:
    made = project(tmp_path / "p", clips=1, count=9)
    made.users.put("dora", "correct horse", ["annotator", "reviewer"])
    assert annotators_of(made) == ("ann", "ben")
