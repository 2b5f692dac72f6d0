"""kill -9 at random moments of a run over 50 candidates: what is left in the end is the same.

Runs are killed while they list, fetch and analyse, then while decisions are read from a file,
and then while the frames of the clips that follow from these are exported.

Short here; ``PYTHONPATH=tests python -m e2e.test_collect_kill --rounds 200`` runs it long. That
is a watcher and a loop below it, so that the last line says how the loop ended even if it was
killed itself: a line that starts with ``end:``. Where it is missing, the watcher was killed too.
"""

import argparse
import faulthandler
import logging
import os
import random
import shutil
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
from support.collection import CLOCK, CLOCKS, collection_files, everything_stored
from support.loopback import Reply, Request, serving

COUNT, CLIPS = 50, 25
DECISIONS = "decided.csv"
RUN = ("run",)
DECIDE = ("decide", f"../{DECISIONS}")
pytestmark = pytest.mark.slow
log = logging.getLogger(__name__)


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
        whole = prepared(folder / "whole", server, COUNT)
        lasts = [finish(whole, RUN)]
        decided = everything_stored(whole / "collection")["fetched"]
        assert len(decided) == COUNT - 2
        (folder / DECISIONS).write_text(decisions_on([row[0] for row in decided]))
        lasts += [finish(whole, command) for command in (DECIDE, RUN)]
        expected = left_by(whole)
        assert len(expected[0]["export"]) == CLIPS
        moments, kills, trial = random.Random(seed), 0, 0
        while kills < rounds:
            trial += 1
            place = prepared(folder / f"killed-{trial}", server, COUNT)
            for command, long in zip((RUN, DECIDE, RUN), lasts, strict=True):
                # Short steps are killed as often as long ones.
                for _ in range(moments.randrange(1, 4)):
                    kills += killed(place, command, moments.uniform(0.1, long))
                finish(place, command)
            compare(left_by(place), expected)
            shutil.rmtree(place)
            log.info("%d kills, %d ends alike", kills, trial)
    return kills


def decisions_on(names: list[str]) -> str:
    """Half are accepted with times, one is split into two parts, and one of those left out."""
    lines = ["subject,verdict,reason,reviewer,at,parts"]
    for place, name in enumerate(names):
        if place == 0:
            stem = name.replace(":", "-", 1)
            lines.append(f"{name},split,,ann,{CLOCK},0 1/4 0 1/4; 1/4 1/2 1/4 1/2")
            lines += [f"{stem}-0,accept,,ann,{CLOCK},", f"{stem}-1,exclude,unsafe,ann,{CLOCK},"]
        elif place < CLIPS:
            lines.append(f"{name},accept,,ann,{CLOCK},1/8 {place + 10}/64 1/8 {place + 10}/64")
        else:
            lines.append(f"{name},exclude,no-change,ann,{CLOCK},")
    return "\n".join(lines) + "\n"


def killed(place: Path, command: tuple[str, ...], seconds: float) -> bool:
    """Start a command and kill it after a time; return whether it was still at work."""
    with started(place, command) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return True
    return False


def finish(place: Path, command: tuple[str, ...]) -> float:
    """Let a command end; return how long it took."""
    start = time.monotonic()
    with started(place, command) as process:
        said = process.communicate()[1]
    assert process.returncode == 0, said
    return time.monotonic() - start


def started(place: Path, command: tuple[str, ...]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(BIN / "refvps"), "collect", *command],
        cwd=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def left_by(place: Path) -> tuple[dict, dict]:
    return everything_stored(place / "collection", without=CLOCKS), collection_files(
        place / "collection"
    )


def compare(found: tuple[dict, dict], expected: tuple[dict, dict]) -> None:
    for table in expected[0]:
        assert found[0][table] == expected[0][table], table
    assert found[1] == expected[1]


def loop(rounds: int, seed: int) -> None:
    """Do the work in a folder of its own, which stays where an end differs."""
    faulthandler.enable()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    folder = Path(tempfile.mkdtemp(prefix="killed-collections-"))
    try:
        killed_rounds(folder, rounds, seed)
    except BaseException:
        log.info("what was left is in %s", folder)
        raise
    shutil.rmtree(folder)


def watched(arguments: list[str]) -> int:
    """Run the loop below this process and say how it ended; return the exit code."""
    command = [sys.executable, "-u", "-m", "e2e.test_collect_kill", "--loop", *arguments]
    last, asked = "no kill yet", []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:

        def stop(number: int, _: object) -> None:
            asked.append(signal.Signals(number).name)
            os.killpg(process.pid, signal.SIGTERM)

        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, stop)
        assert process.stdout is not None
        for line in process.stdout:
            last = line.strip() if " ends alike" in line else last
            say(line)
        code = process.wait()
    how = "all is done" if code == 0 else f"exit code {code}"
    how = signal.Signals(-code).name if code < 0 else how
    how = f"{asked[0]} to the watcher" if asked else how
    say(f"end: {how}; {last}, over {COUNT} candidates\n")
    return abs(code)


def say(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--loop", action="store_true", help="without the watcher")
    asked = parser.parse_args()
    if not asked.loop:
        sys.exit(watched(sys.argv[1:]))
    loop(asked.rounds, asked.seed)
