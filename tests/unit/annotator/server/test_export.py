"""The administrator exports through the browser; nobody else does, and no pixel is sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from annotator.formats.clips_in import import_masks
from annotator.project import Project
from annotator.segmenters.fake import FakeSegmenter
from annotator.server.application import build
from annotator.store.work import Change
from refvps.release.reader import open_release
from support.projects import copied_project
from unit.annotator.formats.test_round_trips import masks
from unit.annotator.server.test_routes import JOB, Person

TEXTS = {
    "ann": ("the square that moves right", "a bright block on dark ground"),
    "ben": ("what wanders over the picture", "an orange shape, eight pixels wide"),
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = copied_project(tmp_path / "p")
    for name, kind in (("ann", "mask"), ("ben", "relabel")):
        job = made.job(f"clip-0-{kind}-{name}")
        made.work(job).commit(Change(expressions=TEXTS[name]))
    import_masks(made.work(made.job(JOB)), masks(), "davis", "ann")
    return made


@pytest.fixture
def app(project: Project) -> Iterator:
    application = build(project, FakeSegmenter())
    with TestClient(application, base_url="http://127.0.0.1"):
        yield application


def asked(person: Person, **body):
    return person.client.post("/api/export", json={"unfinished": True, **body})


def test_a_release_is_written_and_listed(app, project: Project) -> None:
    ada = Person(app, "ada")
    assert ada.client.get("/api/exports").json() == []
    done = asked(ada, name="first", version="1.0.0")
    assert done.json() == {"export": "first", "folder": "exports/first", "clips": 1}
    release = open_release(project.root / "exports/first")
    assert len(list(release.queries())) == 4
    assert ada.client.get("/api/exports").json() == [{"export": "first", "folder": "exports/first"}]
    assert asked(ada, name="first").status_code == 409
    assert asked(ada, name="masks", form="coco").json()["clips"] == 1
    assert (project.root / "exports/masks/clip-0.json").is_file()


def test_only_an_administrator_exports(app, project: Project) -> None:
    for name in ("ann", "ben", "rita"):
        person = Person(app, name)
        assert asked(person, name="mine").status_code == 403
        assert person.client.get("/api/exports").status_code == 403
    assert not (project.root / "exports").exists()


def test_what_is_not_ready_is_said_and_nothing_is_written(app, project: Project) -> None:
    ada = Person(app, "ada")
    refused = asked(ada, name="early", unfinished=False)
    assert refused.status_code == 409
    assert "no job is handed in" in refused.json()["error"]
    assert str(project.root) not in refused.text
    assert not (project.root / "exports").exists()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (422, {"name": "../x"}),
        (422, {"name": "x", "form": "gif"}),
        (422, {"name": "x", "kind": "review"}),
        (422, {"name": "x", "version": "1/2"}),
        (422, {"name": "x", "to": "/tmp/x"}),
        (409, {"name": "x", "user": "nobody"}),
        (422, {}),
    ],
)
def test_odd_requests_are_refused(app, project: Project, status: int, body: dict) -> None:
    assert asked(Person(app, "ada"), **body).status_code == status
    assert not (project.root / "exports").exists()


def test_two_people_s_expressions_that_say_the_same_are_refused_without_a_text(
    app, project: Project
) -> None:
    text = TEXTS["ann"][0]
    work = project.work(project.job("clip-0-relabel-ben"))
    work.commit(Change(expressions=(TEXTS["ben"][0], f"{text.upper()}!")))
    refused = asked(Person(app, "ada"), name="twice")
    assert refused.status_code == 409
    assert refused.json()["details"] == [
        "clip-0: ann's expression 1 and ben's expression 2 say the same; one of them has to change"
    ]
    assert "square" not in refused.text
    # Masks alone need no expressions.
    assert asked(Person(app, "ada"), name="twice", form="davis").status_code == 200
