"""Reviews, problem lists, cards, handing in, progress: the parts of the engine below the pages."""

from pathlib import Path

import pytest

from annotator.activity import LONGEST_GAP
from annotator.cards import TargetCard, put_card, read_card
from annotator.handing_in import hand_in, missing, others_of, save_expressions
from annotator.jobs import JobState, Kind
from annotator.keyframe import SessionError, State
from annotator.progress import Meter, grouped, total
from annotator.project import Project
from annotator.protocol import VERSION
from annotator.reviews import (
    Mark,
    Verdict,
    give_verdict,
    last_verdict,
    marks_of,
    may_review,
    problems_of,
    put_mark,
)
from annotator.session import Painted, apply, keyframe_of
from annotator.store.event_log import read_events
from annotator.store.work import Change, ConflictError
from refvps.errors import ConfigError, DataError, ShapeError
from refvps.pages import Visitor
from support.annotator_pages import labelled
from support.projects import copied_project

MASKS = "clip-0-mask-ann"
RITA = Visitor("rita", frozenset({"reviewer"}))
GOOD = ["the bright square that slides right", "an orange block on dark ground"]


@pytest.fixture
def made(tmp_path: Path) -> Project:
    return copied_project(tmp_path / "p")


def sent_back(made: Project) -> None:
    labelled(made, MASKS)
    verdict = Verdict("changes", {2: "boundary", 5: "flicker"}, {2: "too wide"}, "nearly")
    give_verdict(made, made.job(MASKS), "rita", verdict)


def test_a_rejected_keyframe_is_a_problem_until_it_is_changed(made: Project) -> None:
    sent_back(made)
    job = made.job(MASKS)
    assert job.state is JobState.CHANGES_REQUESTED
    found = problems_of(made, job)
    assert [(p.k, p.reason, p.note, p.mended) for p in found] == [
        (2, "boundary", "too wide", False),
        (5, "flicker", "", False),
    ]
    work = made.work(job)
    keyframes = work.head.keyframes
    assert [k for k in keyframes if "review_reject" in keyframes[k].flags] == [2, 5]
    target = keyframe_of(keyframes, 3).target
    work.commit(Change({5: apply(keyframe_of(keyframes, 5), Painted(target, target))}))
    assert [p.mended for p in problems_of(made, job)] == [False, True]
    hand_in(made, job)
    give_verdict(made, made.job(MASKS), "rita", Verdict("accept"))
    keyframes = work.head.keyframes
    assert not [k for k in keyframes if keyframes[k].flags]
    assert problems_of(made, made.job(MASKS)) == []


def test_what_a_reviewer_did_is_in_the_log_under_their_name(made: Project) -> None:
    sent_back(made)
    job = made.job(MASKS)
    assert made.work(job).events()[-1]["user"] == "rita"
    verdict = last_verdict(made, job)
    assert (verdict.reviewer, verdict.note, verdict.rev) == ("rita", "nearly", 2)


def test_marks_are_kept_until_the_verdict_and_are_one_reviewer_s(made: Project) -> None:
    labelled(made, MASKS)
    job = made.job(MASKS)
    put_mark(made, job, "rita", 1, Mark("over", "x"))
    put_mark(made, made.job(MASKS), "rita", 2, Mark())
    put_mark(made, made.job(MASKS), "ada", 2, Mark("under"))
    put_mark(made, made.job(MASKS), "rita", 1, Mark("boundary"))
    put_mark(made, made.job(MASKS), "rita", 3, Mark())
    put_mark(made, made.job(MASKS), "rita", 3, None)
    assert made.job(MASKS).state is JobState.IN_REVIEW
    again = Project(made.root)
    assert marks_of(again, again.job(MASKS), "rita") == {1: Mark("boundary"), 2: Mark()}
    give_verdict(made, made.job(MASKS), "rita", Verdict("changes", {1: "boundary"}))
    assert marks_of(made, job, "rita") == {}
    assert marks_of(made, job, "ada") == {}
    with pytest.raises(SessionError, match="only what is handed in"):
        put_mark(made, made.job(MASKS), "rita", 1, Mark())


def test_nothing_is_written_when_a_verdict_is_refused(made: Project) -> None:
    job = made.job(MASKS)
    for verdict, reviewer in ((Verdict("accept"), "rita"), (Verdict("freeze"), "rita")):
        with pytest.raises(SessionError):
            give_verdict(made, job, reviewer, verdict)
    labelled(made, MASKS)
    with pytest.raises(SessionError, match="nobody reviews their own work"):
        give_verdict(made, made.job(MASKS), "ann", Verdict("accept"))
    with pytest.raises(ShapeError, match="no keyframe 11"):
        give_verdict(made, made.job(MASKS), "rita", Verdict("changes", {11: "over"}))
    with pytest.raises(ShapeError, match="a reason is one of"):
        Verdict("changes", {1: "ugly"})
    with pytest.raises(ShapeError, match="at most 300"):
        Verdict("accept", note="x" * 301)
    assert last_verdict(made, job) is None
    assert made.job(MASKS).state is JobState.SUBMITTED


def test_nobody_judges_expressions_of_a_clip_before_their_own_are_accepted(made: Project) -> None:
    job = made.assign(Kind.EXPRESSION, "clip-0", "ann")
    judge = Visitor("ben", frozenset({"annotator", "reviewer"}))
    assert may_review(made, RITA, job)
    assert not may_review(made, judge, job)
    assert not may_review(made, Visitor("zoe", frozenset({"annotator"})), job)
    own = made.assign(Kind.EXPRESSION, "clip-0", "rita")
    assert not may_review(made, RITA, job)
    for state in (JobState.IN_PROGRESS, JobState.SUBMITTED, JobState.ACCEPTED):
        assert not may_review(made, RITA, job)
        made.move(own.job_id, state)
    assert may_review(made, RITA, job)


def test_two_people_write_expressions_of_a_clip_and_no_third(made: Project) -> None:
    made.assign(Kind.EXPRESSION, "clip-0", "ann")
    made.assign(Kind.EXPRESSION, "clip-0", "ben")
    with pytest.raises(SessionError, match="2 people write expressions"):
        made.assign(Kind.EXPRESSION, "clip-0", "rita")


def test_expressions_like_another_s_are_refused_without_quoting_them(made: Project) -> None:
    first = made.assign(Kind.EXPRESSION, "clip-0", "ann")
    save_expressions(made, first, GOOD, 0)
    assert hand_in(made, first).protocol == VERSION
    second = made.assign(Kind.EXPRESSION, "clip-0", "ben")
    save_expressions(made, second, ["what moves over the floor", GOOD[0].upper()], 0)
    found = missing(made, second)
    assert found == ["expression 2 is like one that somebody else wrote; say it another way"]
    with pytest.raises(SessionError, match="cannot be handed in") as refused:
        hand_in(made, second)
    assert GOOD[0] not in refused.value.message
    assert others_of(made, second) == [(made.job(first.job_id), tuple(GOOD))]
    assert others_of(made, first) == []


def test_a_second_tab_does_not_overwrite_expressions(made: Project) -> None:
    job = made.assign(Kind.EXPRESSION, "clip-0", "ann")
    rev = save_expressions(made, job, [GOOD[0], ""], 0)
    with pytest.raises(ConflictError):
        save_expressions(made, job, ["from another tab", ""], 0)
    assert save_expressions(made, job, [GOOD[0], ""], 0) == rev
    assert save_expressions(made, job, GOOD, rev) == rev + 1
    with pytest.raises(ShapeError, match="cannot be shown"):
        save_expressions(made, job, ["a\x07b", ""], rev + 1)


def test_handing_in_again_is_the_same_answer(made: Project) -> None:
    job = made.assign(Kind.EXPRESSION, "clip-0", "ann")
    save_expressions(made, job, GOOD, 0)
    once = hand_in(made, job)
    assert hand_in(made, made.job(job.job_id)) == once
    assert Project(made.root).job(job.job_id).protocol == VERSION


def test_a_card_keeps_who_said_what(made: Project) -> None:
    clip = made.clip("clip-0")
    assert read_card(made, clip) == TargetCard("")
    put_card(made, clip, TargetCard("the square", "its edge", 2, ((0.5, 0.25),)), "rita")
    put_card(made, clip, TargetCard("the square", "", 3), "ada")
    assert read_card(made, clip) == TargetCard("the square", "", 3)
    lines = list(read_events(made.root / "cards/clip-0.jsonl"))
    assert [line["user"] for line in lines] == ["rita", "ada"]
    with pytest.raises(ShapeError, match="no keyframe 11"):
        put_card(made, clip, TargetCard(keyframe=11), "rita")


@pytest.mark.parametrize(
    "given",
    [
        {"target": "x" * 301},
        {"note": "a\nb"},
        {"points": ((1.5, 0.5),)},
        {"points": ((float("nan"), 0.5),)},
        {"points": ((0.1, 0.1),) * 6},
    ],
)
def test_a_card_that_is_none_is_refused(given: dict) -> None:
    with pytest.raises(ShapeError):
        TargetCard(**given)


def test_a_damaged_card_names_its_file(made: Project) -> None:
    put_card(made, made.clip("clip-0"), TargetCard("x"), "rita")
    path = made.root / "cards/clip-0.jsonl"
    path.write_text('{"ev": "card"}\n')
    with pytest.raises(DataError, match=r"clip-0\.jsonl: is not as it was written"):
        read_card(made, made.clip("clip-0"))


def test_progress_counts_keyframes_and_seconds_of_each_job_alone(made: Project) -> None:
    meter = Meter(made)
    job = made.job(MASKS)
    words = made.assign(Kind.EXPRESSION, "clip-0", "ann")
    assert meter.progress(job).seconds_each is None
    base = {"user": "ann", "session": "s"}
    made.work(job).log(
        [
            {**base, "job": MASKS, "ev": "frame_enter", "frame": 0, "mono": 0.0},
            {**base, "job": words.job_id, "ev": "expression_edit", "mono": 5.0},
            {**base, "job": MASKS, "ev": "click", "frame": 0, "mono": 22.0},
            {**base, "job": words.job_id, "ev": "expression_edit", "mono": 11.0},
            {**base, "job": MASKS, "ev": "click", "frame": 0, "mono": 500.0},
        ]
    )
    assert meter.progress(job).seconds == 22.0 + LONGEST_GAP
    assert meter.progress(words).seconds == 6.0
    labelled(made, MASKS)
    found = meter.progress(made.job(MASKS))
    assert (found.done, found.of, found.edited, found.handed_in) == (11, 11, 11, True)
    by_user = grouped(meter.all(), lambda each: each.job.user)
    assert list(by_user) == ["ann", "ben"]
    assert total(by_user["ann"]).done == 11
    assert total(by_user["ann"]).minutes_each == pytest.approx(58 / 60 / 11)


def test_a_keyframe_that_is_absent_counts_as_done_and_not_as_changed(made: Project) -> None:
    job = made.job(MASKS)
    work = made.work(job)
    from annotator.session import MarkedAbsent

    work.commit(Change({0: apply(keyframe_of({}, 0), MarkedAbsent(on=True))}))
    assert work.head.keyframes[0].state is State.ABSENT
    found = Meter(made).progress(job)
    assert (found.done, found.edited) == (1, 0)


def test_roles_change_and_the_last_administrator_stays(made: Project) -> None:
    made.users.grant("ann", ["annotator", "reviewer"])
    assert Project(made.root).users.roles("ann") == {"annotator", "reviewer"}
    assert made.users.check("ann", "correct horse")
    with pytest.raises(ConfigError, match="only administrator"):
        made.users.grant("ada", ["annotator"])
    with pytest.raises(ConfigError, match="nobody is called"):
        made.users.grant("zoe", ["annotator"])
    made.users.grant("ann", ["admin"])
    made.users.grant("ada", [])
    assert made.users.roles("ada") == frozenset()


def test_a_job_is_due_on_a_day(made: Project) -> None:
    job = made.assign(Kind.MASK, "clip-0", "rita", "2026-11-30")
    assert Project(made.root).job(job.job_id).due == "2026-11-30"
    with pytest.raises(SessionError, match="is no day"):
        made.assign(Kind.EXPRESSION, "clip-0", "rita", "tomorrow")
