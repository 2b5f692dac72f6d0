"""Whole runs at toy size."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from refvps.errors import ConfigError, RefvpsError
from rem.training.assembly import Machine
from rem.training.job import Job, require_folder
from rem.training.journal import read_log
from rem.training.recipe import Recipe
from support.rem_models import Toy
from support.training import release_material, toy_parts, toy_recipe


def run(toy: Toy, release: Path, folder: Path, recipe: Recipe, *, stop: int | None = None, **how):
    """Train; with ``stop``, break off after that many steps, as a kill does."""
    machine = Machine(**{"workers": 0, "cpu": True, **how})
    job = Job(recipe, release_material(release, recipe), machine, folder, "x")
    folder.mkdir(parents=True, exist_ok=True)

    def report(log, _):
        if log.step == stop:
            raise KeyboardInterrupt

    if stop is None:
        return job.run(toy_parts(toy), report)
    with pytest.raises(KeyboardInterrupt):
        job.run(toy_parts(toy), report)
    return None


def losses(folder: Path) -> list[float]:
    return [line["loss"] for line in read_log(folder / "log.jsonl") if "loss" in line]


def checks(folder: Path) -> list[dict]:
    lines = read_log(folder / "log.jsonl")
    return [line["validation"] for line in lines if "validation" in line]


def test_a_run_broken_off_goes_on_as_if_it_had_not_been(
    ms: Toy, release: Path, tmp_path: Path
) -> None:
    recipe = toy_recipe(
        schedule__steps=5, validation__every=3, model__dropout="true", optimiser__batch=1
    )
    run(ms, release, tmp_path / "whole", recipe)
    # Checkpoints are written after 2, 3, 4 and 5 steps; the fourth step is lost and done again.
    run(ms, release, tmp_path / "broken", recipe, stop=4)
    run(ms, release, tmp_path / "broken", recipe)
    assert losses(tmp_path / "broken") == losses(tmp_path / "whole")
    assert checks(tmp_path / "broken") == checks(tmp_path / "whole")
    files = [
        (tmp_path / name / "last/unet/diffusion_pytorch_model.safetensors").read_bytes()
        for name in ("whole", "broken")
    ]
    assert files[0] == files[1]


def test_one_clip_is_learned_by_heart(ms: Toy, tmp_path: Path) -> None:
    from support.releases import squares

    root = squares(tmp_path / "squares", clips=1)
    recipe = toy_recipe(
        schedule__steps=40,
        schedule__shape="cosine",
        optimiser__lr=5e-3,
        optimiser__batch=1,
        model__frames=2,
        data__held_out=0,
        validation__every=40,
        checkpoints__every=40,
    )
    material = release_material(root, recipe)
    material = replace(material, validation=material.pool.items[:1])
    job = Job(recipe, material, Machine(workers=0, cpu=True), tmp_path / "run", "x")
    job.folder.mkdir()
    job.run(toy_parts(ms), lambda *_: None)
    found = losses(tmp_path / "run")
    assert max(found[-4:]) < 0.05 * found[0]


def test_latents_made_beforehand_change_nothing(ms: Toy, release: Path, tmp_path: Path) -> None:
    recipe = toy_recipe(schedule__steps=2)
    run(ms, release, tmp_path / "plain", recipe)
    for _ in range(2):  # the second time everything is there
        run(ms, release, tmp_path / "kept", recipe, cache=tmp_path / "cache")
    assert losses(tmp_path / "kept") == pytest.approx(losses(tmp_path / "plain"), rel=1e-4)


def test_a_generator_is_trained_and_measured_by_its_words(
    ms: Toy, release: Path, tmp_path: Path
) -> None:
    captions = {f"clip-{k}": ["a square moves", "something moves"] for k in range(8)}
    (tmp_path / "captions.json").write_text(json.dumps(captions))
    recipe = toy_recipe(
        objective__kind="denoise",
        objective__empty_text=0.3,
        objective__single_frame=0.5,
        parameters__train_text="true",
        parameters__frozen="",
        data__captions=str(tmp_path / "captions.json"),
    )
    run(ms, release, tmp_path / "run", recipe, cache=tmp_path / "cache")
    found = checks(tmp_path / "run")[-1]
    assert found["measure"] == "loss"
    assert found["value"] > 0
    assert found["contrast"] > 0


def test_what_a_run_leaves(ms: Toy, release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    last = run(ms, release, folder, toy_recipe(), board=True)
    assert last == (folder / "last").resolve()
    assert (folder / "best/unet/config.json").is_file()
    assert (folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert len(list((folder / "overlays/00000004").glob("*.png"))) == 1
    assert json.loads((folder / "recipe.json").read_text())["optimiser"]["lr"] == 1e-3
    assert list((folder / "tensorboard").iterdir())
    assert len(losses(folder)) == 4


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_samples(
    ms: Toy, release: Path, tmp_path: Path
) -> None:
    recipe = toy_recipe(optimiser__lr=1e30, optimiser__limit="none", schedule__steps=50)
    with pytest.raises(RefvpsError, match=r"step \d+: the loss is (nan|inf); .*clip-\d/\d"):
        run(ms, release, tmp_path / "run", recipe)


def test_a_folder_with_a_run_is_not_overwritten(ms: Toy, release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(ms, release, folder, toy_recipe(schedule__steps=1))
    with pytest.raises(ConfigError, match="holds a training run; go on with --resume"):
        require_folder(folder, resume=False)
    require_folder(folder, resume=True)


def test_a_finished_run_is_left_as_it_is(ms: Toy, release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    recipe = toy_recipe(schedule__steps=1)
    run(ms, release, folder, recipe)
    before = (folder / "log.jsonl").read_bytes()
    run(ms, release, folder, recipe)
    assert (folder / "log.jsonl").read_bytes() == before
