"""The whole life of a clip: found, screened, labelled twice, compared, published, scored, gone.

Whatever people do between the collection and the release they do in a real browser.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

pytest.importorskip("yt_dlp", reason="the extra `collect` is not installed")

from e2e.commands import evaluated, run
from e2e.test_annotate_commands import annotated
from e2e.test_collect import CONFIG, TAXONOMY, made_videos
from refvps.executor import InlineExecutor
from refvps.release.reader import open_release
from refvps.release.validate import validate_release
from support.annotator_pages import People
from support.annotator_server import Server
from support.browser_work import (
    accept_and_freeze,
    assign,
    hand_in,
    iou,
    jobs_of,
    write_expressions,
)
from support.collection import everything_stored
from support.editor_page import EditorPage, open_editor, signed_in
from support.loopback import LoopbackServer, Reply, Request, serving
from support.projects import PASSWORD

SIZE = (64, 64)
KEYFRAMES = 3
ROLES = {"ann": "annotator", "ben": "annotator", "judith": "reviewer", "rita": "reviewer",
         "ada": "admin"}  # fmt: skip
TAKEN = {0: "ben", 1: "ann", 2: "ben"}
"""Whose labels the adjudicator takes on each keyframe."""
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
    for name, role in ROLES.items():
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


def draw(editor: EditorPage, person: str) -> list[np.ndarray]:
    """Outline the target on every keyframe, paint some Ignore, hand it in."""
    right, low = (26, 24) if person == "ben" else (24, 24)
    editor.brush(4)
    for k in range(KEYFRAMES):
        editor.show(k)
        editor.press("p", "t")
        for point in ((8, 8), (right + 4 * k, 8), (right + 4 * k, low), (8, low)):
            editor.click(*point)
        editor.press("Enter", "b", "i")
        editor.drag((40, 42), (50, 42))
    return hand_in(editor, KEYFRAMES)


def labelled(people: People, clips: list[str]) -> dict[tuple[str, str], list[np.ndarray]]:
    """Ann and Ben label and write; Rita accepts and freezes. The labels by clip and person."""
    found, url = {}, people.server.url
    for person in ("ann", "ben"):
        with people.window(person) as window:
            jobs = jobs_of(window)
            for clip in clips:
                write_expressions(window, jobs[clip, "expression"], TEXTS[person])
        context = signed_in(people.browser, people.root, url, person)
        for clip in clips:
            editor = open_editor(context, url, jobs[clip, "mask" if person == "ann" else "relabel"])
            editor.shape = SIZE
            found[clip, person] = draw(editor, person)
            editor.check()
        context.close()
        with people.window("rita") as window:
            for job in jobs.values():
                accept_and_freeze(window, job)
    return found


def adjudicated(people: People, clip: str) -> None:
    """Ada gives a clip to Judith, who takes a side on every keyframe; Rita accepts that."""
    with people.window("ada") as window:
        assign(window, [clip], "Adjudicate", "judith")
    with people.window("judith") as window:
        window.page.get_by_role("link", name="Begin").click()
        window.sees(".side h2", "Keyframe 0")  # on which both agree least
        window.press("o")
        window.sees(".strip-below", "Keyframes, in order of time")
        for k, person in TAKEN.items():
            window.sees(".side h2", f"Keyframe {k}")
            window.press("1" if person == "ann" else "2")
            window.sees(".verdict .count", f"{k + 1}/{KEYFRAMES}")
        window.page.get_by_role("button", name="Hand in").click()
        window.sees("#top [role=status]", "is handed in")
        job = jobs_of(window)[clip, "adjudicate"]
    with people.window("rita") as window:
        accept_and_freeze(window, job)
        window.page.locator("header.top nav").get_by_role("link", name="Agreement").click()
        window.page.locator(".headline", has_text="inter-annotator").wait_for()


@pytest.mark.slow
def test_the_whole_life_of_a_clip(tmp_path: Path, server: LoopbackServer, browser: Browser) -> None:
    clips = prepared(tmp_path, collected(tmp_path, server))
    gone, kept = clips
    with Server(tmp_path / "project", pages=True) as running:
        people = People(browser, tmp_path / "project", running)
        labels = labelled(people, clips)
        adjudicated(people, gone)
    digest = adjudicated_digest(tmp_path / "project")

    report = json.loads(done("agreement", "project", "--json", cwd=tmp_path))
    assert report["headline"]["mean"] == pytest.approx(expected_iou(labels, clips))
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
    published = [labels[gone, person][k] for k, person in TAKEN.items()] + labels[kept, "ann"]
    areas = [(each == 1).sum() / (each != 255).sum() for each in published]
    assert record["summary"]["j"]["mean"] == pytest.approx(np.mean(areas))
    assert record["dataset"]["coverage"] == "2 of 2 clips (100.0 %) could be fetched"
    assert "coverage: 2 of 2 clips" in run("refvps-eval", *scoring, cwd=tmp_path).stdout

    places = ("collection", "project", "release", "preds")
    told = done("release", "takedown", gone, *places, "--reason", "asked", cwd=tmp_path)
    assert "nothing of it is left" in told
    assert "1 posts removed" in told
    assert traces_of([gone, digest], tmp_path, places) == []
    assert open_release(root).clip_ids == (kept,)
    assert validate_release(root, InlineExecutor()) == ()
    assert len(evaluated(*scoring, cwd=tmp_path)["rows"]) == 4
    done("collect", "run", cwd=tmp_path)
    assert len(everything_stored(tmp_path / "collection")["fetched"]) == 1


def expected_iou(labels: dict[tuple[str, str], list[np.ndarray]], clips: list[str]) -> float:
    pairs = [zip(labels[clip, "ann"], labels[clip, "ben"], strict=True) for clip in clips]
    values = [float(np.mean([iou(one, other) for one, other in pair])) for pair in pairs]
    assert max(values) < 1
    return float(np.mean(values))


def adjudicated_digest(project: Path) -> str:
    """Return the digest of what was adjudicated and frozen; no other labels are the same."""
    jobs = [json.loads(path.read_text()) for path in (project / "jobs").glob("*.json")]
    assert {job["state"] for job in jobs} == {"frozen"}
    (found,) = (job["frozen_digest"] for job in jobs if job["kind"] == "adjudicate")
    return str(found)


def traces_of(words: list[str], here: Path, places: tuple[str, ...]) -> list[str]:
    """Files whose name or content has a word, looked for without the product's own scan."""
    wanted = [word.encode() for word in words]
    return [
        str(path)
        for place in places
        for path in (here / place).rglob("*")
        if path.is_file()
        and any(word in path.read_bytes() or word in path.name.encode() for word in wanted)
    ]
