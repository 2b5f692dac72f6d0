"""Methods in workers as a user runs them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from baselines.worker.adapter_file import ADAPTERS
from e2e.commands import evaluated, failed, run
from support.releases import squares
from support.toy_methods import write_toy

OFFICIAL = [
    name for name in ("mutr", "uninext", "vdit", "glus") if (ADAPTERS / f"{name}.py").exists()
]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    squares(tmp_path / "data")
    write_toy(tmp_path / "toy")
    return tmp_path


def toy(*options: str) -> tuple[str, ...]:
    given = ("adapter=toy/adapter.py", "checkout=toy/checkout", "device=cpu", *options)
    return tuple(word for option in given for word in ("--option", option))


EVAL = ("refvps-eval", "--method", "worker", "--root", "data", "--pred", "preds", "--workers", "1")
STORE = Path("preds/worker/squares")


def test_the_example_is_scored_like_any_method(work: Path) -> None:
    option = ("--option", f"adapter={ADAPTERS / 'colour.py'}")
    record = evaluated(*EVAL[1:], *option, cwd=work)
    run_file = record["method"]["run"]
    assert run_file["options"]["distance"] == "96"
    assert len(run_file["options"]["adapter"]) == 64
    assert run_file["versions"]["worker's numpy"]
    assert run_file["seed"] == 42
    facts = json.loads(next((work / STORE / ".facts").rglob("*.json")).read_text())
    assert facts["worker"]["load"] == {"colours": 8}


def test_a_query_that_failed_is_said_and_asked_again(work: Path) -> None:
    options = toy("do=raise", "once=flag")
    code, line = failed(*EVAL, *options, cwd=work)
    assert code == 3
    assert "clip-0/0: KeyError: 'no such thing'; the log is " in line
    (failure,) = (work / STORE / ".failed").rglob("*.json")
    told = json.loads(failure.read_text())
    assert (told["status"], told["kind"]) == ("failed", "raised")
    assert not (work / STORE / "clip-0/0.json.gz").exists()
    assert len(list((work / STORE).rglob("*.json.gz"))) == 11

    code, line = failed(*EVAL, "--no-run", cwd=work)
    assert code == 3
    assert "masks are missing for 1 of 12 expressions" in line
    assert "1 of them failed when predicted, clip-0/0: KeyError" in line

    evaluated(*EVAL[1:], *options, cwd=work)
    assert not list((work / STORE / ".failed").rglob("*.json"))


def test_a_method_that_cannot_be_loaded_is_one_line(work: Path) -> None:
    code, line = failed(*EVAL, *toy("keys=stem"), cwd=work)
    assert code == 3
    assert line.startswith("error: method 'toy' cannot be loaded: ValueError: the checkpoint has")
    assert "failures in all" not in line


def test_clips_go_to_several_workers(work: Path) -> None:
    several = (*EVAL[:-1], "2")
    assert run(*several, *toy(), cwd=work).returncode == 0
    assert len(list((work / STORE).rglob("*.json.gz"))) == 12


def test_several_methods_are_queued_and_one_with_trouble_does_not_stop_the_rest(
    work: Path,
) -> None:
    words = [f"worker.{word}" if "=" in word else word for word in toy("keys=stem")]
    code, line = failed(
        *("refvps", "predict", "--method", "worker,full-frame", "--root", "data"),
        *("--pred", "preds", "--workers", "1", *words),
        cwd=work,
    )
    assert code == 3
    assert line.startswith("error: worker: method 'toy' cannot be loaded")
    assert len(list((work / "preds/full-frame/squares").rglob("*.json.gz"))) == 12


def test_other_options_do_not_go_on_with_stored_masks(work: Path) -> None:
    assert run(*EVAL, *toy(), cwd=work).returncode == 0
    (work / STORE / "clip-0/0.json.gz").unlink()
    code, line = failed(*EVAL, *toy("window=8"), cwd=work)
    assert code == 3
    assert "option window was 4, is 8" in line


def test_an_adapter_must_be_given_and_be_there(work: Path) -> None:
    assert "give --option adapter=FILE" in failed(*EVAL, cwd=work)[1]
    code, line = failed(*EVAL, "--option", "adapter=gone.py", cwd=work)
    assert code == 3
    assert "gone.py: adapter cannot be read" in line


@pytest.mark.parametrize("name", ["mutr", "uninext", "vdit", "glus"])
def test_an_official_method_says_what_it_needs(name: str, tmp_path: Path) -> None:
    squares(tmp_path / "data")
    code, line = failed(
        *("refvps-eval", "--method", name, "--root", "data", "--pred", "preds"), cwd=tmp_path
    )
    assert code == 2
    assert "give --option checkout=PATH --option checkpoint=PATH" in line
    assert f"refvps doctor {name}" in line


@pytest.mark.parametrize("name", OFFICIAL)
def test_its_doctor_says_licence_and_where_the_code_is(name: str, tmp_path: Path) -> None:
    shown = run("refvps", "doctor", name, cwd=tmp_path)
    assert shown.returncode == 3, shown.stderr
    assert "note     licence" in shown.stdout
    assert "  git clone https://github.com/" in shown.stdout
    document = json.loads(run("refvps", "doctor", name, "--json", cwd=tmp_path).stdout)
    assert (document["ready"], document["level"]) == (False, -1)


def test_a_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    write_toy(tmp_path / "toy")
    code = (
        "from pathlib import Path; from fractions import Fraction; import sys\n"
        "from support.toy_methods import toy_method; from support.clips import drawn_clip\n"
        "from refvps.types import Query, Expression\n"
        f"work = Path({str(tmp_path)!r}); clip = drawn_clip(work, 'x', 2)\n"
        "with toy_method(work / 'toy', do='hang') as method:\n"
        "    list(method.predict([Query(clip, Expression('b', 'the b', '1'))]))\n"
        "    print(method.worker_pid, flush=True)\n"
        "    list(method.predict([Query(clip, Expression('a', 'the a', '1'))]))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as parent:
        worker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while alive(worker) and time.monotonic() < until:
        time.sleep(0.02)
    assert not alive(worker)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
