"""Runs the commands of README and manual as they stand there, page by page, on a few clips.

Each page is one session in a folder of its own. Lines that install are left out: the packaging
tests install. A block marked ``<!-- serves -->`` ends with a server, which is stopped when it says
its address; ``<!-- exits: 3 -->`` is how its last command ends. In a ``console`` block lines after
``$`` are commands, those after ``>`` go on with them, and the rest is what they print; ``…`` stands
for anything.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from refvps.video.writer import require_video
from support.fences import PAGES, Fence, fences_of
from support.manual_world import labelled_world
from support.small_demo import small_demo

BIN = Path(sys.executable).parent
REPLAYED = [page for page in PAGES if any(fence.replayed for fence in fences_of(page))]
INSTALLS = re.compile(r"^\s*(python3 -m venv .* && )?(\S*/)?(pip|python3? -m pip) install (?!\./)")
PROGRESS = re.compile(r"^[a-z][\w /.-]* {2}\d+/\d+ {2}|^warning: ")
PATIENCE = 900

pytestmark = pytest.mark.slow

PIP = """#!/bin/sh
# Installs a folder of the reader's own into a place of this replay, from this machine alone.
exec {python} -m pip "$@" --quiet --no-index --no-deps --no-build-isolation --target "$OWN_SITE"
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_demo(tmp_path_factory.mktemp("demo"))


LABELLED = {"agreement.md", "release.md"}
"""Pages that begin with a collection and a project that two people labelled."""


@pytest.fixture
def world(demo: Path, tmp_path: Path, page: Path) -> Iterator[Path]:
    """A folder as a reader of that page has it."""
    if page.name in LABELLED:
        pytest.importorskip("yt_dlp", reason="the extra `collect` is not installed")
        (tmp_path / "cache").mkdir()
        with labelled_world(tmp_path):
            yield tmp_path
    else:
        yield usual_world(demo, tmp_path)


def usual_world(demo: Path, tmp_path: Path) -> Path:
    """The demo rendered, some masks, a video."""
    require_video()
    cache = tmp_path / "cache/refvps"
    cache.mkdir(parents=True)
    (cache / demo.name).symlink_to(demo)
    (tmp_path / ".venv").symlink_to(BIN.parent)
    (tmp_path / "Ref-VPS").symlink_to(demo)
    (tmp_path / "frames").symlink_to(demo / "JPEGImages")
    (tmp_path / "truth").symlink_to(demo / "Annotations")
    _masks_made_elsewhere(demo, tmp_path / "masks")
    shutil.copytree(tmp_path / "masks", tmp_path / "preds/NAME")
    _video(demo / "JPEGImages/lava-early", tmp_path / "clip.mp4")
    pip = tmp_path / "own-bin/pip"
    pip.parent.mkdir()
    pip.write_text(PIP.format(python=shlex.quote(sys.executable)))
    pip.chmod(0o755)
    return tmp_path


def _masks_made_elsewhere(demo: Path, folder: Path) -> None:
    """Write the truth, moved by four pixels, as 0/255 PNG of the annotated frames."""
    for path in sorted((demo / "Annotations").rglob("*.png")):
        with Image.open(path) as image:
            mask = np.roll(np.asarray(image) == 1, 4, axis=1)
        for expression in "0123":
            target = folder / path.parent.name / expression / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(mask.astype(np.uint8) * 255).save(target)


def _video(frames: Path, target: Path) -> None:
    import av

    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        paths = sorted(frames.glob("*.jpg"))[:24]
        with Image.open(paths[0]) as first:
            stream.width, stream.height = first.size
        stream.pix_fmt = "yuv420p"
        for path in paths:
            with Image.open(path) as image:
                frame = av.VideoFrame.from_image(image)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def environment(world: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    return {
        **kept,
        "PATH": f"{world / 'own-bin'}:{BIN}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(world / "cache"),
        "OWN_SITE": str(world / "own-site"),
        "PYTHONPATH": str(world / "own-site"),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "100",
    }


@pytest.mark.parametrize("page", REPLAYED, ids=lambda page: page.name)
def test_its_commands_do_what_it_says(page: Path, world: Path) -> None:
    for fence in fences_of(page):
        if not fence.replayed:
            continue
        if fence.language == "console":
            replay_console(fence, world)
        elif "serves" in fence.marks:
            replay_server(fence, world)
        else:
            replay_bash(fence, world)


def script_of(fence: Fence) -> str:
    """Return what is to be run of a block of bash."""
    text = fence.text
    if fence.marks.get("fresh") == "main":  # after the installation, which is another test's
        text = text.rpartition("&& ")[2]
    return "\n".join(line for line in text.splitlines() if not INSTALLS.match(line))


def bash(script: str, world: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=world,
        env=environment(world),
        timeout=PATIENCE,
    )


def replay_bash(fence: Fence, world: Path) -> None:
    done = bash(script_of(fence), world)
    expected = int(fence.marks.get("exits", "0"))
    assert done.returncode == expected, f"{fence.where}\n{fence.text}\n{done.stdout}"


def replay_server(fence: Fence, world: Path) -> None:
    with subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", f"{script_of(fence).rstrip()}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=world,
        env=environment(world),
        start_new_session=True,
    ) as running:
        patience = threading.Timer(PATIENCE, os.killpg, (running.pid, signal.SIGKILL))
        patience.start()
        said = []
        for line in running.stdout:
            said.append(line)
            if re.search(r"https?://[\w.]+:\d+", line):
                os.killpg(running.pid, signal.SIGINT)
                break
        said += running.stdout.readlines()
        running.wait()
        patience.cancel()
    told = "".join(said)
    assert re.search(r"https?://[\w.]+:\d+", told), f"{fence.where}\n{told}"
    assert running.returncode in {0, 130, -signal.SIGINT}, f"{fence.where}\n{told}"


def steps_of(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a console block with the lines that it prints."""
    command, printed = "", []
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("$ "):
            if command:
                yield command, printed
            command, printed = line[2:], []
            opened = re.search(r"<<'(\w+)'", command)
            while opened and not command.endswith(f"\n{opened[1]}"):
                command += f"\n{next(lines)}"
        elif line.startswith("> ") and not printed:
            command += f"\n{line[2:]}"
        else:
            printed.append(line)
    if command:
        yield command, printed


def replay_console(fence: Fence, world: Path) -> None:
    for command, printed in steps_of(fence.text):
        done = bash("true" if INSTALLS.match(command) else command, world)
        failing = any(line.startswith("error: ") for line in printed)
        lines = [line.rstrip() for line in done.stdout.splitlines() if not PROGRESS.match(line)]
        told = "".join(f"{line}\n" for line in lines)
        assert re.fullmatch(pattern_of(printed), told), f"{fence.where}\n$ {command}\n{told}"
        assert bool(done.returncode) == failing, f"{fence.where}\n$ {command}\n{told}"


def pattern_of(printed: list[str]) -> str:
    """Return a pattern; a line of ``…`` alone is any lines, one inside a line anything in it."""
    parts = []
    for line in printed:
        if line.strip() == "…":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(".*?".join(map(re.escape, line.rstrip().split("…"))) + r"\n")
    return r"\n*" + "".join(parts) + r"\s*"
