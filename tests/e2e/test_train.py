"""Training from the command line, at toy size."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from e2e.commands import BIN, evaluated, failed, run
from rem.training.journal import read_log
from support.releases import squares
from support.rem_models import Toy, write_unet3d
from support.training import RECIPE

STEPS = 4
ONE_THREAD = {"OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    torch.set_num_threads(1)
    return write_unet3d(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release and a recipe."""
    folder = tmp_path_factory.mktemp("home")
    squares(folder / "squares", clips=6)
    (folder / "toy.toml").write_text(RECIPE)
    return folder


def arguments(toy: Toy, to: str, *more: str) -> list[str]:
    given = ["--recipe", "toy.toml", "--data", "squares", "--base", str(toy.base), "--to", to]
    start = ["--from", str(toy.checkpoint), "--cpu", "--workers", "0"]
    return ["refvps", "train", *given, *start, *more]


@pytest.fixture(scope="module")
def whole(toy: Toy, home: Path) -> Path:
    """A run from beginning to end; and what it printed is where it lies."""
    done = run(*arguments(toy, "whole"), cwd=home, env=ONE_THREAD)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == (home / "whole/last").resolve()
    return home / "whole"


def losses(folder: Path) -> list[float]:
    return [line["loss"] for line in read_log(folder / "log.jsonl") if "loss" in line]


def test_what_was_trained_can_be_evaluated_at_once(toy: Toy, home: Path, whole: Path) -> None:
    options = {"checkpoint": whole / "best", "base": toy.base, "size": 32, "device": "cpu"}
    given = [text for key, value in options.items() for text in ("--option", f"{key}={value}")]
    record = evaluated("--method", "rem", "--pred", "preds", "--root", "squares", *given, cwd=home)
    assert record["method"]["run"]["options"]["variant"] == "ms-1.4b"


def test_a_run_is_not_begun_twice_in_one_folder(toy: Toy, home: Path, whole: Path) -> None:
    code, line = failed(*arguments(toy, "whole"), cwd=home)
    assert code == 2
    assert "go on with --resume" in line


def test_a_dry_run_says_what_would_be_done_and_does_nothing(toy: Toy, home: Path) -> None:
    done = run(*arguments(toy, "none", "--dry-run", "--processes", "2"), cwd=home, env=ONE_THREAD)
    assert done.returncode == 0, done.stderr
    for said in (
        'frozen = ["time_embedding"]',
        "parameters of the network (time_embedding)",
        "GiB a device",
        "2 processes, 1 samples at once",
        "an epoch",
        "samples       ",
    ):
        assert said in done.stdout, said
    assert not (home / "none").exists()


def test_what_cannot_work_is_refused_before_anything_is_loaded(toy: Toy, home: Path) -> None:
    code, line = failed(*arguments(toy, "none", "--set", "model.size=30"), cwd=home)
    assert (code, "model.size = 30: must be a multiple of 4" in line) == (2, True)
    code, line = failed(*arguments(toy, "none", "--data", "mevis=elsewhere"), cwd=home)
    assert (code, "trains on one release alone" in line) == (2, True)
    given = ["refvps", "train", "--recipe", "ms-stage-2", "--to", "none", "--cpu"]
    code, line = failed(*given, cwd=home)
    assert (code, "starts from the result of ms-stage-1" in line) == (2, True)
    code, line = failed("refvps", "train", "--recipe", "ms", "--to", "x", cwd=home)
    assert (code, "no recipe is called 'ms'" in line) == (2, True)


def test_recipes_are_listed(home: Path) -> None:
    done = run("refvps", "train", "--recipes", cwd=home)
    assert "wan-official" in done.stdout
    assert done.returncode == 0


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_as_if_it_had_not_been(
    toy: Toy, home: Path, whole: Path
) -> None:
    folder = home / "killed"
    command = arguments(toy, "killed")
    environment = {**os.environ, **ONE_THREAD}
    process = subprocess.Popen(
        [str(BIN / command[0]), *command[1:]],
        cwd=home,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while len(losses(folder)) < 3 and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 3 <= len(losses(folder)) <= STEPS
    done = run(*command, "--resume", cwd=home, env=ONE_THREAD)
    assert done.returncode == 0, done.stderr
    assert losses(folder) == losses(whole)
    assert weights(folder).keys() == weights(whole).keys()
    assert all(torch.equal(weights(folder)[k], v) for k, v in weights(whole).items())


@pytest.mark.slow
def test_two_processes_do_what_one_does_with_twice_the_batch(
    toy: Toy, home: Path, whole: Path
) -> None:
    command = arguments(toy, "two")
    launch = ["accelerate", "launch", "--cpu", "--num_processes", "2", "--num_machines", "1"]
    more = ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"]
    done = run(*launch, *more, str(BIN / command[0]), *command[1:], cwd=home, env=ONE_THREAD)
    assert done.returncode == 0, done.stderr
    assert losses(home / "two") == pytest.approx(losses(whole), rel=1e-4)
    two, one = weights(home / "two"), weights(whole)
    for name, weight in one.items():
        assert torch.allclose(two[name], weight, atol=2e-4, rtol=1e-3), name
    assert len((done.stdout).strip().splitlines()) == 1


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "last/unet/diffusion_pytorch_model.safetensors")
