"""What the page of adjudication sends: checked as if a stranger had sent it."""

from pathlib import Path

import pytest

from annotator.adjudication import Comparisons
from annotator.jobs import JobState, Kind
from annotator.keyframe import SessionError
from annotator.pages.adjudicating import done, look_of
from annotator.pages.visit import Visit
from annotator.progress import Meter
from annotator.project import Project
from annotator.segmenters.fake import FakeSegmenter
from annotator.server.application import build
from annotator.server.leases import LeaseError
from annotator.store.work import ConflictError
from refvps.errors import RefvpsError, ShapeError
from refvps.pages import Visitor
from support.labelled import copied_labelled
from support.projects import PASSWORD

A, B = "clip-2-mask-ann", "clip-2-relabel-ben"


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    project = copied_labelled(tmp_path / "p", count=21)
    project.users.put("judith", PASSWORD, ["annotator"])
    job = project.assign(Kind.ADJUDICATE, "clip-2", "judith")
    services = build(project, FakeSegmenter()).state.services
    judith = Visitor("judith", frozenset({"annotator"}))
    return Visit(services, Meter(project), judith, {"job": job.job_id}, "")


def act(visit: Visit, **data) -> str | None:
    job = visit.own_job(Kind.ADJUDICATE)
    return done(visit, job, Comparisons(visit.project).case(job), look_of(visit, job, data), data)


def taken(visit: Visit) -> list[tuple[int, ...]]:
    job = visit.own_job(Kind.ADJUDICATE)
    return [choice.taken for choice in Comparisons(visit.project).case(job).choices]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"k": "3"},
        {"k": None, "do": "take"},
        {"k": 3, "do": "take", "side": A},
        {"k": 3, "do": "take", "side": A, "rev": "0"},
        {"k": 3, "do": "take", "side": "clip-1-mask-ann", "rev": 0},
        {"k": 3, "do": "take", "side": ["x"], "rev": 0},
        {"k": 3, "do": "undo"},
        {"k": 3, "do": "hand-in"},
        {"k": 3, "do": "freeze"},
        {"k": 3, "do": ["take"]},
        {"k": 99, "do": "take", "side": A, "rev": 0},
        {"k": -1, "do": "take", "side": A, "rev": 0},
    ],
)
def test_what_makes_no_sense_changes_nothing(visit: Visit, data: dict) -> None:
    with pytest.raises((SessionError, ShapeError)):
        act(visit, **data)
    assert taken(visit) == [()] * 6
    job = visit.own_job(Kind.ADJUDICATE)
    assert job.state is JobState.ASSIGNED or data.get("do") == "undo"
    assert visit.services.leases.holder(job.job_id) is None


def test_the_same_key_twice_does_no_harm_and_another_window_is_not_written_over(
    visit: Visit,
) -> None:
    for _ in range(2):
        assert act(visit, k=3, do="take", side=B, rev=0) is None
    assert taken(visit)[3] == (1,)
    with pytest.raises(ConflictError):
        act(visit, k=3, do="take", side=A, rev=0)
    assert taken(visit)[3] == (1,)
    rev = visit.project.work(visit.own_job()).head.rev_of(3)
    act(visit, k=3, do="take", side=A, rev=rev)
    assert taken(visit)[3] == (0,)
    assert act(visit, k=3, do="undo") == "Keyframe 3 is as it was before."
    assert taken(visit)[3] == (1,)


def test_an_editor_that_is_open_decides(visit: Visit) -> None:
    job = visit.own_job()
    lease = visit.services.leases.take(job.job_id, "judith")
    with pytest.raises(LeaseError):
        act(visit, k=3, do="take", side=B, rev=0)
    visit.services.leases.release(job.job_id, "judith", lease.token)
    act(visit, k=3, do="take", side=B, rev=0)
    assert taken(visit)[3] == (1,)


def test_what_all_say_alike_is_taken_at_once_and_nothing_else(visit: Visit) -> None:
    assert act(visit, k=0, do="same") == "2 keyframes on which all say the same: taken."
    assert taken(visit) == [(0, 1), (0, 1), (), (), (), ()]
    assert act(visit, k=0, do="same").startswith("0 keyframes")
    for k in range(2, 6):
        act(visit, k=k, do="take", side=A, rev=0)
    assert act(visit, k=0, do="hand-in") == "clip-2 is handed in. Thank you."
    for data in ({"do": "same"}, {"do": "take", "side": B, "rev": 0}, {"do": "undo"}):
        with pytest.raises(RefvpsError):
            act(visit, k=3, **data)


def test_one_side_alone_is_not_taken_as_what_all_say(visit: Visit) -> None:
    project: Project = visit.project
    project.move(B, JobState.IN_PROGRESS)
    assert act(visit, k=0, do="same").startswith("0 keyframes")
    with pytest.raises(SessionError, match="no side of this adjudication is called"):
        act(visit, k=0, do="take", side=B, rev=0)
