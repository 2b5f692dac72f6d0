"""kill -9 at random moments of a run over 50 candidates: what is left in the end is the same.

Short here; ``PYTHONPATH=tests python -m e2e.test_collect_kill --rounds 200`` runs it long.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

pytest.importorskip("yt_dlp", reason="the extra `collect` is not installed")

from e2e.commands import BIN
from e2e.test_collect import made_videos, prepared
from support.collection import CLOCKS, collection_files, everything_stored
from support.loopback import Reply, Request, serving

COUNT = 50
pytestmark = pytest.mark.slow


def test_killed_runs_end_as_one_that_was_not(tmp_path: Path) -> None:
    assert killed_rounds(tmp_path, int(os.environ.get("REFVPS_KILL_ROUNDS", "8"))) >= 8


def killed_rounds(folder: Path, rounds: int, seed: int = 7) -> int:
    """Kill runs so many times in all, compare every finished one, and return how many kills."""
    (folder / "videos").mkdir()
    videos = made_videos(folder / "videos", COUNT)

    def answer(request: Request) -> Reply:
        number = int(request.path.strip("/").removesuffix(".mp4"))
        status = {7: 404, 21: 403}.get(number, 200)
        return Reply(status, videos[number] if status == 200 else b"")

    with serving(answer) as server:
        start = time.monotonic()
        finish(prepared(folder / "whole", server, COUNT))
        lasts = time.monotonic() - start
        expected = left_by(folder / "whole")
        assert len(expected[0]["fetched"]) == COUNT - 2
        moments, kills, trial = random.Random(seed), 0, 0
        while kills < rounds:
            trial += 1
            place = prepared(folder / f"killed-{trial}", server, COUNT)
            while kills < rounds and killed(place, moments.uniform(0.2, lasts)):
                kills += 1
            finish(place)
            compare(left_by(place), expected)
    return kills


def killed(place: Path, seconds: float) -> bool:
    """Start a run and kill it after a time; return whether it was still at work."""
    with started(place) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return True
    return False


def finish(place: Path) -> None:
    with started(place) as process:
        said = process.communicate()[1]
    assert process.returncode == 0, said


def started(place: Path) -> subprocess.Popen[str]:
    command = [str(BIN / "refvps"), "collect", "run"]
    return subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE, text=True)


def left_by(place: Path) -> tuple[dict, dict]:
    return everything_stored(place / "collection", without=CLOCKS), collection_files(
        place / "collection"
    )


def compare(found: tuple[dict, dict], expected: tuple[dict, dict]) -> None:
    for table in expected[0]:
        assert found[0][table] == expected[0][table], table
    assert found[1] == expected[1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    asked = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        kills = killed_rounds(Path(name), asked)
    sys.stdout.write(f"{kills} kills of runs over {COUNT} candidates: every end was the same\n")
