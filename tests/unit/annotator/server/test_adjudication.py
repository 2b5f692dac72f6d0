"""Adjudication and freezing over HTTP: who may, what is taken, and that nothing changes after."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from annotator.backup import verify_project
from annotator.console import import_job_masks
from annotator.formats.masks_out import planes_of
from annotator.jobs import JobState, Kind
from annotator.keyframe import SessionError
from annotator.project import Project
from annotator.segmenters.fake import FakeSegmenter
from annotator.server.application import build
from support.labelled import copied_labelled, drawn, label
from support.projects import PASSWORD


class Here:
    """A project with two labellings of each clip, and people who log in."""

    def __init__(self, project: Project, client: TestClient) -> None:
        self.project, self.client = project, client

    def log_in(self, name: str) -> None:
        self.client.cookies.clear()
        form = {"name": name, "password": PASSWORD}
        assert self.client.post("/login", data=form, follow_redirects=False).status_code == 303

    def lease(self, job: str) -> None:
        self.client.headers["x-lease"] = self.client.post(f"/api/jobs/{job}/lease").json()["lease"]

    def verdict(self, job: str, verdict: str):
        return self.client.post(f"/api/reviews/{job}", json={"verdict": verdict})


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    project = copied_labelled(tmp_path / "p", count=9)
    project.users.put("judith", PASSWORD, ["annotator"])
    with TestClient(build(project, FakeSegmenter()), headers={"x-refvps": "1"}) as client:
        yield Here(project, client)


def decide(here: Here, job: str, k: int, side: str, seq: int):
    body = {"rev": 0, "session": "tab", "seq": seq, "side": side}
    return here.client.post(f"/api/reviews/adjudicate/{job}/frames/{k}", json=body)


def test_an_adjudicator_sees_both_and_takes_one_or_paints(here: Here) -> None:
    job = here.project.assign(Kind.ADJUDICATE, "clip-2", "judith").job_id
    here.log_in("judith")
    found = here.client.get(f"/api/reviews/adjudicate/{job}").json()
    assert [side["kind"] for side in found["sides"]] == ["mask", "relabel"]
    assert [each["iou"] for each in found["keyframes"]] == [1.0, 1.0, 0.0]
    for side in found["sides"]:
        assert here.client.get(f"/api/jobs/{side['job']}/frames/2/planes").status_code == 200
    here.lease(job)
    mask, relabel = (side["job"] for side in found["sides"])
    assert decide(here, job, 0, mask, 1).status_code == 200
    assert decide(here, job, 1, relabel, 2).status_code == 200
    painted = drawn("ann", 0, 2, (24, 32))
    headers = {"if-match": "0", "x-session": "tab", "x-seq": "3"}
    url = f"/api/jobs/{job}/frames/2/planes"
    assert here.client.put(url, content=painted.tobytes(), headers=headers).status_code == 200
    assert here.client.post(f"/api/jobs/{job}/submit").status_code == 200
    masks = planes_of(here.project, here.project.job(job), unfinished=False)
    assert not masks[0].target.area
    assert np.array_equal(masks[8].composed(), painted)
    seen = here.client.get(f"/api/reviews/adjudicate/{job}").json()["keyframes"]
    assert [each["side"] for each in seen] == ["mask", "relabel", "hand"]


def test_sides_are_nobody_elses_business(here: Here) -> None:
    job = here.project.assign(Kind.ADJUDICATE, "clip-2", "judith").job_id
    here.log_in("ann")
    assert here.client.get(f"/api/reviews/adjudicate/{job}").status_code == 404
    here.log_in("judith")
    assert here.client.get("/api/jobs/clip-1-mask-ann/frames/0/planes").status_code == 404
    here.lease(job)
    assert decide(here, job, 0, "clip-1-mask-ann", 1).status_code == 409
    assert decide(here, job, 99, "clip-2-mask-ann", 1).status_code == 422


def test_whoever_labelled_does_not_judge_and_nothing_is_judged_too_early(here: Here) -> None:
    with pytest.raises(SessionError, match="labels clip clip-1 already"):
        here.project.assign(Kind.ADJUDICATE, "clip-1", "ben")
    here.project.move("clip-1-relabel-ben", JobState.CHANGES_REQUESTED)
    with pytest.raises(SessionError, match="nothing to judge"):
        here.project.assign(Kind.ADJUDICATE, "clip-1", "judith")


def test_what_is_frozen_keeps_its_digest_and_refuses_every_write(here: Here, tmp_path) -> None:
    job = "clip-0-mask-ann"
    here.log_in("rita")
    assert here.verdict(job, "freeze").status_code == 409  # not accepted yet
    assert here.verdict(job, "accept").status_code == 200
    frozen = here.verdict(job, "freeze").json()
    assert (frozen["state"], len(frozen["digest"])) == ("frozen", 64)
    kept = Project(here.project.root).job(job)
    assert (kept.frozen_rev, kept.frozen_digest) == (frozen["rev"], frozen["digest"])
    assert here.verdict(job, "changes").status_code == 409
    here.log_in("ann")
    here.lease(job)
    headers = {"if-match": "2", "x-session": "tab", "x-seq": "1"}
    content = np.zeros((24, 32), np.uint8).tobytes()
    url = f"/api/jobs/{job}"
    assert here.client.put(f"{url}/frames/0/planes", content=content, headers=headers).is_error
    action = {"action": "absent", "rev": 2, "session": "tab", "seq": 2}
    assert here.client.post(f"{url}/frames/0/action", json=action).status_code == 409
    click = {"k": 0, "clicks": [[1.0, 1.0, True]], "rev": 2, "session": "tab", "seq": 3}
    assert here.client.post(f"{url}/sam/predict", json=click).status_code == 409
    run = {"start": 0, "stop": 2, "session": "tab"}
    assert here.client.post(f"{url}/sam/propagate", json=run).status_code == 409
    assert here.client.post(f"{url}/undo", json={"k": 0}).status_code == 409
    with pytest.raises(SessionError, match="the job is frozen"):
        import_job_masks(here.project.root, tmp_path / "none", job, "davis", 1)
    assert here.project.digest(kept) == frozen["digest"]
    assert verify_project(here.project.root) == []


def test_frozen_expressions_cannot_be_changed_by_the_mask_job(here: Here) -> None:
    words = "clip-1-express-ann"
    here.project.move("clip-1-mask-ann", JobState.CHANGES_REQUESTED)
    here.project.move(words, JobState.ACCEPTED)
    here.project.move(words, JobState.FROZEN)
    here.log_in("ann")
    here.lease("clip-1-mask-ann")
    body = {"rev": 2, "texts": ["another text that was never agreed to"]}
    found = here.client.put("/api/jobs/clip-1-mask-ann/expressions", json=body)
    assert found.status_code == 409


def test_a_change_behind_the_back_of_a_freeze_is_found(here: Here) -> None:
    job = here.project.job("clip-0-mask-ann")
    here.project.move(job.job_id, JobState.ACCEPTED)
    frozen = here.project.move(job.job_id, JobState.FROZEN)
    label(here.project, frozen, {0: drawn("ben", 0, 0, (24, 32))})
    (problem,) = verify_project(here.project.root)
    assert "what was frozen at revision 2 was changed" in problem
