"""The whole life of a clip: found, screened, labelled twice, compared, published, scored, gone."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

pytest.importorskip("yt_dlp", reason="the extra `collect` is not installed")

from e2e.commands import evaluated, run
from e2e.test_annotate_commands import annotated
from e2e.test_collect import CONFIG, TAXONOMY, made_videos
from refvps.executor import InlineExecutor
from refvps.release.reader import open_release
from refvps.release.validate import validate_release
from support.annotator_server import Server, Tab
from support.collection import everything_stored
from support.loopback import LoopbackServer, Reply, Request, serving
from support.projects import PASSWORD

SIZE = (64, 64)
KEYFRAMES = 3
TEXTS = {
    "ann": ["the grey noise that becomes brighter", "a flickering field getting lighter over time"],
    "ben": ["static turning pale in the middle", "whatever brightens slowly on the screen"],
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LoopbackServer]:
    (tmp_path / "videos").mkdir()
    videos = made_videos(tmp_path / "videos", 2)

    def answer(request: Request) -> Reply:
        return Reply(body=videos[int(request.path.strip("/").removesuffix(".mp4"))])

    with serving(answer) as loopback:
        yield loopback


def done(*arguments: str, cwd: Path) -> str:
    """Run `refvps`, which must succeed, and return what it prints."""
    found = run("refvps", *arguments, cwd=cwd)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def collected(here: Path, server: LoopbackServer) -> list[str]:
    """Two clips, found on the loopback server and cut; their ids."""
    (here / "taxonomy.toml").write_text(TAXONOMY)
    (here / "collect.toml").write_text(CONFIG)
    urls = [f"{server.url}/{number}.mp4,ice melting" for number in range(2)]
    (here / "urls.csv").write_text("\n".join(["url,query", *urls]) + "\n")
    done("collect", "run", cwd=here)
    names = [row[0] for row in everything_stored(here / "collection")["fetched"]]
    rows = [f"{name},accept,,cora,0,1/2" for name in names]
    head = "subject,verdict,reason,reviewer,start,end"
    (here / "decided.csv").write_text("\n".join([head, *rows]) + "\n")
    done("collect", "decide", "decided.csv", cwd=here)
    done("collect", "run", "--only", "export", cwd=here)
    done("collect", "provenance", "--to", "where.jsonl", cwd=here)
    return [json.loads(line)["clip_id"] for line in (here / "where.jsonl").read_text().splitlines()]


def prepared(here: Path, clips: list[str]) -> list[str]:
    """A project with both clips and everybody's jobs; the ids of its clips."""
    annotated("create", "project", cwd=here)
    for name, role in (("ann", "annotator"), ("ben", "annotator"), ("rita", "reviewer")):
        more = ("--role", role, "--password-stdin")
        annotated("user", "project", name, *more, cwd=here, stdin=f"{PASSWORD}\n")
    facts = ("--concept", "ice melting", "--group", "temporal object changes")
    for clip in clips:
        folder = f"collection/clips/jpeg-keep/{clip}"
        annotated("import", "project", folder, *facts, "--licence", "CC-BY-4.0", cwd=here)
    names = sorted(path.name for path in (here / "project/clips").iterdir())
    for clip in names:
        annotated("assign", "project", clip, "ann", cwd=here)
        for name in ("ann", "ben"):
            annotated("assign", "project", clip, name, "--kind", "expression", cwd=here)
    told = annotated("relabel", "project", "--fraction", "1", cwd=here)
    assert "2 clips, 6 keyframes are assigned" in told
    return names


def drawn(person: str, k: int) -> np.ndarray:
    labels = np.zeros(SIZE, np.uint8)
    labels[8 : 24 + (2 if person == "ben" else 0), 8 : 24 + 4 * k] = 1
    labels[40:44, 40:50] = 255
    return labels


def expected_iou() -> float:
    values = []
    for k in range(KEYFRAMES):
        one, other = drawn("ann", k) == 1, drawn("ben", k) == 1
        values.append((one & other).sum() / (one | other).sum())
    return float(np.mean(values))


def labelled(here: Path) -> None:
    """Ann and Ben label and write over HTTP; Rita accepts and freezes."""
    jobs = [json.loads(path.read_text()) for path in (here / "project/jobs").glob("*.json")]
    with Server(here / "project") as running:
        for job in jobs:
            tab = Tab(running.url, job["user"], job["job_id"])
            if job["kind"] == "expression":
                body = {"rev": 0, "texts": TEXTS[job["user"]]}
                tab.client.put(f"/api/jobs/{tab.job}/expressions", json=body).raise_for_status()
            else:
                for k in range(KEYFRAMES):
                    tab.paint(k, drawn(job["user"], k), 0).raise_for_status()
            tab.client.post(f"/api/jobs/{tab.job}/submit").raise_for_status()
        with httpx.Client(base_url=running.url, headers={"x-refvps": "1"}, timeout=60) as rita:
            rita.post("/login", data={"name": "rita", "password": PASSWORD})
            for job in jobs:
                for verdict in ("accept", "freeze"):
                    url = f"/api/reviews/{job['job_id']}"
                    rita.post(url, json={"verdict": verdict}).raise_for_status()
            page = rita.get("/agreement/")
            assert page.status_code == 200
            assert "inter-annotator mean IoU" in page.text


@pytest.mark.slow
def test_the_whole_life_of_a_clip(tmp_path: Path, server: LoopbackServer) -> None:
    clips = prepared(tmp_path, collected(tmp_path, server))
    labelled(tmp_path)

    report = json.loads(done("agreement", "project", "--json", cwd=tmp_path))
    assert report["headline"]["mean"] == pytest.approx(expected_iou())
    assert report["headline"]["clips"] == 2

    build = ("release", "build", "project", "--to", "release", "--name", "melting")
    done(*build, "--version", "1.0.0", "--provenance", "where.jsonl", cwd=tmp_path)
    root = tmp_path / "release"
    assert validate_release(root, InlineExecutor()) == ()
    assert not list(root.rglob("*.jpg"))
    told = done("release", "hydrate", "release", "--config", "collect.toml", cwd=tmp_path)
    assert "2 of 2 clips have frames (100.0 %): 2 exact" in told
    assert validate_release(root, InlineExecutor()) == ()

    scoring = ("--method", "full-frame", "--pred", "preds", "--root", "release")
    record = evaluated(*scoring, cwd=tmp_path)
    areas = [(drawn("ann", k) == 1).sum() / (drawn("ann", k) != 255).sum() for k in range(3)]
    assert record["summary"]["j"]["mean"] == pytest.approx(np.mean(areas))
    assert record["dataset"]["coverage"] == "2 of 2 clips (100.0 %) could be fetched"
    assert "coverage: 2 of 2 clips" in run("refvps-eval", *scoring, cwd=tmp_path).stdout

    gone, kept = clips
    places = ("collection", "project", "release", "preds")
    told = done("release", "takedown", gone, *places, "--reason", "asked", cwd=tmp_path)
    assert "nothing of it is left" in told
    assert "1 posts removed" in told
    assert traces_of(gone, server, tmp_path, places) == []
    assert open_release(root).clip_ids == (kept,)
    assert validate_release(root, InlineExecutor()) == ()
    assert len(evaluated(*scoring, cwd=tmp_path)["rows"]) == 4
    done("collect", "run", cwd=tmp_path)
    assert len(everything_stored(tmp_path / "collection")["fetched"]) == 1


def traces_of(clip: str, server: LoopbackServer, here: Path, places: tuple[str, ...]) -> list[str]:
    """Files whose name or content names the clip, looked for without the product's own scan."""
    words = {clip.encode()}
    return [
        str(path)
        for place in places
        for path in (here / place).rglob("*")
        if path.is_file()
        and any(word in path.read_bytes() or word in path.name.encode() for word in words)
    ]
