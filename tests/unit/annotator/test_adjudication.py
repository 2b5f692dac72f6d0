"""What an adjudicator chooses between: order, agreement, and whose label a keyframe has."""

from pathlib import Path

import pytest

from annotator.adjudication import Comparisons, differences
from annotator.jobs import Job, JobState, Kind
from annotator.planes import split
from annotator.project import Project
from annotator.server.desk import put_plane
from annotator.session import Decided, MarkedAbsent, Painted, Propagated, apply, keyframe_of
from annotator.store.work import Change
from support.labelled import copied_labelled, drawn, label
from support.projects import PASSWORD, SIZE

CLIP = "clip-2"
"""Both say absent on the first two of six keyframes; Ben also on the third."""


@pytest.fixture
def made(tmp_path: Path) -> Project:
    found = copied_labelled(tmp_path / "p", count=21)
    for name in ("judith", "cora"):
        found.users.put(name, PASSWORD, ["annotator"])
    return found


def adjudication(made: Project) -> Job:
    return made.assign(Kind.ADJUDICATE, CLIP, "judith")


def change(made: Project, job: Job, k: int, action) -> None:
    work = made.work(job)
    work.commit(Change({k: apply(keyframe_of(work.head.keyframes, k), action)}))


def take(made: Project, job: Job, k: int, person: str) -> None:
    """Take the very labels that somebody drew."""
    planes, work = split(drawn(person, 2, k, SIZE)), made.work(job)
    target, ignore = put_plane(work, planes.target), put_plane(work, planes.ignore)
    change(made, job, k, Decided(target, ignore, absent=False, source="mask"))


def test_what_differs_most_comes_first_and_what_is_decided_is_passed_over(made: Project) -> None:
    job = adjudication(made)
    case = Comparisons(made).case(job)
    assert case.order(by_time=True) == (0, 1, 2, 3, 4, 5)
    assert case.order(by_time=False) == (2, 3, 4, 5, 0, 1)
    assert case.following(None, by_time=False) == 2
    assert case.following(1, by_time=False) == 2
    take(made, job, 2, "ann")
    take(made, job, 4, "ben")
    after = Comparisons(made).case(job)
    assert (case.left, after.left) == (6, 4)
    assert after.following(3, by_time=False) == 5
    assert after.following(1, by_time=False) == 3
    assert after.following(1, by_time=True) == 3
    for k in (0, 1, 3, 5):
        take(made, job, k, "ann")
    assert Comparisons(made).case(job).following(3, by_time=True) == 3


def test_whose_label_it_is_is_told_from_the_pixels(made: Project) -> None:
    job = adjudication(made)
    take(made, job, 0, "ann")
    take(made, job, 2, "ben")
    take(made, job, 3, "ann")
    change(made, job, 4, MarkedAbsent(on=True))
    choices = Comparisons(made).case(job).choices
    assert [choice.taken for choice in choices] == [(0, 1), (), (1,), (0,), (), ()]
    assert [choice.decided for choice in choices] == [True, False, True, True, True, False]
    assert [choice.same for choice in choices] == [True, True, False, False, False, False]
    planes = split(drawn("ann", 2, 3, SIZE))
    painted = Painted(put_plane(made.work(job), planes.target), None)
    change(made, job, 5, painted)
    assert Comparisons(made).case(job).choices[5].taken == ()


def test_what_a_model_says_later_is_compared_again(made: Project) -> None:
    job = adjudication(made)
    comparisons = Comparisons(made)
    before = comparisons.case(job).choices[3].iou
    ben = made.job(f"{CLIP}-relabel-ben")
    planes = split(drawn("ann", 2, 3, SIZE))
    work = made.work(ben)
    head = work.head.keyframes[3]
    assert apply(head, Propagated(None, "fake", 0.5)).target == head.target
    change(made, ben, 3, Painted(put_plane(work, planes.target), put_plane(work, planes.ignore)))
    after = comparisons.case(job).choices[3]
    assert before < 1
    assert (after.iou, after.same) == (1.0, True)


def test_of_three_labellings_the_two_that_agree_least_count(made: Project) -> None:
    third = made.assign(Kind.RELABEL, CLIP, "cora")
    label(made, third, {k: drawn("ann", 2, k, SIZE) for k in range(6)})
    job = adjudication(made)
    assert len(Comparisons(made).case(job).sides) == 2  # hers is not handed in
    made.move(third.job_id, JobState.SUBMITTED)
    case = Comparisons(made).case(job)
    assert [side.user for side in case.sides] == ["ann", "ben", "cora"]
    ious = case.choices[3].ious
    assert (ious[1], ious[0]) == (1.0, ious[2])
    assert case.choices[3].iou == ious[0] < 1
    take(made, job, 3, "ann")
    assert Comparisons(made).case(job).choices[3].taken == (0, 2)
    found = differences(made, job)
    assert [side["kind"] for side in found["sides"]] == ["mask", "relabel", "relabel"]
    assert found["keyframes"][3]["iou"] == ious[0]


def test_where_nothing_can_be_compared_it_is_looked_at_first(made: Project) -> None:
    ben = made.job(f"{CLIP}-relabel-ben")
    all_ignored = drawn("ann", 2, 5, SIZE)
    all_ignored[:] = 255
    label(made, ben, {5: all_ignored})
    case = Comparisons(made).case(adjudication(made))
    assert case.choices[5].iou is None
    assert case.order(by_time=False)[0] == 5
