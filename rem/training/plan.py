"""What a run will be, checked in full before any weights are loaded."""

import os
from dataclasses import dataclass
from pathlib import Path

from refvps.errors import ConfigError
from rem.networks import network_config
from rem.training.assembly import Machine
from rem.training.estimate import GIB, Cost, Load, estimate, vae_factor
from rem.training.material import Material
from rem.training.rates import total_steps
from rem.training.recipe import Recipe
from rem.training.stream import Stream
from rem.variants import Variant


@dataclass(frozen=True, slots=True)
class Plan:
    """A run before it starts.

    Attributes:
        recipe: resolved.
        cost: the estimate for one device.
        processes: how many share the work.
        per_device: samples through the network at once.
    """

    recipe: Recipe
    cost: Cost
    processes: int
    per_device: int

    def steps(self, material: Material) -> tuple[int, float]:
        """Return the steps of the run, and those of an epoch."""
        pool, recipe = material.pool, self.recipe
        order = (recipe.data.order, recipe.data.reshuffle, recipe.seed)
        stream = Stream(pool.videos, pool.images, recipe.optimiser.batch, *order)
        return total_steps(recipe.schedule, stream.steps_an_epoch), stream.steps_an_epoch


def make_plan(
    recipe: Recipe, variant: Variant, machine: Machine, folders: list[Path], processes: int
) -> Plan:
    """Work out what a run will be.

    Args:
        recipe: what is done.
        variant: what is trained.
        machine: how.
        folders: where the network's configuration may be.
        processes: how many share the work.

    Raises:
        ConfigError: it cannot work; every problem is named.
    """
    require_possible(recipe, variant, folders, processes)
    per_device = machine.per_device or recipe.optimiser.batch // processes
    shards = processes if _sharded() else 1
    load = Load(per_device, shards, encoded=machine.cache is not None)
    cost = estimate(recipe, variant, folders, load)
    return Plan(recipe, cost, processes, per_device)


def require_possible(recipe: Recipe, variant: Variant, folders: list[Path], processes: int) -> None:
    """Raise ``ConfigError`` naming everything about a recipe that cannot work."""
    config = network_config(variant, *folders)
    model, problems = recipe.model, []
    if variant.family == "wan":
        unit = 8 * int(config.get("patch_size", (1, 2, 2))[1])
        if model.frames % 4 != 1:
            near = 4 * round((model.frames - 1) / 4) + 1
            problems.append(
                f"model.frames = {model.frames}: Wan takes 4k + 1 frames, such as {max(near, 1)}"
            )
        if recipe.objective.decoder in {"cnn", "mlp"}:
            problems.append("objective.decoder = 'cnn' or 'mlp' needs a UNet")
    else:
        unit = vae_factor(folders) * 2 ** (len(config.get("down_block_types", "1234")) - 1)
    if model.size % unit:
        problems.append(f"model.size = {model.size}: must be a multiple of {unit}")
    if recipe.optimiser.batch % processes:
        problems.append(
            f"optimiser.batch = {recipe.optimiser.batch} cannot be divided among {processes} "
            "processes: use a multiple of them"
        )
    if problems:
        raise ConfigError(f"the recipe cannot work: {problems[0]}", details=problems)


def require_memory(plan: Plan, available: float, device: str) -> None:
    """Raise ``ConfigError`` if the estimate is above what a device has, in bytes."""
    if plan.cost.memory > available:
        ways = []
        if plan.per_device > 1:
            ways.append("--per-device 1")
        if not plan.recipe.model.checkpointing:
            ways.append("--set model.checkpointing=true")
        if plan.recipe.precision.compute == "float32":
            ways.append("--set precision.compute=bfloat16")
        ways.append("more devices under FSDP")
        raise ConfigError(
            f"about {plan.cost.memory / GIB:.0f} GiB are needed on each device; {device} has "
            f"{available / GIB:.0f}: try {', '.join(ways)}"
        )


def _sharded() -> bool:
    return os.environ.get("ACCELERATE_USE_FSDP", "").lower() in {"1", "true"}
