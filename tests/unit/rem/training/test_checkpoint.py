from pathlib import Path

import pytest

from refvps.errors import DataError, ResumeError
from rem.checkpoints.written import read_facts
from rem.method import load
from rem.training import checkpoint
from support.clips import drawn_clip
from support.rem_models import SIZE, Toy
from support.training import changed, toy_batch, toy_loop, toy_recipe, weights_of


def progress(step: int, best: int | None = None, **recipe: object) -> checkpoint.Progress:
    found = checkpoint.Best(best, 0.5) if best is not None else None
    document = toy_recipe(**recipe).model_dump(mode="json")
    return checkpoint.Progress(step, found, document, {"start": "x", "datasets": {"d": "0"}})


def written(toy: Toy, run: Path, steps: int, best: int | None = None):
    loop = toy_loop(toy, toy_recipe())
    for _ in loop.run([toy_batch(["a", "b"])] * steps, 0):
        pass
    weights = checkpoint.collect_weights(loop.trainee, loop.optimiser.optimizer)
    checkpoint.write_checkpoint(run, weights, loop.generator.parts, progress(steps, best))
    return loop


def test_weights_and_optimiser_come_back(ms: Toy, tmp_path: Path) -> None:
    first = written(ms, tmp_path, 2)
    again = toy_loop(ms, toy_recipe())
    checkpoint.restore_weights(
        again.trainee, again.optimiser.optimizer, checkpoint.read_weights(tmp_path)
    )
    assert not changed(weights_of(first.trainee), again.trainee)
    batch = toy_batch(["c", "d"], seed=4)
    after = [next(iter(loop.run([batch], 2))).loss for loop in (first, again)]
    assert after[0] == after[1]
    assert not changed(weights_of(first.trainee), again.trainee)


def test_a_checkpoint_is_one_of_rem(ms: Toy, tmp_path: Path) -> None:
    written(ms, tmp_path / "run", 1)
    folder = tmp_path / "run/last"
    facts = read_facts(folder)
    assert facts is not None
    assert (facts.variant, facts.training["step"]) == ("ms-1.4b", 1)
    method = load(
        {"checkpoint": str(folder), "base": str(ms.base), "size": str(SIZE), "device": "cpu"}
    )
    (tmp_path / "clip").mkdir()
    clip = drawn_clip(tmp_path / "clip", "clip", 3)
    from refvps.types import Expression, Query

    found = list(method.predict([Query(clip, Expression("0", "the smoke", "1"))]))
    assert len(found[0].masks) == 3


def test_a_trained_text_encoder_comes_with_its_checkpoint(ms: Toy, tmp_path: Path) -> None:
    recipe = toy_recipe(parameters__train_text="true")
    loop = toy_loop(ms, recipe)
    next(iter(loop.run([toy_batch(["a", "b"])], 0)))
    weights = checkpoint.collect_weights(loop.trainee, loop.optimiser.optimizer)
    state = progress(1, parameters__train_text="true")
    checkpoint.write_checkpoint(tmp_path, weights, loop.generator.parts, state)
    folder = tmp_path / "last"
    assert {p.name for p in folder.iterdir()} >= {"vae", "text_encoder", "tokenizer", "scheduler"}
    from transformers import CLIPTextModel

    stored = CLIPTextModel.from_pretrained(folder / "text_encoder")
    assert not changed(weights_of(stored), loop.generator.parts.text_encoder)


def test_last_and_best_are_kept_and_others_removed(ms: Toy, tmp_path: Path) -> None:
    loop = toy_loop(ms, toy_recipe())
    weights = checkpoint.collect_weights(loop.trainee, loop.optimiser.optimizer)
    for step, best in ((1, 1), (2, 2), (3, 2), (4, 2)):
        checkpoint.write_checkpoint(tmp_path, weights, loop.generator.parts, progress(step, best))
        checkpoint.prune(tmp_path)
    assert (tmp_path / "last").resolve().name == "00000004"
    assert (tmp_path / "best").resolve().name == "00000002"
    assert len(list((tmp_path / "checkpoints").iterdir())) == 2
    found = checkpoint.read_progress(tmp_path)
    assert found is not None
    assert (found.step, found.best) == (4, checkpoint.Best(2, 0.5))


def test_a_folder_that_a_kill_left_behind_is_written_anew(ms: Toy, tmp_path: Path) -> None:
    (tmp_path / "checkpoints/00000001").mkdir(parents=True)
    written(ms, tmp_path, 1)
    assert checkpoint.read_progress(tmp_path) is not None


def test_another_recipe_or_data_set_is_not_resumed(tmp_path: Path) -> None:
    old = progress(2)
    new = progress(2, optimiser__lr=5.0)
    with pytest.raises(ResumeError, match=r"recipe\.optimiser\.lr was 0\.001 and is 5\.0"):
        checkpoint.require_same_run(tmp_path, old, new.recipe, old.facts)
    facts = {"start": "x", "datasets": {"d": "1"}}
    with pytest.raises(ResumeError, match=r"data\.datasets\.d was '0' and is '1'"):
        checkpoint.require_same_run(tmp_path, old, old.recipe, facts)
    checkpoint.require_same_run(tmp_path, old, progress(2, checkpoints__every=9).recipe, old.facts)


def test_damage_is_one_line(ms: Toy, tmp_path: Path) -> None:
    written(ms, tmp_path, 1)
    (tmp_path / "last/optimiser.safetensors").write_bytes(b"no")
    with pytest.raises(DataError, match=r"optimiser\.safetensors: missing or damaged"):
        checkpoint.read_weights(tmp_path)
    (tmp_path / "last/training.json").write_text("{}")
    with pytest.raises(DataError, match="not the state of a training run"):
        checkpoint.read_progress(tmp_path)
