"""`refvps doctor`, with and without what it looks for."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.commands import run
from support.rem_models import Toy, write_unet3d

FRAMEWORKS = ("torch", "diffusers", "transformers", "accelerate", "safetensors", "huggingface_hub")


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return write_unet3d(tmp_path_factory.mktemp("toy"))


def test_doctors_are_listed(tmp_path: Path) -> None:
    shown = run("refvps", "doctor", cwd=tmp_path)
    assert shown.returncode == 0
    assert re.search(r"^refvps doctor rem +Packages, GPU, base", shown.stdout, re.MULTILINE)
    listed = json.loads(run("refvps", "doctor", "--json", cwd=tmp_path).stdout)
    names = {entry["name"] for entry in listed}
    assert {"rem", "mutr", "uninext", "vdit", "glus", "sam3", "worker"} <= names


def test_a_whole_model_is_ready(toy: Toy, tmp_path: Path) -> None:
    given = ("--checkpoint", str(toy.checkpoint), "--base", str(toy.base))
    shown = run("refvps", "doctor", "rem", *given, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("rem: ready to run\n")
    assert "weights of ms-1.4b match" in shown.stdout
    document = json.loads(run("refvps", "doctor", "rem", *given, "--json", cwd=tmp_path).stdout)
    assert document["ready"] is True
    assert {row["variant"] for row in document["tables"][0]["rows"]} == {"ms-1.4b"}


def test_what_is_missing_is_said_with_commands_and_exits_3(tmp_path: Path) -> None:
    hub = {"HF_HOME": str(tmp_path / "hub")}
    shown = run("refvps", "doctor", "rem", cwd=tmp_path, env=hub)
    assert shown.returncode == 3
    assert "  hf download anuragba/refereverything\n" in f"{shown.stdout}\n"
    assert "wan-14b   bfloat16" in shown.stdout
    assert not (tmp_path / "hub").exists()


def test_an_unknown_doctor_is_one_line(tmp_path: Path) -> None:
    shown = run("refvps", "doctor", "nobody", cwd=tmp_path)
    assert shown.returncode == 2
    assert "no doctor is called 'nobody'" in shown.stderr


def test_it_works_without_any_framework(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({FRAMEWORKS!r})); "
        "from refvps.command_line import main; main(['doctor', 'rem', '--checkpoint', 'w.pth'])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert shown.returncode == 3, shown.stderr
    assert "missing  torch " in shown.stdout
    assert "torch is not installed" in shown.stdout
    assert "pip install 'refvps[models]'" in shown.stdout
    assert "not examined, because of the packages" in shown.stdout


def test_a_broken_torchvision_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "torchvision").mkdir()
    (tmp_path / "torchvision/__init__.py").write_text(
        "raise RuntimeError('operator torchvision::nms does not exist')"
    )
    broken = {"PYTHONPATH": str(tmp_path), "HF_HOME": str(tmp_path / "hub")}
    shown = run("refvps", "doctor", "rem", cwd=tmp_path, env=broken)
    assert shown.returncode == 3, shown.stderr
    assert "is broken (operator torchvision::nms does not exist)" in shown.stdout
    assert "  pip uninstall torchvision" in shown.stdout
