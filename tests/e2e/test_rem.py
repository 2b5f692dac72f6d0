"""REM at toy size, from the command line."""

import json
from pathlib import Path

import pytest

from e2e.commands import evaluated, failed, run
from support.releases import squares
from support.rem_models import Toy, write_unet3d
from support.vspw import write_vspw


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return write_unet3d(tmp_path_factory.mktemp("toy"))


def arguments(toy: Toy, root: Path) -> list[str]:
    options = {"checkpoint": toy.checkpoint, "base": toy.base, "size": 32, "device": "cpu"}
    given = [text for key, value in options.items() for text in ("--option", f"{key}={value}")]
    return ["--method", "rem", "--pred", "preds", "--root", str(root), *given]


def test_rem_is_evaluated_recorded_and_resumed(toy: Toy, tmp_path: Path) -> None:
    root = squares(tmp_path / "squares", clips=2)
    record = evaluated(*arguments(toy, root), cwd=tmp_path)
    run = record["method"]["run"]
    assert run["options"]["variant"] == "ms-1.4b"
    assert run["options"]["noise"] == "ddim_t0"
    assert len(run["checkpoint"]) == len(run["options"]["base"]) == 64
    assert run["window"] == 72
    stored = sorted((tmp_path / "preds").rglob("*.json.gz"))
    assert len(stored) == 8
    before = stored[0].read_bytes()
    stored[0].unlink()
    again = evaluated(*arguments(toy, root), cwd=tmp_path)
    assert stored[0].read_bytes() == before
    assert again["method"]["masks_digest"] == record["method"]["masks_digest"]


def test_clips_shared_out_to_processes_give_the_same_masks(toy: Toy, tmp_path: Path) -> None:
    root = squares(tmp_path / "squares", clips=3)
    given = arguments(toy, root)
    alone = evaluated(*given, "--workers", "1", cwd=tmp_path)
    given[given.index("preds")] = "shared"
    shared = evaluated(*given, "--workers", "2", cwd=tmp_path)
    assert shared["method"]["masks_digest"] == alone["method"]["masks_digest"]


def test_a_benchmark_is_run_with_its_official_windows_unless_others_are_asked_for(
    toy: Toy, tmp_path: Path
) -> None:
    root = write_vspw(tmp_path / "VSPW")
    given = ["predict", *arguments(toy, root), "--dataset", "vspw"]
    for folder, more, length in (("preds", (), 32), ("other", ("windows=sample",), 72)):
        given[given.index("--pred") + 1] = folder
        options = [text for option in more for text in ("--option", option)]
        done = run("refvps", *given, *options, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        stored = json.loads((tmp_path / folder / "rem/vspw/run.json").read_text())
        assert stored["window"] == length
        assert stored["options"]["windows"] == str(length)


def test_rem_without_weights_is_one_line(tmp_path: Path) -> None:
    root = squares(tmp_path / "squares", clips=1)
    code, line = failed(
        "refvps-eval", "--method", "rem", "--pred", "preds", "--root", str(root), cwd=tmp_path
    )
    assert code == 2
    assert "needs trained weights of ms-1.4b" in line
    assert "hf download anuragba/refereverything" in line


def test_a_base_that_is_not_there_is_one_line_with_the_command_that_gets_it(
    toy: Toy, tmp_path: Path
) -> None:
    root = squares(tmp_path / "squares", clips=1)
    given = arguments(toy, root)
    base = given.index(f"base={toy.base}")
    del given[base - 1 : base + 1]
    hub = {"HF_HOME": str(tmp_path / "hub")}
    code, line = failed("refvps-eval", *given, cwd=tmp_path, env=hub)
    assert code == 3
    assert "hf download ali-vilab/text-to-video-ms-1.7b --include 'text_encoder/*'" in line


def test_masks_go_through_the_vae_and_back(toy: Toy, tmp_path: Path) -> None:
    root = squares(tmp_path / "squares", clips=2)
    given = ("--option", f"base={toy.base}", "--option", "size=32", "--option", "device=cpu")
    command = ("refvps", "rem", "reconstruct", "--root", str(root), *given)
    done = run(*command, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["masks"] == 2
    assert found["mae"] > 0
    shown = run(*command, "--masks", "1", cwd=tmp_path)
    assert shown.stdout.startswith("masks  1\nMAE ")


def test_reconstructing_without_a_vae_is_one_line_with_the_command_that_gets_it(
    tmp_path: Path,
) -> None:
    root = squares(tmp_path / "squares", clips=1)
    hub = {"HF_HOME": str(tmp_path / "hub")}
    code, line = failed("refvps", "rem", "reconstruct", "--root", str(root), cwd=tmp_path, env=hub)
    assert code == 3
    assert line.endswith("hf download ali-vilab/text-to-video-ms-1.7b --include 'vae/*'")
