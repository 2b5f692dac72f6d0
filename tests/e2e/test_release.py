"""``refvps release`` as a user runs it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from e2e.commands import failed, run
from refvps.atomic import TEMPORARY_PREFIX
from refvps.executor import InlineExecutor
from refvps.release.validate import validate_release
from support.releases import squares

ROUNDS = int(os.environ.get("REFVPS_KILL_ROUNDS", "10"))


def test_a_sound_release_exits_0(tmp_path: Path) -> None:
    squares(tmp_path / "data")
    done = run("refvps", "release", "validate", "data", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "data: is sound\n")
    assert "validate  3/3" in done.stderr


def test_findings_are_listed_and_exit_3(tmp_path: Path) -> None:
    root = squares(tmp_path / "data")
    (root / "JPEGImages/clip-0/00003.jpg").write_bytes(b"")
    (root / "Annotations/clip-1/00004.png").unlink()
    done = run("refvps", "release", "validate", "data", cwd=tmp_path)
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    assert lines[-1] == "data: 3 errors, 1 warnings"
    assert "error: JPEGImages/clip-0/00003.jpg: file is empty" in done.stdout
    printed = json.loads(
        run("refvps", "release", "validate", "data", "--json", cwd=tmp_path).stdout
    )
    assert (printed["errors"], printed["warnings"]) == (3, 1)
    assert len(printed["findings"]) == 4


def test_warnings_alone_exit_0(tmp_path: Path) -> None:
    from support.releases import reseal

    root = squares(tmp_path / "data")
    (root / "Annotations/clip-1/00004.png").unlink()
    reseal(root)
    done = run("refvps", "release", "validate", "data", cwd=tmp_path)
    assert done.returncode == 0
    assert "data: 0 errors, 1 warnings" in done.stdout


def test_statistics_as_text_json_and_plots(tmp_path: Path) -> None:
    squares(tmp_path / "data")
    done = run("refvps", "release", "stats", "data", "--plots", "plots", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Annotation FPS" in done.stdout
    assert len(list((tmp_path / "plots").glob("*.png"))) == 3
    printed = json.loads(run("refvps", "release", "stats", "data", "--json", cwd=tmp_path).stdout)
    assert printed["frames"] == 27


@pytest.mark.parametrize("command", ["validate", "stats"])
def test_a_missing_folder_is_one_line(command: str, tmp_path: Path) -> None:
    code, line = failed("refvps", "release", command, "nowhere", cwd=tmp_path)
    assert code == 3
    assert "nowhere: folder is missing" in line


@pytest.mark.slow
def test_a_killed_writer_leaves_no_release(tmp_path: Path) -> None:
    """kill -9 at random moments: a release is there whole, or not at all."""
    code = "import sys; from pathlib import Path; from support.releases import squares\n"
    code += "print('ready', flush=True); squares(Path(sys.argv[1]), clips=12)"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    moments, whole, torn = random.Random(2), 0, 0
    for number in range(ROUNDS):
        root = tmp_path / f"data-{number}"
        command = [sys.executable, "-c", code, str(root)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as writer:
            writer.stdout.readline()
            time.sleep(moments.uniform(0, 0.6))
            writer.send_signal(signal.SIGKILL)
        if root.exists():
            assert validate_release(root, InlineExecutor()) == ()
            whole += 1
        torn += len(list(tmp_path.glob(f"{TEMPORARY_PREFIX}*")))
    assert torn > 0, "no kill fell inside the writing; the test shows nothing"
    assert whole < ROUNDS
