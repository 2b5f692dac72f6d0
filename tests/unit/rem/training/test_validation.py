from pathlib import Path

import numpy as np
import pytest
import torch

from rem.training.material import chosen_queries, open_material
from rem.training.measures import Examiner, mean_j
from rem.training.validation import other_text, validate
from support.rem_models import Toy
from support.training import release_pool, toy_loop, toy_recipe


def examiner(toy: Toy, **changes: object) -> Examiner:
    loop = toy_loop(toy, toy_recipe(**changes))
    return Examiner(loop.trainee, loop.generator, loop.recipe, torch.device("cpu"))


def test_j_leaves_void_out_and_counts_an_empty_frame(ms: Toy, release: Path) -> None:
    recipe = toy_recipe(data__held_out=0)
    found = examiner(ms)
    items = release_pool(release, recipe).items
    with_void = next(item for item in items if item.query.clip.clip_id == "clip-1")
    shown = found.show(with_void)
    assert shown.truth.shape == (3, 24, 32)
    assert shown.void.any()
    assert not shown.truth[-1].any()
    assert mean_j(shown.truth | shown.void, shown) == 1.0
    assert mean_j(np.zeros_like(shown.truth), shown) == pytest.approx(1 / 3)


def test_masks_are_predicted_at_the_size_of_the_frames(ms: Toy, wan: Toy, release: Path) -> None:
    item = release_pool(release, toy_recipe(data__held_out=0)).items[0]
    frozen = {"parameters__frozen": '["patch_embedding"]', "objective__noise": "false"}
    of_wan = {"model__variant": "wan-14b", "model__frames": 2, **frozen}
    for toy, changes in ((ms, {}), (wan, of_wan)):
        found = examiner(toy, **changes)
        shown = found.show(item)
        with torch.no_grad():
            masks = found.masks(item, shown)
        assert masks.shape == shown.truth.shape


def test_validation_is_the_same_each_time_and_leaves_no_trace(ms: Toy, release: Path) -> None:
    recipe = toy_recipe(model__dropout="true")
    loop = toy_loop(ms, recipe)
    items = release_pool(release, recipe).items[:2]
    first, second = (validate(loop, items, None) for _ in range(2))
    assert first == second
    assert first.queries == 2
    assert loop.trainee.training


def test_other_words_are_those_of_another_clip(release: Path) -> None:
    items = release_pool(release, toy_recipe(data__held_out=0)).items
    other = other_text(items, 0)
    assert other.query.clip.clip_id != items[0].query.clip.clip_id


def test_queries_are_chosen_whatever_their_order(release: Path) -> None:
    items = release_pool(release, toy_recipe(data__held_out=0)).items
    assert chosen_queries(items, 5, 1) == chosen_queries(items[::-1], 5, 1)
    assert chosen_queries(items, 5, 1) != chosen_queries(items, 5, 2)


def test_a_model_is_chosen_on_a_benchmark_only_with_a_warning(
    release: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recipe = toy_recipe(validation__dataset="ref-vps")
    material = open_material(recipe, {"release": release, "ref-vps": release})
    assert len(material.validation) == 2
    assert "not zero-shot any more" in caplog.text
    assert "validation squares" in material.digests
