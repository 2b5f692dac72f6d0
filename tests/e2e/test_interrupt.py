"""Ctrl-C, and a kill of the whole command, in the middle of predicting; then going on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from e2e.commands import BIN, run
from support.releases import squares

CLIPS = 60
EVAL = ("refvps-eval", "--method", "motion", "--root", "data", "--pred", "preds", "--workers", "2")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("interrupt")
    return squares(folder / "data", clips=CLIPS)


def stored(work: Path) -> int:
    return len(list(work.rglob("preds/**/*.json.gz")))


def stop_in_the_middle(work: Path, number: signal.Signals) -> tuple[int, str, int]:
    """Start, wait until some masks are stored, signal; return code, stderr and the group's id."""
    command = [str(BIN / EVAL[0]), *EVAL[1:]]
    with subprocess.Popen(
        command, cwd=work, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while process.poll() is None and stored(work) < 4:
            time.sleep(0.002)
        if number is signal.SIGINT:  # a terminal sends it to the whole group
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        stderr = process.stderr.read()
        return process.wait(), stderr, process.pid


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_stopping_loses_nothing_that_was_stored(
    number: signal.Signals, code: int, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").symlink_to(data)
    returned, stderr, group = stop_in_the_middle(tmp_path, number)
    assert returned == code
    assert "Traceback" not in stderr
    if number is signal.SIGINT:
        assert "interrupted; run the same command again" in stderr
    deadline = time.monotonic() + 10
    while alive(group) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(group), "worker processes outlived the command"
    before = stored(tmp_path)
    assert 0 < before < 4 * CLIPS, "it was not stopped in the middle"
    done = run(*EVAL, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{before} of {4 * CLIPS} stored already" in done.stderr
    assert stored(tmp_path) == 4 * CLIPS


def test_an_interrupt_at_the_very_start_prints_no_traceback(data: Path, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(data)
    for delay in (0.5, 0.8, 1.1):
        command = [str(BIN / EVAL[0]), *EVAL[1:]]
        with subprocess.Popen(
            command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            time.sleep(delay)
            os.killpg(process.pid, signal.SIGINT)
            stderr = process.stderr.read()
        assert "Traceback" not in stderr, (delay, stderr)


LATE = """
import os, sys, time

if any("spawn_main" in word for word in sys.orig_argv):
    try:
        os.close(os.open({first!r}, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        time.sleep(3)
"""
"""Every worker process but the first takes long to start."""
WORK = """
import os, signal, sys, threading
from refvps.executor import ProcessExecutor, WorkUnit

def make():
    return int

if __name__ == "__main__":
    try:
        stop = threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT))
        for _ in ProcessExecutor(2).run(make, [WorkUnit(str(n), n) for n in range(2)]):
            if not stop.is_alive():
                stop.start()
    except KeyboardInterrupt:
        sys.exit("interrupted")
"""


def test_an_interrupt_after_the_last_unit_ends_a_process_that_is_still_starting(
    tmp_path: Path,
) -> None:
    (tmp_path / "sitecustomize.py").write_text(LATE.format(first=str(tmp_path / "first")))
    (tmp_path / "work.py").write_text(WORK)
    done = subprocess.run(
        [sys.executable, "work.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "interrupted\n")
