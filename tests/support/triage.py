"""A collection with videos to be decided, people who may, and a server of the page."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import cv2

from annotator.project import Project, create_project
from annotator.segmenters.fake import FakeSegmenter
from annotator.server.application import build
from annotator.server.serve import _told
from e2e.commands import BIN
from refvps.collect.config import AnalyseOptions
from refvps.collect.detectors.detector import Detector
from refvps.collect.detectors.pyscenedetect import PySceneDetect
from refvps.collect.fetch.fetch import STAGE as FETCH
from refvps.collect.folder import media_path
from refvps.collect.pipeline import run_stage
from refvps.collect.results import StageRow, put_result
from refvps.collect.stages.analysing import AnalyseStage
from refvps.collect.stages.previewing import PreviewStage
from refvps.collect.stages.probing import ProbeStage
from refvps.collect.store.records import CandidateHit, Fetched, Media
from refvps.collect.store.store import Store
from refvps.collect.triage.page import load
from support.collection import CLOCK, candidate, concept, source_run
from support.detectors import marked
from support.moving_pictures import dissolve, drifting, jumping, texture, write_pictures

PASSWORD = "correct horse"
PEOPLE = (("rita", "reviewer"), ("ben", "reviewer"), ("ann", "annotator"), ("ada", "admin"))
CONFIG = 'folder = "collection"\n[triage]\nsecond = {}\n'
CUT = 60
"""The first frame of the second shot of ``cut_video``."""


def small_video(path: Path, seed: int, count: int = 16, tall: bool = False) -> Path:
    """Two seconds of a spot that grows over a texture, small enough to be made by the hundred."""
    height, width = (96, 64) if tall else (64, 96)
    ground = cv2.resize(texture(seed, 200, 300), (width, height))
    frames = []
    for place in range(count):
        frame = ground.copy()
        cv2.circle(
            frame, (width // 2, height // 2), 4 + 3 * place // 2, (250, 60 + seed % 90, 40), -1
        )
        frames.append(frame)
    return write_pictures(path, frames, rate=8)


def cut_video(path: Path, shots: Sequence[int] = (1, 2)) -> Path:
    """Shots of two seconds each at 30 frames a second."""
    return write_pictures(path, [each for seed in shots for each in drifting(seed, CUT)])


def spans_video(path: Path) -> Path:
    """A jump at frame 31 of a shot, and frames 60 to 71 that turn into another shot, marked."""
    one, other = jumping(60, 31, 90), drifting(2, 60)
    return write_pictures(path, [*one, *map(marked, dissolve(one, other, 12)), *other])


def collect(
    folder: Path,
    videos: Iterable[tuple[str, Path, dict]],
    second: float = 0.0,
    detectors: tuple[Detector, ...] = (PySceneDetect(),),
) -> Path:
    """Make a collection as a run leaves it; return its ``collect.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "collect.toml").write_text(CONFIG.format(second))
    # One transaction for all: what counts here is the result, not a kill on the way.
    with Store(folder / "collection", now=lambda: CLOCK) as store, store.transaction():
        listed = list(videos)
        named = {more.get("concept_id", "melting") for _, _, more in listed}
        store.put(*(concept(each) for each in sorted({*named, "melting", "ice"})), source_run())
        for place, (name, path, more) in enumerate(listed):
            _fetched(store, name, path, {"place": place, **more})
        for stage, before in (
            (ProbeStage(), FETCH),
            (AnalyseStage(AnalyseOptions(faces=False), detectors), "probe"),
            (PreviewStage(), "analyse"),
        ):
            assert all(step.status == "ok" for step in run_stage(store, stage, before))
    return folder / "collect.toml"


def _fetched(store: Store, name: str, path: Path, more: dict) -> None:
    query = more.pop("query", "ice that melts")
    found = replace(candidate(name), **more)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    media = Media(digest, path.stat().st_size)
    there = media_path(store.folder, media)
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, there)
    store.put(found, media)
    store.put(CandidateHit(found.candidate_id, "run", query, found.concept_id, found.place))
    store.put(Fetched(found.candidate_id, digest, "0", None, None, "test", CLOCK))
    put_result(store, StageRow(found.candidate_id, FETCH, 1, "", ""), "ok", "", {})


def people(root: Path) -> Path:
    """A project of the annotator whose people may log in."""
    made = create_project(root, "triage")
    for name, role in PEOPLE:
        made.users.put(name, PASSWORD, [role])
    return root


@contextmanager
def served_here(folder: Path) -> Iterator[str]:
    """The page in a thread of the test: real sockets, started in no time."""
    import uvicorn

    settings = {"config": str(folder / "collect.toml")}
    app = build(Project(folder / "people"), FakeSegmenter(), pages=[_told(load, settings)])
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(20)


class Served(str):
    """The address of a server that was started, and that can be killed."""

    process: subprocess.Popen[str]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[Served]:
    """The page of a collection, by its own command; killed in the end."""
    command = [str(BIN / "refvps"), "collect", "triage", "--config", str(folder / "collect.toml")]
    command += [str(folder / "people"), "--port", str(port), "--segmenter", "classic"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        address = Served(process.stdout.readline().strip())
        assert address, "the server did not start"
        address.process = process
        try:
            yield address
        finally:
            address.kill()
