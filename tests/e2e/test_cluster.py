"""Predicting on a local Ray cluster of several workers, one of which is killed in the middle."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from e2e.commands import BIN, failed, run
from support.small_demo import CLIPS, small_demo

pytest.importorskip("ray", reason="the engine 'ray' is not installed")
pytestmark = pytest.mark.slow

METHODS = ("motion", "rem")
ON_RAY = ("--engine", "ray", "--workers", "3")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the cache with the data, and the masks that one process made."""
    folder = tmp_path_factory.mktemp("cluster")
    small_demo(folder / "cache/refvps")
    done = run("refvps", "predict", *named(), "--pred", "alone", "--workers", "1", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def named() -> list[str]:
    return [word for name in METHODS for word in ("--method", name)]


def masks(pred: Path, method: str) -> dict[str, bytes]:
    place = pred / method / "demo"
    return {str(p.relative_to(place)): p.read_bytes() for p in place.rglob("*.json.gz")}


def workers_of(parent: int) -> list[int]:
    """Processes at work on a unit, for a cluster that a process started: they are in its tree."""
    above, found = {}, []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                title = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            above[int(entry.name)] = int(status[1])
            if title.startswith(b"ray::Hands.work"):
                found.append(int(entry.name))
    return [process for process in found if descends(process, parent, above)]


def descends(process: int, parent: int, above: dict[int, int]) -> bool:
    while process in above:
        process = above[process]
        if process == parent:
            return True
    return False


def killed_in_the_middle(folder: Path, method: str) -> str:
    """Predict on a cluster, kill a worker that is at a unit, and return what was said."""
    command = [str(BIN / "refvps"), "predict", "--method", method, "--pred", f"ray-{method}"]
    env = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    with subprocess.Popen(
        [*command, *ON_RAY],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        victims: list[int] = []
        while not victims and running.poll() is None:
            victims = workers_of(running.pid)
            time.sleep(0.01)
        os.kill(victims[0], signal.SIGKILL)
        told, said = running.communicate()
    assert running.returncode == 0, said
    assert told == f"ray-{method}/{method}/demo\n"  # and nothing that Ray has to say
    return said


@pytest.mark.parametrize("method", METHODS)
def test_masks_equal_those_of_one_process_byte_for_byte_with_a_worker_killed(
    method: str, folder: Path
) -> None:
    said = killed_in_the_middle(folder, method)
    alone = masks(folder / "alone", method)
    assert len(alone) == 4 * len(CLIPS)
    assert masks(folder / f"ray-{method}", method) == alone
    assert "a worker was lost at " in said


def test_shards_are_the_whole_and_never_the_same(folder: Path) -> None:
    found: dict[str, bytes] = {}
    for number in (1, 2, 3):
        made = folder / f"shard-{number}"
        done = run(
            *("refvps", "predict", "--method", "motion", "--pred", str(made)),
            *("--shard", f"{number}/3", "--workers", "1"),
            cwd=folder,
        )
        assert done.returncode == 0, done.stderr
        own = masks(made, "motion")
        assert own.keys().isdisjoint(found)
        assert own
        found |= own
    assert found == masks(folder / "alone", "motion")


def test_workers_of_a_cluster_copy_what_they_store(folder: Path) -> None:
    done = run(
        *("refvps", "predict", "--method", "motion", "--pred", "copied", *ON_RAY),
        *("--copies", f"file://{folder}/bucket"),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    alone = masks(folder / "alone", "motion")
    assert masks(folder / "bucket", "motion") == masks(folder / "copied", "motion") == alone
    assert (folder / "bucket/motion/demo/run.json").is_file()


def test_a_cluster_that_is_not_there_is_one_line(folder: Path) -> None:
    code, line = failed(
        *("refvps", "predict", "--method", "motion", "--pred", "nowhere"),
        *("--engine", "ray", "--address", "127.0.0.1:9"),
        cwd=folder,
    )
    assert code == 2
    assert line.startswith("error: no Ray cluster answers at '127.0.0.1:9'")
    assert not (folder / "nowhere").exists()


def test_options_of_a_cluster_need_the_engine(tmp_path: Path) -> None:
    command = ("refvps", "predict", "--method", "motion", "--pred", "preds")
    code, line = failed(*command, "--address", "auto", cwd=tmp_path)
    assert (code, line[7:]) == (2, "--address and --gpus are of the engine 'ray': add --engine ray")
    code, line = failed(*command, "--shard", "9/8", cwd=tmp_path)
    assert (code, line[7:]) == (2, "--shard '9/8': write I/N with I from 1 to N, such as 2/8")
