"""``refvps collect`` from a list of addresses to a funnel, with the real yt-dlp on loopback."""

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("yt_dlp", reason="the extra `collect` is not installed")

from e2e.commands import failed, run
from refvps.collect.store.store import Store
from support.collection import collection_files, everything_stored
from support.loopback import LoopbackServer, Reply, Request, serving
from support.videos import write_video

TAXONOMY = """
[[concept]]
id = "melting"
name = "ice melting"
groups = ["temporal object changes"]
definition = "Ice melts."
queries = ["ice melting"]
"""

CONFIG = """
taxonomy = "taxonomy.toml"

[[source]]
name = "list"
kind = "urls"
concept = "melting"
options = { file = "urls.csv" }

[fetch]
sleep = 0
most_sleep = 0
sleep_requests = 0
retry_wait = 0
tries = 2
"""

COUNT = 8
FETCH = ("--only", "list", "--only", "fetch")


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return made_videos(tmp_path_factory.mktemp("videos"), COUNT)


def made_videos(folder: Path, count: int) -> list[bytes]:
    noise = np.random.default_rng(4)
    found = []
    for number in range(count):
        still = noise.integers(0, 200, (64, 64, 3), np.uint8)
        frames = [still + np.uint8(5 * k) for k in range(8)]
        times = [Fraction(k, 8) for k in range(8)]
        path = folder / f"{number}.mp4"
        write_video(path, times, codec="libx264", form="yuv420p", frames=frames)
        found.append(path.read_bytes())
    return found


@pytest.fixture
def server(videos: list[bytes]) -> Iterator[LoopbackServer]:
    def answer(request: Request) -> Reply:
        number = int(request.path.strip("/").removesuffix(".mp4"))
        if number == 3:
            return Reply(404, b"")
        if number == 5 and request.count == 1:
            return Reply(503, b"")
        cut = 4000 if number == 6 and request.count == 2 else None
        return Reply(body=videos[number], cut_after=cut)

    with serving(answer) as loopback:
        yield loopback


def prepared(folder: Path, server: LoopbackServer, count: int = COUNT) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "taxonomy.toml").write_text(TAXONOMY)
    (folder / "collect.toml").write_text(CONFIG)
    lines = ["url,query", *(f"{server.url}/{n}.mp4,ice melting" for n in range(count))]
    (folder / "urls.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_a_list_is_fetched_once_and_every_loss_is_counted(
    tmp_path: Path, server: LoopbackServer, videos: list[bytes]
) -> None:
    prepared(tmp_path, server)
    done = run("refvps", "collect", "run", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["fetch"] == {"ok": COUNT - 1, "failed": 1}
    media = sorted((tmp_path / "collection" / "media").rglob("*.mp4"))
    assert sorted(p.read_bytes() for p in media) == sorted(
        content for n, content in enumerate(videos) if n != 3
    )
    asked = len(server.requests)
    again = run("refvps", "collect", "run", *FETCH, "--json", cwd=tmp_path)
    assert json.loads(again.stdout)["fetch"] == {}
    assert len(server.requests) == asked
    funnel = json.loads(run("refvps", "collect", "funnel", "--json", cwd=tmp_path).stdout)
    counts = {step["name"]: step["count"] for step in funnel["steps"]}
    assert (counts["candidates"], counts["fetched"], counts["clips"]) == (COUNT, COUNT - 1, 0)
    assert {"stage": "fetch", "reason": "gone (waits)", "count": 1} in funnel["losses"]


def test_only_failures_of_a_class_are_tried_again(tmp_path: Path, server: LoopbackServer) -> None:
    prepared(tmp_path, server)
    fetched = run("refvps", "collect", "run", *FETCH, cwd=tmp_path)
    assert fetched.returncode == 0, fetched.stderr
    asked = len(server.requests)
    again = run("refvps", "collect", "run", *FETCH, "--retry", "gone", "--json", cwd=tmp_path)
    assert again.returncode == 6  # one was tried, none succeeded
    assert {request.path for request in server.requests[asked:]} == {"/3.mp4"}


def test_decisions_come_from_a_spreadsheet_and_clips_with_them(
    tmp_path: Path, server: LoopbackServer
) -> None:
    prepared(tmp_path, server)
    done = run("refvps", "collect", "run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    names = [row[0] for row in everything_stored(tmp_path / "collection")["fetched"]]
    (tmp_path / "decided.csv").write_text(
        "subject,verdict,reason,reviewer,start,end\n"
        f"{names[0]},accept,,ann,0,1/2\n{names[1]},exclude,no-change,ann,,\n"
        f"{names[2]},exclude,off-concept,ann,,\n"
    )
    assert "3 new" in run("refvps", "collect", "decide", "decided.csv", cwd=tmp_path).stdout
    assert "0 new" in run("refvps", "collect", "decide", "decided.csv", cwd=tmp_path).stdout
    done = run("refvps", "collect", "funnel", "--plot", "funnel.png", cwd=tmp_path)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["suitable", "2", "342"] in lines
    assert ["clips", "1", "145"] in lines
    exported = run("refvps", "collect", "run", "--only", "export", "--json", cwd=tmp_path)
    assert json.loads(exported.stdout) == {"export": {"ok": 1}}, exported.stderr
    assert len(list((tmp_path / "collection" / "clips").rglob("*.jpg"))) == 12
    assert (tmp_path / "funnel.png").read_bytes().startswith(b"\x89PNG")
    written = run("refvps", "collect", "decisions", "--to", "all.jsonl", cwd=tmp_path)
    assert written.stdout.startswith("3 decisions")
    rows = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert [row["reason"] for row in rows] == ["", "no-change", "off-concept"]


def test_a_removal_leaves_no_trace_and_is_never_collected_again(
    tmp_path: Path, server: LoopbackServer, videos: list[bytes]
) -> None:
    prepared(tmp_path, server)
    done = run("refvps", "collect", "run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "collection"
    rows = everything_stored(folder)
    name, media_id = rows["fetched"][0][:2]
    gone = next(
        content
        for content in videos
        if content == next(folder.glob(f"media/*/{media_id}.mp4")).read_bytes()
    )
    (tmp_path / "decided.csv").write_text(
        f"subject,verdict,reason,reviewer,start,end,note\n{name},accept,,ann,0,1/2,trace-note\n"
    )
    assert run("refvps", "collect", "decide", "decided.csv", cwd=tmp_path).returncode == 0
    traces = {
        "id": name.encode(),
        "native id": name.split(":")[1].encode(),
        "digest": media_id.encode(),
        "clip": name.replace(":", "-").encode(),
        "note": b"trace-note",
        "content": gone[-2000:-1500],
        "content start": gone[1000:1500],
    }
    assert run("refvps", "collect", "run", "--only", "export", cwd=tmp_path).returncode == 0
    assert all(traces_found(folder, traces).values())
    done = run("refvps", "collect", "remove", name, "--reason", "author asked", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert traces_found(folder, traces) == {key: [] for key in traces}
    assert "author asked" in (folder / "removed.jsonl").read_text()
    (tmp_path / "collect.toml").write_text(CONFIG.replace('"list"', '"list again"'))
    assert run("refvps", "collect", "run", *FETCH, cwd=tmp_path).returncode == 0
    assert traces_found(folder, traces) == {key: [] for key in traces}


def traces_found(folder: Path, traces: dict[str, bytes]) -> dict[str, list[str]]:
    """Which files hold which traces, in content or name; the database and its log among them."""
    found: dict[str, list[str]] = {name: [] for name in traces}
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for name, trace in traces.items():
            if trace in content or trace in str(path).encode():
                found[name].append(str(path))
    return found


def test_a_damaged_file_is_found_and_fetched_again(tmp_path: Path, server: LoopbackServer) -> None:
    prepared(tmp_path, server)
    fetched = run("refvps", "collect", "run", *FETCH, cwd=tmp_path)
    assert fetched.returncode == 0, fetched.stderr
    before = collection_files(tmp_path / "collection")
    media = sorted((tmp_path / "collection" / "media").rglob("*.mp4"))
    media[0].write_bytes(b"damaged")
    media[1].unlink()
    assert run("refvps", "collect", "verify", cwd=tmp_path).returncode == 3
    again = run("refvps", "collect", "verify", "--fetch", cwd=tmp_path)
    assert again.returncode == 0, again.stdout
    assert collection_files(tmp_path / "collection") == before


def test_posts_that_are_gone_are_named_for_removal(tmp_path: Path, server: LoopbackServer) -> None:
    prepared(tmp_path, server)
    fetched = run("refvps", "collect", "run", *FETCH, cwd=tmp_path)
    assert fetched.returncode == 0, fetched.stderr
    working = server.answer
    server.answer = lambda request: (
        Reply(404, b"") if request.path == "/0.mp4" else working(request)
    )
    done = run("refvps", "collect", "liveness", "--grace", "0", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [post["state"] for post in found["posts"]].count("gone") == 1
    assert len(found["remove"]) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("sleep = 0|slep = 0", "collect.toml: fetch.slep: unknown key"),
        ("tries = 2|tries = 'two'", "fetch.tries: expected a valid integer; found 'two'"),
        ('kind = "urls"|kind = "url"', "did you mean 'urls'"),
        ('kind = "urls"|kind = "hashtag"', "unsupported upstream"),
        ('"melting"|"freezing"', "concept 'freezing' is not in the taxonomy"),
        ('"urls.csv"|"gone.csv"', "gone.csv: cannot be read"),
        ("[fetch]|[stages.none]\n[fetch]", "unknown stage 'none'"),
        ("[fetch]|[stages.probe]\nx = 1\n[fetch]", "stages.probe.x: probe has no options"),
        ("[fetch]|[stages.analyse]\nflsh = 1\n[fetch]", "stages.analyse: flsh: unknown key"),
        (
            "[fetch]|[stages.preview]\nside = 1\n[fetch]",
            "stages.preview: side: expected greater than or equal to 64; found 1",
        ),
    ],
)
def test_a_mistake_is_one_line(
    tmp_path: Path, server: LoopbackServer, change: str, said: str
) -> None:
    prepared(tmp_path, server)
    before, _, after = change.partition("|")
    (tmp_path / "collect.toml").write_text(CONFIG.replace(before, after))
    done = run("refvps", "collect", "run", cwd=tmp_path)
    assert done.returncode != 0
    assert said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_triage_says_in_one_line_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "collect.toml").write_text("")
    said = failed("refvps", "collect", "triage", "people", cwd=tmp_path)[1]
    assert "holds no collection; `refvps collect run` makes one" in said
    Store(tmp_path / "collection").close()
    said = failed("refvps", "collect", "triage", "people", cwd=tmp_path)[1]
    assert "people: is no project; make one with `refvps annotate create`" in said
    assert run("refvps", "annotate", "create", "people", cwd=tmp_path).returncode == 0
    told = ("refvps", "annotate", "serve", "people", "--segmenter", "classic", "--page")
    said = failed(*told, "triag.config=collect.toml", cwd=tmp_path)[1]
    assert "no page is called 'triag'; installed: agreement, triage" in said
    said = failed(*told, "triage.konfig=collect.toml", cwd=tmp_path)[1]
    assert "page 'triage': unknown setting 'konfig'; known: config" in said


def test_a_collection_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "collect.toml").write_text("")
    assert "holds no collection" in failed("refvps", "collect", "funnel", cwd=tmp_path)[1]
