"""The report in the annotators' server: for reviewers, and for nobody who still labels."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from annotator.agreement.page import load
from annotator.jobs import JobState
from annotator.project import Project, create_project
from annotator.segmenters.fake import FakeSegmenter
from annotator.server.application import build
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


def test_a_reviewer_who_still_labels_waits(project: Project) -> None:
    project.users.put("ann", PASSWORD, ["annotator", "reviewer"])
    assert client(project, "ann").get("/agreement/").status_code == 200
    project.move("clip-0-mask-ann", JobState.CHANGES_REQUESTED)
    assert client(project, "ann").get("/agreement/").status_code == 403


def test_nothing_to_compare_is_said(tmp_path: Path) -> None:
    project = create_project(tmp_path / "p", "empty")
    project.users.put("rita", PASSWORD, ["reviewer"])
    found = client(project, "rita").get("/agreement/")
    assert (found.status_code, found.text) == (404, "no clip was labelled by two people yet\n")
