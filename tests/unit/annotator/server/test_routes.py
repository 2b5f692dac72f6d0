import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from annotator.project import Project
from annotator.segmenters.fake import FakeSegmenter
from annotator.server.application import build
from refvps.exchange import from_coco
from refvps.types import Size
from support.projects import SIZE, copied_project

JOB = "clip-0-mask-ann"


@pytest.fixture
def app(tmp_path: Path) -> Iterator:
    application = build(copied_project(tmp_path / "p"), FakeSegmenter())
    with TestClient(application, base_url="http://127.0.0.1"):
        yield application


class Person:
    """A logged-in browser tab with a job open."""

    def __init__(self, app, name: str, job: str | None = None) -> None:
        self.client = TestClient(app, base_url="http://127.0.0.1", headers={"x-refvps": "1"})
        # Logging in is tested on its own; hashing a password each time would be most of the work.
        self.client.headers["cookie"] = f"refvps={app.state.services.project.users.cookie(name)}"
        self.job, self.seq, self.session = job, 0, f"tab-{name}"
        if job is not None:
            lease = self.client.post(f"/api/jobs/{job}/lease")
            assert lease.status_code == 200, lease.text
            self.client.headers["x-lease"] = lease.json()["lease"]

    def url(self, tail: str) -> str:
        return f"/api/jobs/{self.job}/{tail}"

    def state(self) -> dict:
        return self.client.get(self.url("state")).json()

    def numbered(self, rev: int) -> dict:
        self.seq += 1
        return {"rev": rev, "session": self.session, "seq": self.seq}

    def paint(self, k: int, labels: np.ndarray, rev: int = 0):
        self.seq += 1
        headers = {
            "if-match": f'"{rev}"',
            "x-session": self.session,
            "x-seq": str(self.seq),
            "content-encoding": "gzip",
        }
        content = gzip.compress(labels.astype(np.uint8).tobytes())
        return self.client.put(self.url(f"frames/{k}/planes"), content=content, headers=headers)

    def planes(self, k: int) -> np.ndarray:
        done = self.client.get(self.url(f"frames/{k}/planes"))
        return np.frombuffer(done.content, np.uint8).reshape(SIZE)

    def click(self, k: int, *clicks, rev: int = 0, **more):
        body = {"k": k, "clicks": list(clicks), **self.numbered(rev), **more}
        return self.client.post(self.url("sam/predict"), json=body)

    def act(self, k: int, action: str, rev: int, **more):
        body = {"action": action, **self.numbered(rev), **more}
        return self.client.post(self.url(f"frames/{k}/action"), json=body)

    def propagate(self, start: int, stop: int | None = None, *, forward: bool = True) -> list[dict]:
        body = {"start": start, "stop": stop, "forward": forward, "session": self.session}
        done = self.client.post(self.url("sam/propagate"), json=body)
        assert done.status_code == 200, done.text
        return [json.loads(line) for line in done.text.splitlines()]


@pytest.fixture
def ann(app) -> Person:
    return Person(app, "ann", JOB)


def labels(columns: slice, label: int = 1) -> np.ndarray:
    found = np.zeros(SIZE, np.uint8)
    found[2:9, columns] = label
    return found


def test_a_painted_label_map_comes_back_as_it_was(ann: Person) -> None:
    drawn = labels(slice(3, 9)) | labels(slice(7, 12), 255)
    drawn[3, 10] = 254
    assert ann.paint(2, drawn).json() == {"rev": 1}
    assert np.array_equal(ann.planes(2), drawn)
    state = ann.state()
    assert state["frames"]["8"]["state"] == "edited"
    assert state["job"]["state"] == "in_progress"


def test_another_tab_s_revision_is_a_conflict_and_this_tab_s_own_is_not(ann: Person) -> None:
    assert ann.paint(2, labels(slice(3, 9))).status_code == 200
    # The next stroke leaves before the first is acknowledged, so it names the old revision.
    assert ann.paint(2, labels(slice(3, 10)), rev=0).json() == {"rev": 2}
    ann.session = "another"
    refused = ann.paint(2, labels(slice(1, 3)), rev=1)
    assert refused.status_code == 409
    assert refused.json()["rev"] == 2
    assert ann.paint(2, labels(slice(1, 3)), rev=2).json() == {"rev": 3}


def test_asking_again_changes_nothing_and_an_older_request_is_superseded(ann: Person) -> None:
    ann.paint(2, labels(slice(3, 9)))
    ann.seq -= 1
    assert ann.paint(2, labels(slice(3, 9))).json() == {"rev": 1}
    ann.seq = 9
    ann.paint(2, labels(slice(5, 9)), rev=1)
    ann.seq = 5
    assert ann.paint(2, labels(slice(0, 2)), rev=1).json() == {"rev": 2, "superseded": True}
    assert np.array_equal(ann.planes(2), labels(slice(5, 9)))


def test_clicks_give_the_mask_of_the_whole_list(ann: Person) -> None:
    first = ann.click(0, [3.5, 8.5, True]).json()
    assert first["area"] == 64
    mask = from_coco(Size(*SIZE), first["rle"]["counts"].encode())
    assert mask.dense()[6:14, :8].all()
    both = ann.click(0, [3.5, 8.5, True], [20.5, 3.5, True], rev=first["rev"]).json()
    assert both["area"] == 24 * 32
    again = ann.click(0, [3.5, 8.5, True], rev=both["rev"]).json()
    assert again["rle"] == first["rle"]
    frame = ann.state()["frames"]["0"]
    assert frame["clicks"] == [[3.5, 8.5, True]]
    assert len(ann.client.get(ann.url("frames/0/logits")).content) == 2 * 256 * 256


def test_a_propagation_stops_at_the_next_edit_and_leaves_it_alone(ann: Person) -> None:
    ann.click(0, [3.5, 8.5, True])
    ann.paint(6, labels(slice(3, 9)))
    lines = ann.propagate(1)
    assert [line.get("k") for line in lines] == [1, 2, 3, 4, 5, None]
    assert lines[-1] == {"done": True, "frames": 5}
    assert np.array_equal(ann.planes(6), labels(slice(3, 9)))
    states = {int(at) // 4: frame["state"] for at, frame in ann.state()["frames"].items()}
    assert states == {0: "prompted", **dict.fromkeys(range(1, 6), "auto"), 6: "edited"}
    back = ann.propagate(9, 6, forward=False)
    assert [line.get("k") for line in back] == [9, 8, 7, None]


def test_a_propagation_is_undone_at_once_and_redone(ann: Person) -> None:
    ann.click(0, [3.5, 8.5, True])
    ann.propagate(1, 4)
    before = ann.planes(2)
    done = ann.client.post(ann.url("undo"), json={"k": 2}).json()
    assert sorted(done["frames"]) == ["12", "4", "8"]
    assert not ann.planes(2).any()
    ann.client.post(ann.url("redo"), json={"k": 3})
    assert np.array_equal(ann.planes(2), before)
    assert ann.client.post(ann.url("redo"), json={"k": 3}).status_code == 409


def test_a_restart_forgets_no_step(ann: Person, tmp_path: Path) -> None:
    ann.paint(0, labels(slice(3, 9)))
    ann.click(1, [3.5, 8.5, True])
    ann.propagate(2, 5)
    carried = ann.planes(3)
    ann.paint(3, labels(slice(1, 4)), rev=4)
    ann.paint(3, labels(slice(1, 9)), rev=6)
    ann.client.post(ann.url("undo"), json={"k": 3})
    ann.client.post(ann.url("release"))

    application = build(Project(tmp_path / "p"), FakeSegmenter())
    with TestClient(application, base_url="http://127.0.0.1"):
        again = Person(application, "ann", JOB)
        redone = again.client.post(again.url("redo"), json={"k": 3}).json()
        assert list(redone["frames"]) == ["12"]
        assert np.array_equal(again.planes(3), labels(slice(1, 9)))
        for _ in range(2):
            again.client.post(again.url("undo"), json={"k": 3})
        assert np.array_equal(again.planes(3), carried)
        gone = again.client.post(again.url("undo"), json={"k": 4}).json()
        assert sorted(gone["frames"]) == ["12", "16", "8"]
        again.paint(4, labels(slice(2, 5)), rev=again.state()["frames"]["16"]["rev"])
        again.client.post(again.url("undo"), json={"k": 4})
        assert again.client.post(again.url("undo"), json={"k": 4}).status_code == 409
        assert np.array_equal(again.planes(0), labels(slice(3, 9)))


def test_locked_frames_refuse_everything_but_unlocking(ann: Person) -> None:
    ann.paint(1, labels(slice(3, 9)))
    assert ann.act(1, "lock", 1).json()["rev"] == 2
    assert ann.paint(1, labels(slice(0, 2)), rev=2).status_code == 409
    assert ann.click(1, [3.5, 8.5, True], rev=2).status_code == 409
    assert ann.act(1, "unlock", 2).status_code == 200
    assert ann.paint(1, labels(slice(0, 2)), rev=3).status_code == 200


def test_absent_is_not_empty_and_ignore_survives_everything(ann: Person) -> None:
    ann.paint(1, labels(slice(3, 9), 255))
    assert ann.state()["frames"]["4"]["state"] == "empty"
    ann.act(1, "absent", 1)
    assert ann.state()["frames"]["4"]["state"] == "absent"
    assert np.array_equal(ann.planes(1), labels(slice(3, 9), 255))


def test_only_what_is_whole_is_handed_in_and_nothing_changes_after(ann: Person, app) -> None:
    refused = ann.client.post(ann.url("submit"))
    assert refused.status_code == 422
    assert "keyframe 0 and 10 more have no label" in refused.json()["error"]
    ann.click(0, [3.5, 8.5, True])
    ann.propagate(1)
    assert ann.client.post(ann.url("submit")).json()["state"] == "submitted"
    assert ann.paint(1, labels(slice(0, 2)), rev=2).status_code == 409
    rita = Person(app, "rita")
    waiting = rita.client.get("/api/reviews").json()
    assert waiting == [{"job": JOB, "clip": "clip-0", "state": "submitted"}]
    verdict = {"verdict": "changes", "reasons": {"3": "flicker"}}
    assert rita.client.post(f"/api/reviews/{JOB}", json=verdict).json() == {
        "state": "changes_requested"
    }
    assert ann.paint(1, labels(slice(0, 2)), rev=2).status_code == 200
    assert ann.client.post(ann.url("submit")).status_code == 200
    assert rita.client.post(f"/api/reviews/{JOB}", json={"verdict": "accept"}).status_code == 200
    frozen = rita.client.post(f"/api/reviews/{JOB}", json={"verdict": "freeze"})
    assert frozen.json()["state"] == "frozen"
    assert len(frozen.json()["digest"]) == 64
    assert ann.paint(1, labels(slice(0, 2)), rev=3).status_code == 409


def test_a_second_tab_reads_and_does_not_write(ann: Person, app) -> None:
    second = Person(app, "ann")
    second.job = JOB
    taken = second.client.post(second.url("lease"))
    assert taken.status_code == 409
    assert "ann has this job open elsewhere" in taken.json()["error"]
    assert second.paint(0, labels(slice(0, 2))).status_code == 409
    second.client.headers["x-lease"] = "guessed"
    assert second.paint(0, labels(slice(0, 2))).status_code == 409
    assert second.state()["held"] is True
    ann.client.post(ann.url("release"))
    assert second.client.post(second.url("lease")).status_code == 200


def test_frames_never_change_and_are_cached(ann: Person) -> None:
    first = ann.client.get("/api/clips/clip-0/frames/3")
    assert first.headers["content-type"] == "image/jpeg"
    assert "immutable" in first.headers["cache-control"]
    tag = {"if-none-match": first.headers["etag"]}
    assert ann.client.get("/api/clips/clip-0/frames/3", headers=tag).status_code == 304
    assert ann.client.get("/api/clips/clip-0/frames/41").status_code == 404


def test_expressions_are_saved_and_judged(ann: Person) -> None:
    texts = ["the bright square that moves right", "the bright square that moves right"]
    done = ann.client.put(ann.url("expressions"), json={"rev": 0, "texts": texts}).json()
    assert done == {
        "rev": 1,
        "words": [len(text.split()) for text in texts],
        "problems": ["expressions 1 and 2 say the same"],
    }
    stale = ann.client.put(ann.url("expressions"), json={"rev": 0, "texts": ["it", "x y z"]})
    assert stale.status_code == 409
    assert ann.state()["expressions"] == {"rev": 1, "texts": texts}


def test_events_are_logged_and_counted(ann: Person) -> None:
    batch = [
        {"ev": "frame_enter", "frame": 2, "mono": 0.0, "session": "s"},
        {"ev": "stroke", "mono": 4.0, "session": "s"},
        {"ev": "hidden", "mono": 6.0, "session": "s"},
        {"ev": "visible", "mono": 500.0, "session": "s"},
        {"ev": "click", "mono": 600.0, "session": "s"},
    ]
    assert ann.client.post(ann.url("events"), json=batch).json() == {"logged": 5}
    found = ann.client.get(ann.url("statistics")).json()
    assert found["active_seconds"] == 4 + 2 + 30
    assert found["keyframes"] == {"2": {"seconds": 36.0, "clicks": 1, "strokes": 1}}
    unknown = [{"ev": "frame_enter", "frame": 11, "mono": 0, "session": "s"}]
    assert ann.client.post(ann.url("events"), json=unknown).status_code == 422


def test_a_person_logs_in_and_out(app) -> None:
    client = TestClient(app, base_url="http://127.0.0.1", headers={"x-refvps": "1"})
    shown = client.get("/", headers={"accept": "text/html"})
    assert shown.status_code == 401
    assert 'type="password"' in shown.text
    form = "name=ann&password=correct+horse"
    done = client.post("/login", content=form, follow_redirects=False)
    assert done.status_code == 303
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Logged in as ann" in client.get("/").text
    client.post("/logout")
    assert client.get("/api/jobs").status_code == 401
