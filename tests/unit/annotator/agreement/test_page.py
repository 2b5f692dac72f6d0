"""The report in the annotators' server: for reviewers, and for nobody who still labels."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from annotator.agreement.page import load
from annotator.jobs import JobState, Kind
from annotator.project import Project, create_project
from annotator.segmenters.fake import FakeSegmenter
from annotator.server.application import build
from annotator.store.work import Change
from support.labelled import copied_labelled
from support.projects import PASSWORD


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return copied_labelled(tmp_path / "p")


def client(project: Project, name: str) -> TestClient:
    found = TestClient(build(project, FakeSegmenter(), pages=[load]), headers={"x-refvps": "1"})
    form = {"name": name, "password": PASSWORD}
    assert found.post("/login", data=form, follow_redirects=False).status_code == 303
    return found


def test_reviewers_see_the_page_that_stands_alone(project: Project) -> None:
    rita = client(project, "rita")
    found = rita.get("/agreement/")
    assert found.status_code == 200
    assert "inter-annotator mean IoU" in found.text
    assert "script-src" in found.headers["content-security-policy"]
    (written,) = (project.root / "iaa").glob("*/agreement.html")
    assert written.read_text() == found.text
    before = written.stat().st_mtime_ns
    assert rita.get("/agreement/").text == found.text
    assert written.stat().st_mtime_ns == before, "the same labels were measured twice"


def test_annotators_do_not(project: Project) -> None:
    assert client(project, "ann").get("/agreement/").status_code == 403


def test_an_expression_that_changed_is_shown_at_once(project: Project) -> None:
    rita = client(project, "rita")
    before = rita.get("/agreement/").text
    job = project.job("clip-0-mask-ann")
    theirs = project.work(project.job("clip-0-relabel-ben")).head.expressions
    project.work(job).commit(Change(expressions=theirs))
    after = rita.get("/agreement/").text
    assert "ann and ben nearly say the same" not in before
    assert "ann and ben nearly say the same" in after
    assert len(list((project.root / "iaa").iterdir())) == 2


def test_whoever_writes_expressions_waits_until_they_are_accepted(project: Project) -> None:
    project.users.put("ann", PASSWORD, ["annotator", "reviewer"])
    found = client(project, "ann").get("/agreement/")
    assert found.status_code == 403
    assert "you write expressions whose review is not over" in found.text


def test_a_reviewer_who_still_labels_waits(project: Project) -> None:
    project.users.put("ann", PASSWORD, ["annotator", "reviewer"])
    for job in project.jobs():
        if (job.kind, job.user) == (Kind.EXPRESSION, "ann"):
            project.move(job.job_id, JobState.ACCEPTED)
    assert client(project, "ann").get("/agreement/").status_code == 200
    project.move("clip-0-mask-ann", JobState.CHANGES_REQUESTED)
    assert client(project, "ann").get("/agreement/").status_code == 403


def test_nothing_to_compare_is_said(tmp_path: Path) -> None:
    project = create_project(tmp_path / "p", "empty")
    project.users.put("rita", PASSWORD, ["reviewer"])
    found = client(project, "rita").get("/agreement/")
    assert (found.status_code, found.text) == (404, "no clip was labelled by two people yet\n")
