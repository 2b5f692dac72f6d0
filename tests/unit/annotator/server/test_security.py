"""Everything that must be refused, and that nothing is written when it is."""

import gzip
import json
import socket
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from annotator.segmenters.fake import FakeSegmenter
from annotator.server.application import build
from annotator.server.bodies import RequestError, unpacked
from annotator.server.guard import OPEN
from refvps.pages import PageHost, PageLink
from support.projects import SIZE, copied_project
from unit.annotator.server.test_routes import JOB, Person, labels

RELABEL = "clip-0-relabel-ben"


def late_page(host: PageHost) -> PageLink:
    @host.app.get("/triage/list")
    def listed() -> dict:
        return {"secret": True}

    return PageLink("Triage", "triage/list", frozenset({"admin"}))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copied_project(tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def app(root: Path) -> Iterator:
    from annotator.project import Project

    application = build(Project(root), FakeSegmenter(), pages=[late_page])
    with TestClient(application, base_url="http://127.0.0.1"):
        yield application


@pytest.fixture
def stranger(app) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1", headers={"x-refvps": "1"})


def all_routes(app) -> list[tuple[str, str]]:
    found = []

    def walk(routes) -> None:
        for route in routes:
            if isinstance(route, APIRoute):
                found.extend((method, route.path) for method in route.methods)
            elif hasattr(route, "routes") and route.routes:
                walk(route.routes)
            elif hasattr(route, "original_router"):
                walk(route.original_router.routes)

    walk(app.routes)
    return found


def test_every_route_but_the_listed_ones_asks_who_it_is(app, stranger: TestClient) -> None:
    routes = all_routes(app)
    assert len(routes) > 20, routes
    for method, path in routes:
        filled = path.replace("{job_id}", JOB).replace("{clip_id}", "clip-0")
        filled = filled.replace("{k}", "0").replace("{index}", "0")
        status = stranger.request(method, filled).status_code
        assert (status == 401) is (filled not in OPEN) or filled == "/login", (method, path, status)
    for path in ("/nowhere", "/api/jobs/x/y/z", "/docs", "/openapi.json", "/triage/list"):
        assert stranger.get(path).status_code == 401


def test_a_forged_or_old_cookie_opens_nothing(app, root: Path, stranger: TestClient) -> None:
    users = app.state.services.project.users
    good = users.cookie("ann")
    name, until, stamp, signature = good.split(".")
    for bad in (
        good[:-1],
        f"ada.{until}.{stamp}.{signature}",
        f"{name}.{int(until) + 9}.{stamp}.{signature}",
        "x",
        "....",
        "é",
    ):
        cookie = {"cookie": f"refvps={bad}".encode("utf-8", "replace")}
        assert stranger.get("/api/jobs", headers=cookie).status_code == 401, bad
    cookie = {"cookie": f"refvps={good}"}
    assert stranger.get("/api/jobs", headers=cookie).status_code == 200
    users.put("ann", "another password", ["annotator"])
    assert stranger.get("/api/jobs", headers=cookie).status_code == 401


def test_passwords_are_hashed_and_secrets_are_the_owner_s_alone(root: Path) -> None:
    for name in ("users.json", "secret.key"):
        path = root / name
        if path.exists():
            assert path.stat().st_mode & 0o077 == 0
            assert b"correct horse" not in path.read_bytes()


def test_a_password_is_not_guessed_for_long(stranger: TestClient) -> None:
    answers = [
        stranger.post("/login", content="name=ann&password=wrong").status_code for _ in range(11)
    ]
    assert answers == [401] * 10 + [429]


def test_a_relabeler_reaches_nothing_of_the_first_annotator(app, root: Path) -> None:
    ann = Person(app, "ann", JOB)
    ann.paint(0, labels(slice(3, 9)))
    texts = ["the bright square that moves right", "an orange block sliding along"]
    ann.client.put(ann.url("expressions"), json={"rev": 0, "texts": texts})
    ben = Person(app, "ben", RELABEL)
    secret = ann.state()["frames"]["0"]["target"]
    heard = [ben.client.get(path).text for path in ("/", "/api/jobs", "/api/clips/clip-0/meta")]
    heard.append(json.dumps(ben.state()))
    for text in heard:
        assert secret not in text
        assert "ann" not in text.replace("annotat", "")
        assert "orange block" not in text
    for method, path in all_routes(app):
        if "{job_id}" not in path:
            continue
        filled = path.replace("{job_id}", JOB).replace("{k}", "0")
        status = ben.client.request(method, filled, json={"k": 0}).status_code
        assert status in (403, 404, 422), (method, path, status)
    # A plane of hers cannot be named as the base of his clicks either.
    stolen = ben.click(1, base=secret)
    assert stolen.status_code in (404, 422, 500)
    assert "1" not in ben.state()["frames"]


def test_a_reviewer_who_labels_the_clip_sees_no_other_labels_of_it(app) -> None:
    services = app.state.services
    services.project.users.put("ben", "correct horse", ["annotator", "reviewer"])
    ben = Person(app, "ben")
    assert ben.client.get(f"/api/jobs/{JOB}/state").status_code == 404
    rita = Person(app, "rita")
    found = rita.client.get(f"/api/jobs/{JOB}/state")
    assert found.status_code == 200
    assert "expressions" not in found.json()
    assert rita.client.post(f"/api/jobs/{JOB}/lease").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api/clips/../../users.json/meta",
        "/api/clips/%2e%2e/meta",
        "/api/clips/..%2f..%2fsecret.key/frames/0",
        "/api/clips/clip-0%00/meta",
        "/api/clips/%2Fetc%2Fpasswd/meta",
        "/api/jobs/..%5c..%5cusers/state",
        "/api/jobs/CLIP-0/state",
        "/api/jobs/" + "a" * 5000 + "/state",
        "/api/clips/clip-0/frames/-1",
        "/api/clips/clip-0/frames/99999999999999999999",
        "/api/clips/clip-0/frames/0x1",
        f"/api/jobs/{JOB}/frames/11/planes",
        f"/api/jobs/{JOB}/frames/-1/planes",
    ],
)
def test_hostile_addresses_are_refused(app, path: str) -> None:
    ann = Person(app, "ann", JOB)
    assert 400 <= ann.client.get(path).status_code < 500


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 50_000, 400),
        (b"[]", 422),
        (b'{"k": 0}', 422),
        (b'{"k":0,"clicks":[[1,1,true]],"rev":0,"session":"s","seq":1,"x":1}', 422),
        (b'{"k":0,"clicks":[[33,1,true]],"rev":0,"session":"s","seq":1}', 422),
        (b'{"k":0,"clicks":[[-1,1,true]],"rev":0,"session":"s","seq":1}', 422),
        (b'{"k":0,"clicks":[[NaN,1,true]],"rev":0,"session":"s","seq":1}', 422),
        (b'{"k":0,"clicks":[[1e999,1,true]],"rev":0,"session":"s","seq":1}', 422),
        (b'{"k":11,"clicks":[[1,1,true]],"rev":0,"session":"s","seq":1}', 422),
        (b'{"k":0,"clicks":[],"rev":0,"session":"s","seq":1}', 422),
        (b'{"k":0,"box":[9,9,1,1],"rev":0,"session":"s","seq":1}', 422),
        (b'{"k":0,"clicks":[[1,1,true]],"rev":-1,"session":"s","seq":1}', 422),
        (b'{"k":0,"clicks":[[1,1,true]],"rev":0,"session":"","seq":1}', 422),
        (b'{"k":0,"base":"../../users","rev":0,"session":"s","seq":1}', 422),
        (b'{"k":0,"base":"","rev":0,"session":"s","seq":1}', 422),
        (b'{"k":0,"base":"' + b"0" * 64 + b'","rev":0,"session":"s","seq":1}', 422),
        (b'{"k":0,"base":"' + b"A" * 64 + b'","rev":0,"session":"s","seq":1}', 422),
        (b'{"k":0,"base":"\\u0660","rev":0,"session":"s","seq":1}', 422),
        (json.dumps({"k": 0, "clicks": [[1, 1, True]] * 201}).encode(), 422),
        (b" " * 70_000, 413),
    ],
)
def test_hostile_clicks_are_refused_and_nothing_is_saved(app, body: bytes, status: int) -> None:
    ann = Person(app, "ann", JOB)
    done = ann.client.post(ann.url("sam/predict"), content=body)
    assert done.status_code == status, done.text
    assert ann.state()["rev"] == 0


@pytest.mark.parametrize(
    ("content", "encoding", "status"),
    [
        (bytes(10), None, 422),
        (bytes(SIZE[0] * SIZE[1] + 1), None, 413),
        (bytes([7]) * (SIZE[0] * SIZE[1]), None, 422),
        (gzip.compress(bytes(50_000_000), mtime=0), "gzip", 413),
        (gzip.compress(bytes(SIZE[0] * SIZE[1]), mtime=0)[:-9], "gzip", 400),
        (gzip.compress(bytes(SIZE[0] * SIZE[1]), mtime=0) * 2, "gzip", 400),
        (b"no gzip", "gzip", 400),
        (bytes(SIZE[0] * SIZE[1]), "br", 415),
    ],
)
def test_hostile_label_maps_are_refused(app, content, encoding, status) -> None:
    ann = Person(app, "ann", JOB)
    headers = {"if-match": "0", "x-session": "s", "x-seq": "1"}
    if encoding:
        headers["content-encoding"] = encoding
    url = ann.url("frames/0/planes")
    assert ann.client.put(url, content=content, headers=headers).status_code == status
    assert ann.state()["rev"] == 0


def test_a_bomb_is_never_unpacked() -> None:
    """A gigabyte of zeros in a megabyte: what is held stays at the limit."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1024)) + packer.flush()
    with pytest.raises(RequestError, match="more than 1000 bytes") as refused:
        unpacked(bomb, 1000)
    assert refused.value.status == 413


def test_a_save_without_a_revision_a_header_or_a_lease_is_refused(app) -> None:
    ann = Person(app, "ann", JOB)
    url, content = ann.url("frames/0/planes"), bytes(SIZE[0] * SIZE[1])
    assert ann.client.put(url, content=content).status_code == 428
    odd = {"if-match": "zero", "x-session": "s", "x-seq": "1"}
    assert ann.client.put(url, content=content, headers=odd).status_code == 422
    assert ann.client.put(url, content=content, headers={"x-lease": ""}).status_code == 409
    del ann.client.headers["x-refvps"]
    assert ann.client.put(url, content=content).status_code == 403


def test_another_site_s_page_cannot_write(app) -> None:
    ann = Person(app, "ann", JOB)
    foreign = {"origin": "https://evil.example"}
    assert ann.client.post(ann.url("renew"), headers=foreign).status_code == 403
    assert ann.client.get("/api/jobs", headers=foreign).status_code == 403
    own = {"origin": "http://127.0.0.1"}
    assert ann.client.post(ann.url("renew"), headers=own).status_code == 200


def test_a_frame_that_is_a_link_out_of_the_project_is_refused(app, root: Path) -> None:
    ann = Person(app, "ann", JOB)
    path = root / "clips/clip-0/frames/00003.jpg"
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert ann.client.get("/api/clips/clip-0/frames/3").status_code == 404


def test_large_and_odd_event_batches_are_refused(app) -> None:
    ann = Person(app, "ann", JOB)
    url = ann.url("events")
    assert ann.client.post(url, content=b" " * 300_000).status_code == 413
    for bad in (b"{}", b"[1]", b'[{"ev":"rm"}]', b'[{"ev":"click","mono":NaN,"session":"s"}]'):
        assert ann.client.post(url, content=bad).status_code in (400, 422)
    assert (
        ann.client.post(url, content=b'[{"ev":"click","mono":-1,"session":"s"}]').status_code == 422
    )


def test_pages_escape_what_people_typed(app, root: Path) -> None:
    from annotator.server.front_page import front_page
    from refvps.pages import Visitor

    found = front_page(
        "<script>", Visitor("ann", frozenset()), [], [PageLink("<b>", "x", frozenset())]
    )
    assert "<script>" not in found
    assert "<b>" not in found
    ann = Person(app, "ann")
    assert "script-src" in ann.client.get("/").headers["content-security-policy"] or (
        "default-src 'self'" in ann.client.get("/").headers["content-security-policy"]
    )


def test_nothing_is_asked_of_any_other_machine(app, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self, address, *_args):
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "testserver"):
            raise AssertionError(f"a connection to {address}")
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_a, **_k: pytest.fail("a name was looked up")
    )
    ann = Person(app, "ann", JOB)
    ann.paint(1, labels(slice(3, 9)))
    ann.click(0, [3.5, 8.5, True])
    ann.propagate(2)
    assert ann.client.post(ann.url("undo"), json={"k": 3}).status_code == 200


def test_labels_are_numbers_of_the_wire(app) -> None:
    ann = Person(app, "ann", JOB)
    assert ann.paint(0, np.full(SIZE, 253, np.uint8)).status_code == 422
