"""Training at toy size: recipes, loops and samples."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate.state import AcceleratorState

from benchmark.datasets.release import ReleaseDataset
from refvps.release.reader import open_release
from rem.base import Base, parts_of
from rem.training.assembly import (
    Machine,
    make_accelerator,
    make_optimiser,
    make_trainee,
    place_frozen,
)
from rem.training.batch import Batch
from rem.training.components import load_parts
from rem.training.generator import Parts, generator_of
from rem.training.loop import Loop
from rem.training.material import Material
from rem.training.pool import Pool, gather
from rem.training.recipe import Recipe, parse_recipe
from rem.variants import variant_named
from support.rem_models import SIZE, Toy

RECIPE = f"""
summary = "toy"
follows = "ours"
[model]
variant = "ms-1.4b"
size = {SIZE}
frames = 3
[data]
videos = ["release"]
held_out = 0.3
[parameters]
frozen = ["time_embedding"]
[optimiser]
lr = 1e-3
batch = 2
[schedule]
steps = 4
[validation]
every = 4
samples = 2
overlays = 1
[checkpoints]
every = 2
"""


def toy_recipe(**changes: object) -> Recipe:
    """The recipe above with changes; ``__`` stands for the dot of a key."""
    given = {key.replace("__", "."): str(value) for key, value in changes.items()}
    return parse_recipe(RECIPE, "toy", given)


def toy_parts(toy: Toy) -> Parts:
    variant = variant_named(toy.variant)
    base = Base(toy.base, parts_of(variant))
    return load_parts(base, variant, start=toy.checkpoint, fresh=(), seed=0)


def toy_loop(toy: Toy, recipe: Recipe, *, parts: Parts | None = None) -> Loop:
    AcceleratorState._reset_state(reset_partial_state=True)
    accelerator = make_accelerator(recipe, Machine(cpu=True))
    generator = generator_of(parts or toy_parts(toy))
    trainee = make_trainee(generator, recipe)
    place_frozen(generator.parts, accelerator.device)
    optimiser = make_optimiser(trainee, recipe, accelerator.device)
    trainee, optimiser = accelerator.prepare(trainee, optimiser)
    steps = recipe.schedule.steps or 1
    return Loop(accelerator, trainee, optimiser, generator, recipe, recipe.optimiser.batch, steps)


def toy_batch(texts: Sequence[str], *, frames: int = 3, seed: int = 0) -> Batch:
    """Blocks of random colours, and a square that is the target."""
    random = np.random.default_rng(seed)
    shape = (len(texts), frames, SIZE // 4, SIZE // 4, 3)
    blocks = random.integers(0, 256, shape, dtype=np.uint8)
    pixels = blocks.repeat(4, axis=2).repeat(4, axis=3)
    masks = np.zeros(pixels.shape[:-1], np.uint8)
    masks[..., 4 : SIZE // 2, 8 : SIZE // 2 + 8] = 1
    names = [f"clip/{place}" for place in range(len(texts))]
    places = list(range(len(texts)))
    arrays = (torch.from_numpy(pixels), torch.from_numpy(masks))
    return Batch(*arrays, None, None, list(texts), places, names)


def release_pool(root: Path, recipe: Recipe) -> Pool:
    return gather([ReleaseDataset(open_release(root))], [], recipe.data, recipe.seed)


def release_material(root: Path, recipe: Recipe) -> Material:
    pool = release_pool(root, recipe)
    return Material(pool, {"squares": "0"}, pool.held_out[: recipe.validation.samples])


def weights_of(module: Any) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in module.named_parameters()}


def changed(before: dict[str, torch.Tensor], module: Any) -> set[str]:
    """The names of the parameters that are not what they were."""
    return {
        name for name, value in module.named_parameters() if not torch.equal(before[name], value)
    }
