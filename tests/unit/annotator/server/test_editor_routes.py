"""What the server offers the editor: its page, its modules, planes as runs, going back."""

import json
from pathlib import Path

import numpy as np
import pytest

from annotator.project import Project
from annotator.server.routes_editor import EDITOR
from refvps.exchange import encode_counts
from refvps.packed import pack
from unit.annotator.server.test_routes import JOB, Person, ann, app, labels  # noqa: F401


def runs(mask: np.ndarray) -> str:
    return encode_counts(pack(mask)).decode("ascii") if mask.any() else ""


def saved(person: Person, k: int, drawn: np.ndarray, rev: int = 0):
    body = {
        **person.numbered(rev),
        "target": runs((drawn == 1) | (drawn == 254)),
        "ignore": runs(drawn >= 254),
    }
    return person.client.put(person.url(f"frames/{k}/masks"), json=body)


def test_planes_given_as_runs_come_back_in_every_form(ann: Person) -> None:  # noqa: F811
    drawn = labels(slice(3, 9)) | labels(slice(12, 15), 255)
    drawn[3, 5] = 254
    done = saved(ann, 2, drawn)
    assert done.status_code == 200, done.text
    assert done.json()["rev"] == 1
    assert done.json()["frame"]["state"] == "edited"
    assert np.array_equal(ann.planes(2), drawn)
    whole = ann.client.get(ann.url("masks")).json()
    one = ann.client.get(ann.url("frames/2/masks")).json()
    assert whole["frames"]["2"] == {key: one[key] for key in ("rev", "target", "ignore")}
    assert one["ignore"] == runs(drawn >= 254)
    assert ann.client.get(ann.url("frames/3/masks")).json() == {
        "rev": 0, "frame": None, "target": "", "ignore": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["x", "0", "~~~", "\u00e9", "00000000000", "P0", runs(np.ones((2, 2), bool)), "oooooooooo0"],
)
def test_runs_that_do_not_cover_the_image_are_refused(ann: Person, text: str) -> None:  # noqa: F811
    body = {**ann.numbered(0), "target": text, "ignore": ""}
    done = ann.client.put(ann.url("frames/0/masks"), json=body)
    assert done.status_code == 422, done.text
    assert ann.state()["rev"] == 0


def test_a_keyframe_goes_back_to_any_revision_of_its_own(ann: Person) -> None:  # noqa: F811
    ann.click(2, [3.5, 8.5, True])
    clicked = ann.state()["frames"]["8"]
    saved(ann, 2, labels(slice(3, 9)), rev=1)
    ann.act(2, "absent", 2)

    def back(to: int, rev: int):
        body = {**ann.numbered(rev), "to": to}
        return ann.client.post(ann.url("frames/2/restore"), json=body)

    assert back(2, 3).json()["frame"]["state"] == "edited"
    assert np.array_equal(ann.planes(2), labels(slice(3, 9)))
    answer = back(1, 4).json()
    assert answer["frame"]["clicks"] == [[3.5, 8.5, True]]
    now = ann.state()["frames"]["8"]
    kept = ("state", "target", "clicks", "source", "score")
    assert {name: now[name] for name in kept} == {name: clicked[name] for name in kept}
    assert back(0, 5).json()["frame"]["state"] == "empty"
    assert back(77, 6).status_code == 422
    saved(ann, 1, labels(slice(3, 9)))
    assert back(7, 6).status_code == 422, "that revision was another keyframe's"
    ann.act(2, "flag", 6, flag="onset")
    assert back(2, 8).json()["frame"]["flags"] == ["onset"], "flags stay as they are"


def test_an_older_request_of_the_page_is_answered_with_what_came_after(ann: Person) -> None:  # noqa: F811
    saved(ann, 2, labels(slice(3, 9)))
    ann.seq = 7
    saved(ann, 2, labels(slice(5, 9)), rev=1)
    latest = ann.client.get(ann.url("frames/2/masks")).json()
    ann.seq = 4
    assert saved(ann, 2, labels(slice(0, 2)), rev=1).json() == {**latest, "superseded": True}
    back = {**ann.numbered(1), "to": 1}
    assert ann.client.post(ann.url("frames/2/restore"), json=back).json() == latest
    assert ann.state()["rev"] == 2
    assert np.array_equal(ann.planes(2), labels(slice(5, 9)))


def test_revisions_are_known_after_a_restart(ann: Person, app) -> None:  # noqa: F811
    saved(ann, 2, labels(slice(3, 9)))
    saved(ann, 2, labels(slice(4, 9)), rev=1)
    root = app.state.services.project.root
    again = Project(root)
    work = again.work(again.job(JOB))
    first = work.at(2, 1)
    assert first is not None
    assert first.target != work.head.frames[2].keyframe.target
    assert work.at(2, 0).target is None
    assert work.at(3, 1) is None


def test_a_locked_keyframe_does_not_go_back(ann: Person) -> None:  # noqa: F811
    saved(ann, 2, labels(slice(3, 9)))
    ann.act(2, "lock", 1)
    body = {**ann.numbered(2), "to": 0}
    refused = ann.client.post(ann.url("frames/2/restore"), json=body)
    assert refused.status_code == 409
    assert refused.json()["reason"] == "state"


def test_why_something_is_refused_is_told_in_one_word(ann: Person, app) -> None:  # noqa: F811
    saved(ann, 2, labels(slice(3, 9)))
    ann.session = "another"
    assert saved(ann, 2, labels(slice(1, 3))).json()["reason"] == "conflict"
    ann.client.headers["x-lease"] = "somebody else's"
    assert saved(ann, 2, labels(slice(1, 3))).json()["reason"] == "lease"
    other = Person(app, "ann")
    assert other.client.post(f"/api/jobs/{JOB}/lease").json()["reason"] == "lease"


def test_a_propagation_tells_the_state_of_each_keyframe(ann: Person) -> None:  # noqa: F811
    ann.click(0, [3.5, 8.5, True])
    *lines, end = ann.propagate(0)
    assert end["done"]
    assert [line["frame"]["state"] for line in lines] == ["prompted"] + ["auto"] * 10


def test_the_page_names_the_job_and_lets_in_its_own_scripts_alone(ann: Person) -> None:  # noqa: F811
    page = ann.client.get(f"/annotate/{JOB}")
    assert page.status_code == 200
    assert f'data-job="{JOB}"' in page.text
    policies = page.headers.get_list("content-security-policy")
    assert any("default-src 'none'" in each and "script-src 'self'" in each for each in policies)
    assert "unsafe-eval" not in str(policies)
    assert f'href="annotate/{JOB}"' in ann.client.get("/").text


def test_modules_are_served_by_name_and_nothing_else_is(ann: Person) -> None:  # noqa: F811
    for path in [*EDITOR.rglob("*.js"), *EDITOR.rglob("*.css")]:
        name = path.relative_to(EDITOR).as_posix()
        done = ann.client.get(f"/editor/{name}")
        assert done.content == path.read_bytes()
        assert done.headers["content-type"].startswith(("text/javascript", "text/css"))
        tag = {"if-none-match": done.headers["etag"]}
        assert ann.client.get(f"/editor/{name}", headers=tag).status_code == 304
    for bad in ("package.json", "core", "", "%2e%2e/x.js", "core/%2e%2e/main.js"):
        assert ann.client.get(f"/editor/{bad}").status_code in (400, 404)


def test_what_was_sent_back_is_told_until_it_is_judged_again(ann: Person, app) -> None:  # noqa: F811
    for k in range(11):
        saved(ann, k, labels(slice(3, 9)))
    assert ann.state()["review"] == {"rev": 0, "reasons": {}}
    assert ann.client.post(ann.url("submit")).status_code == 200
    rita = Person(app, "rita")
    verdict = {"verdict": "changes", "reasons": {"3": "boundary"}}
    assert rita.client.post(f"/api/reviews/{JOB}", json=verdict).status_code == 200
    assert ann.state()["review"] == {"rev": 12, "reasons": {"3": "boundary"}}
    assert "rita" not in json.dumps(ann.state())


def test_the_editor_is_part_of_the_package() -> None:
    assert (EDITOR / "main.js").is_file()
    assert Path(EDITOR).parent.name == "annotator"
