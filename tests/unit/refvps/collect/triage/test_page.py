"""The page's addresses: who may ask, what they see, and what is stored."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from annotator.project import Project
from annotator.segmenters.fake import FakeSegmenter
from annotator.server.application import build
from annotator.server.serve import _told
from refvps.collect.decisions import decide
from refvps.collect.removal import remove
from refvps.collect.store.records import Clip, Decision, Media
from refvps.collect.store.store import Store
from refvps.collect.triage.page import load
from refvps.errors import ConfigError, DataError
from support.triage import collect, cut_video, people, small_video

NAMES = ("a", "b", "c")
ADDRESSES = (
    "", "/", "/static/main.js", "/api/setup", "/api/subjects", "/api/changes?since=0",
    "/api/film?subject=test:a", "/api/part?subject=test:a&frames=0,5,0,5",
    "/api/around?subject=test:a&event=1,5", "/frame?media=x&index=0", "/strip?media=x",
    "/preview?media=x",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("triage")
    videos = [(name, small_video(folder / f"{name}.mp4", ord(name)), {}) for name in NAMES]
    collect(folder, [*videos, ("cut", cut_video(folder / "cut.mp4"), {})])
    people(folder / "people")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    import shutil

    shutil.copytree(made, tmp_path / "t")
    return tmp_path / "t"


class Person:
    """Somebody with the page open."""

    def __init__(self, folder: Path, name: str, app=None) -> None:
        config = {"config": str(folder / "collect.toml")}
        project = Project(folder / "people")
        self.app = app or build(project, FakeSegmenter(), pages=[_told(load, config)])
        self.client = TestClient(self.app, base_url="http://127.0.0.1")
        self.client.headers |= {"x-refvps": "1"}
        self.client.headers["cookie"] = f"refvps={project.users.cookie(name)}"

    def get(self, path: str, **query):
        return self.client.get(f"/triage{path}", params=query or None)

    def subjects(self, second: bool = False) -> dict[str, dict]:
        found = self.get("/api/subjects", second=second).json()["subjects"]
        return {each["id"]: each for each in found}

    def say(self, subject: str, verdict: str, **more):
        seen = self.subjects(more.get("second", False)).get(subject, {}).get("seen")
        body = {"subject": subject, "verdict": verdict, "seen": seen, "ms": 1200, **more}
        return self.client.post("/triage/api/decisions", json=body)

    def undo(self, subject: str, **more):
        now = self.subjects(more.get("second", False))[subject]
        body = {"subject": subject, "decision": now["decision"]["id"], "seen": now["seen"]}
        return self.client.post("/triage/api/undo", json={**body, "ms": 1, **more})


def share(folder: Path, second: float) -> None:
    path = folder / "collect.toml"
    path.write_text(path.read_text().replace("second = 0.0", f"second = {second}"))


def stored(folder: Path) -> list[Decision]:
    with Store(folder / "collection") as store:
        return list(store.all(Decision))


@pytest.mark.parametrize("path", ADDRESSES)
def test_only_reviewers_and_administrators_are_let_in(folder: Path, path: str) -> None:
    assert Person(folder, "ann").get(path).status_code == 403
    assert Person(folder, "ada").get(path).status_code != 403
    stranger = Person(folder, "rita")
    stranger.client.headers["cookie"] = "refvps=x"
    assert stranger.get(path).status_code == 401


def test_an_annotator_cannot_write_either(folder: Path) -> None:
    ann = Person(folder, "ann")
    body = {"subject": "test:a", "verdict": "accept", "ms": 1}
    assert ann.client.post("/triage/api/decisions", json=body).status_code == 403
    assert ann.client.post("/triage/api/undo", json=body).status_code == 403
    assert stored(folder) == []


def test_the_page_is_strict_and_its_files_are_named_ones(folder: Path) -> None:
    rita = Person(folder, "rita")
    page = rita.get("/")
    policies = page.headers.get_list("content-security-policy")
    assert any("default-src 'none'" in each and "unsafe" not in each for each in policies)
    for name in ("none.js", "__init__.py", "%2e%2e%2fpage.py", "..%2f..%2fpage.py"):
        assert rita.get(f"/static/{name}").status_code in (400, 404)
    for name in ("main.js", "triage.css", "icon.svg"):
        assert rita.get(f"/static/{name}").status_code == 200


def test_a_page_without_a_collection_is_not_listed(folder: Path) -> None:
    app = build(Project(folder / "people"), FakeSegmenter(), pages=[_told(load, {})])
    rita = Person(folder, "rita", app)
    assert rita.get("/").status_code == 404
    assert 'href="triage/"' not in rita.client.get("/").text
    assert 'href="triage/"' in Person(folder, "rita").client.get("/").text
    assert 'href="triage/"' not in Person(folder, "ann").client.get("/").text


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"konfig": "x"}, ConfigError, "page 'triage': unknown setting 'konfig'; known: config"),
        ({"config": "none.toml"}, ConfigError, "none.toml: file is missing"),
    ],
)
def test_wrong_settings_are_one_line(folder: Path, settings, error, said: str) -> None:
    with pytest.raises(error, match=said):
        build(Project(folder / "people"), FakeSegmenter(), pages=[_told(load, settings)])


def test_a_collection_that_is_not_there_is_one_line(folder: Path) -> None:
    (folder / "collect.toml").write_text('folder = "none"\n')
    with pytest.raises(DataError, match="holds no collection; `refvps collect run` makes one"):
        Person(folder, "rita")


def test_a_decision_has_who_when_and_how_long(folder: Path) -> None:
    rita = Person(folder, "rita")
    done = rita.say("test:a", "exclude", reason="no-change")
    assert done.json()["now"][0]["decision"]["reason"] == "no-change"
    (said,) = stored(folder)
    assert (said.reviewer, said.ms_spent, said.blind) == ("rita", 1200, False)
    assert said.at.endswith("Z")
    assert rita.undo("test:a").json()["now"][0]["status"] == "open"
    assert [each.verdict for each in stored(folder)] == ["exclude", "undo"]


def test_two_people_at_once_lose_nothing(folder: Path) -> None:
    """Whoever is second is told what the first said, and nothing of it is stored."""
    people_ = [Person(folder, name) for name in ("rita", "ben")]
    start = threading.Barrier(2)

    def press(person: Person, subject: str):
        start.wait()
        body = {"subject": subject, "verdict": "accept", "seen": None, "ms": 1}
        return person.client.post("/triage/api/decisions", json=body)

    with ThreadPoolExecutor(2) as pool:
        for subject in ("test:a", "test:b", "test:c", "test:cut"):
            done = list(pool.map(press, people_, [subject] * 2))
            assert sorted(each.status_code for each in done) == [200, 409]
            lost = next(each for each in done if each.status_code == 409).json()
            assert lost["now"][0]["decision"]["mine"] is False
    assert len(stored(folder)) == 4


def test_an_answer_that_was_lost_may_be_asked_for_again(folder: Path) -> None:
    rita = Person(folder, "rita")
    body = {"subject": "test:a", "verdict": "accept", "seen": None, "ms": 1}
    for _ in range(3):
        assert rita.client.post("/triage/api/decisions", json=body).status_code == 200
    undo = {"subject": "test:a", "decision": 1, "seen": 1, "ms": 1}
    for _ in range(3):
        done = rita.client.post("/triage/api/undo", json=undo)
        assert done.status_code == 200, done.text
    assert [each.verdict for each in stored(folder)] == ["accept", "undo"]


def test_only_one_s_own_decision_is_taken_back(folder: Path) -> None:
    rita, ben = Person(folder, "rita"), Person(folder, "ben")
    rita.say("test:a", "accept")
    refused = ben.undo("test:a")
    assert refused.status_code == 403
    assert "rita's decision" in refused.json()["error"]
    ben.say("test:a", "exclude", reason="unsafe")
    assert rita.undo("test:a").status_code == 403
    ben.undo("test:a")
    assert rita.subjects()["test:a"]["decision"]["by"] == "rita"


def test_the_blind_pass_says_nothing_of_the_first(folder: Path) -> None:
    share(folder, 1.0)
    rita, ben, ada = (Person(folder, name) for name in ("rita", "ben", "ada"))
    film = rita.get("/api/film", subject="test:cut").json()
    rita.say("test:cut", "split", parts=film["segments"], concept="ice")
    rita.say("test:a", "exclude", reason="privacy")
    assert rita.subjects(second=True) == {}
    for person in (ben, ada):
        heard = json.dumps([person.subjects(), person.subjects(second=True)])
        heard += person.get("/api/changes", since=0).text
        heard += person.get("/api/changes", since=0, second=True).text
        heard += person.get("/api/film", subject="test:cut").text
        for trace in ("rita", "privacy", "split", "test-cut-0", '"ice"'):
            assert trace not in heard, trace
        assert person.subjects()["test:a"]["status"] == "taken"
        assert set(person.subjects(second=True)) == {"test:a", "test:cut"}
        refused = person.say("test:a", "accept", seen=1)
        assert refused.status_code == 403
        assert "blind second pass" in refused.json()["error"]
    assert ben.say("test:a", "accept", second=True).json()["now"][0]["status"] == "accept"
    assert ada.say("test:a", "exclude", reason="unsafe", second=True).status_code == 200
    assert ben.subjects(second=True)["test:a"]["decision"]["verdict"] == "accept"
    assert ben.subjects()["test:a"]["status"] == "taken"
    assert ben.undo("test:a", second=True).json()["now"][0]["status"] == "open"
    assert rita.subjects()["test:a"]["decision"]["reason"] == "privacy"
    assert [each.blind for each in stored(folder)] == [False, False, True, True, True]
    assert ben.say("test:b", "accept", second=True).status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"verdict": "maybe"}, 422),
        ({"verdict": "exclude"}, 403),
        ({"verdict": "exclude", "reason": "none"}, 403),
        ({"verdict": "accept", "reason": "unsafe"}, 403),
        ({"verdict": "accept", "concept": "none"}, 403),
        ({"verdict": "accept", "subject": "test:none"}, 404),
        ({"verdict": "accept", "subject": "../x"}, 404),
        ({"verdict": "accept", "seen": 0}, 422),
        ({"verdict": "accept", "ms": -1}, 422),
        ({"verdict": "accept", "more": 1}, 422),
        ({"verdict": "accept", "seen": 99}, 409),
        ({"verdict": "split"}, 403),
        ({"verdict": "accept", "parts": [[0, 5, 0, 5], [6, 9, 6, 9]]}, 403),
        ({"verdict": "accept", "parts": [[0, 5, 0, 6]]}, 422),
        ({"verdict": "accept", "parts": [[0, 500, 0, 5]]}, 422),
        ({"verdict": "accept", "parts": [[-1, 5, 0, 5]]}, 422),
        ({"verdict": "accept", "subject": "test:cut", "parts": [[50, 70, 50, 70]]}, 422),
        ({"verdict": "exclude", "reason": "unsafe", "parts": [[0, 5, 0, 5]]}, 403),
        ({"verdict": "accept", "note": "x" * 70_000}, 413),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_stored(
    folder: Path, body: dict, status: int
) -> None:
    rita = Person(folder, "rita")
    body = {"subject": "test:a", "ms": 1, **body}
    done = rita.client.post("/triage/api/decisions", json=body)
    assert done.status_code == status, done.text
    assert stored(folder) == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/part?subject=test:a&frames=1,2,3", "/api/part?subject=test:a&frames=1,2,3,x",
        "/api/part?subject=test:z&frames=0,5,0,5", "/api/around?subject=test:a&event=5,1",
        "/api/around?subject=test:cut&event=50,70", "/api/changes?since=x",
        "/frame?media=../../collect&index=0", "/preview?media=ab", "/strip?media=",
        "/api/film?subject=", f"/frame?media={'a' * 64}&index=0",
    ],
)  # fmt: skip
def test_odd_questions_are_answered_with_one_line(folder: Path, path: str) -> None:
    assert Person(folder, "rita").get(path).status_code in (404, 422)


def test_a_part_is_what_the_export_will_write(folder: Path) -> None:
    rita = Person(folder, "rita")
    film = rita.get("/api/film", subject="test:cut").json()
    assert [each["after"] for each in film["boundaries"]] == [60]
    assert film["segments"] == [[0, 57, 0, 57], [62, 119, 62, 119]]
    good = rita.get("/api/part", subject="test:cut", frames="62,119,70,100").json()
    assert (good["problem"], good["first"], good["frames"]) == ("", 62, 47)
    assert good["last"] == 119  # k = 46: 62/30 + 46/24 s is within frame 119
    bad = rita.get("/api/part", subject="test:cut", frames="50,70,50,70").json()
    assert "the shot changes at 2 s" in bad["problem"]
    around = rita.get("/api/around", subject="test:cut", event="80,100").json()
    assert around == [65, 115, 80, 100]
    done = rita.say("test:cut", "accept", parts=[[62, 119, 70, 100]])
    assert done.status_code == 200, done.text
    with Store(folder / "collection") as store:
        (clip,) = store.all(Clip)
    assert (clip.state, str(clip.start), str(clip.end)) == ("accepted", "31/15", "4")
    assert rita.get("/api/film", subject="test:cut").json()["part"] == [62, 119, 70, 100]


def test_another_concept_keeps_the_trim(folder: Path) -> None:
    rita, ben = Person(folder, "rita"), Person(folder, "ben")
    rita.say("test:cut", "accept", parts=[[62, 119, 70, 100]])
    assert ben.say("test:cut", "accept", concept="ice").status_code == 200
    with Store(folder / "collection") as store:
        (clip,) = store.all(Clip)
    assert (clip.state, clip.concept_id) == ("accepted", "ice")
    assert len(ben.subjects()["test:cut"]["clips"]) == 1


def test_pictures_are_ranges_of_a_preview_and_frames_of_the_video(folder: Path) -> None:
    rita = Person(folder, "rita")
    media = rita.subjects()["test:cut"]["media"]
    part = rita.client.get(
        "/triage/preview", params={"media": media}, headers={"range": "bytes=0-99"}
    )
    assert (part.status_code, len(part.content)) == (206, 100)
    assert part.headers["cache-control"] == "no-store"
    for path in (f"/strip?media={media}", f"/frame?media={media}&index=119"):
        assert rita.get(path).content.startswith(b"\xff\xd8")
    assert rita.get("/frame", media=media, index=120).status_code == 404


def test_a_removal_works_while_the_page_is_open(folder: Path) -> None:
    rita = Person(folder, "rita")
    rita.say("test:a", "accept")
    media = rita.subjects()["test:a"]["media"]
    rita.get("/frame", media=media, index=0)
    with Store(folder / "collection") as store:
        assert remove(store, "candidate", "test:a", "asked") == 1
    assert "test:a" not in rita.subjects()
    assert rita.say("test:a", "accept").status_code == 404
    for path in ("frame", "strip", "preview"):
        assert rita.get(f"/{path}", media=media, index=0).status_code == 404
    assert b"test:a" not in (folder / "collection" / "collection.sqlite").read_bytes()


def test_the_page_follows_what_others_and_files_decide(folder: Path) -> None:
    rita = Person(folder, "rita")
    cursor = rita.get("/api/changes", since=0).json()["cursor"]
    assert rita.get("/api/changes", since=cursor).json()["subjects"] == []
    with Store(folder / "collection") as store:
        decide(store, Decision("test:b", "accept", "", "file", store.now()))
        assert len(store.all(Media)) == 4
    (change,) = rita.get("/api/changes", since=cursor).json()["subjects"]
    assert (change["of"], change["now"][0]["decision"]["by"]) == ("test:b", "file")
