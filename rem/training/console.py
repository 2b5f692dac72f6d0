"""What ``refvps train`` does: results on stdout, progress on stderr."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from refvps.errors import ConfigError, RefvpsError
from refvps.options import split_options
from refvps.progress import progress
from rem.base import Base
from rem.checkpoints.digest import digest_of
from rem.checkpoints.files import weight_files, weights_in
from rem.training.assembly import Machine
from rem.training.components import find_start, load_parts, quietly, require_models
from rem.training.estimate import EFFICIENCY, GIB
from rem.training.hardware import device_in_use, measured_flops, memory_of
from rem.training.job import Job, require_folder
from rem.training.loop import StepLog
from rem.training.material import Material, open_material, with_release
from rem.training.plan import Plan, make_plan, require_memory
from rem.training.recipe import Recipe, read_recipe, recipe_names
from rem.variants import Variant, variant_named


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for.

    Attributes:
        recipe: a name or file.
        data: ``NAME=DIR``, or the folder of a release.
        changes: ``KEY=VALUE`` over the recipe.
        base: folder or hub repository of the components.
        start: weights of an earlier stage.
    """

    recipe: str | None
    data: tuple[str, ...]
    changes: tuple[str, ...]
    base: str | None
    start: Path | None


def print_recipes() -> None:
    """Print the recipes that ship, and whose choices they are."""
    for name in recipe_names():
        recipe = read_recipe(name)
        click.echo(f"{name:24}{recipe.follows:16}{recipe.summary}")


def train(wish: Wish, machine: Machine, folder: Path | None, *, resume: bool) -> None:
    """Check everything, load the weights, train; print where the last checkpoint is."""
    require_models()
    if folder is None:
        raise ConfigError("say where results go: --to DIR")
    recipe, roots = resolved(wish)
    require_folder(folder, resume=resume)
    variant = variant_named(recipe.model.variant)
    base = find_start(variant, wish.base, wish.start, recipe.model.fresh)
    plan = make_plan(recipe, variant, machine, _folders(wish, base), _processes())
    material = open_material(recipe, roots)
    device = device_in_use(cpu=machine.cpu)
    require_memory(plan, memory_of(device), device)
    quietly()
    parts = load_parts(base, variant, start=wish.start, fresh=recipe.model.fresh, seed=recipe.seed)
    machine = replace(machine, per_device=plan.per_device)
    job = Job(recipe, material, machine, folder, start_digest(variant, base, wish.start))
    frames = recipe.optimiser.batch * recipe.model.frames
    first = not int(os.environ.get("RANK", "0"))
    steps, _ = plan.steps(material)
    with progress(f"train {wish.recipe}", steps, item="frames") as bar:
        timed = False

        def report(log: StepLog, _: int) -> None:
            nonlocal timed
            if timed:
                bar.step(items=frames)
            else:  # an earlier run's steps, loading and encoding say nothing of what is left
                bar.begin(log.step)
                timed = True

        last = job.run(parts, report)
    if first:
        click.echo(last)


def print_plan(wish: Wish, machine: Machine, processes: int | None) -> None:
    """Print what would be done, as far as it is known, and refuse what cannot work."""
    require_models()
    recipe, roots = resolved(wish)
    variant = variant_named(recipe.model.variant)
    problems: list[RefvpsError] = []
    base: Base | None = None
    material: Material | None = None
    try:
        base = find_start(variant, wish.base, wish.start, recipe.model.fresh)
    except RefvpsError as error:
        problems.append(error)
    try:
        material = open_material(recipe, roots)
    except RefvpsError as error:
        problems.append(error)
    plan = make_plan(recipe, variant, machine, _folders(wish, base), processes or _processes())
    device = device_in_use(cpu=machine.cpu)
    for line in plan_lines(plan, material, machine):
        click.echo(line)
    try:
        require_memory(plan, memory_of(device), device)
    except RefvpsError as error:
        problems.append(error)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ConfigError(
            f"{len(problems)} problems, the first: {problems[0].message}",
            details=[problem.message for problem in problems],
        )


def resolved(wish: Wish) -> tuple[Recipe, dict[str, Path]]:
    """Return the recipe with all changes, and the folders of its data sets.

    Raises:
        ConfigError: no recipe, or the wish does not fit it.
    """
    if wish.recipe is None:
        raise ConfigError(f"name a recipe: --recipe NAME; there are {', '.join(recipe_names())}")
    recipe = read_recipe(wish.recipe, split_options(wish.changes))
    if recipe.starts_from != "generator" and wish.start is None:
        raise ConfigError(
            f"recipe {wish.recipe} starts from the result of {recipe.starts_from}: name it with "
            "--from RUN/best; or start from the generator with --set starts_from=generator"
        )
    releases = [Path(text) for text in wish.data if "=" not in text]
    roots = {
        name: Path(path)
        for name, path in split_options([text for text in wish.data if "=" in text]).items()
    }
    if not releases:
        return recipe, roots
    if len(releases) > 1 or roots:
        raise ConfigError("--data DIR trains on one release alone; give it once")
    return with_release(recipe, releases[0])


def start_digest(variant: Variant, base: Base, start: Path | None) -> str:
    """Return the SHA-256 of all weights that a run starts from."""
    network = (
        weights_in(base.folder / variant.network)
        if start is None
        else weight_files(start, variant.network)
    )
    return f"{digest_of(network) if network else 'random'} on {base.digest()}"


def plan_lines(plan: Plan, material: Material | None, machine: Machine) -> Iterator[str]:
    """Yield what a run will be, for people."""
    recipe, cost = plan.recipe, plan.cost
    device = device_in_use(cpu=machine.cpu)
    yield from recipe_lines(recipe.model_dump(mode="json"))
    yield ""
    yield f"trained       {cost.trained:,} parameters of the network"
    frozen = ", ".join(recipe.parameters.frozen) or "none"
    yield f"frozen        {cost.frozen:,} parameters of the network ({frozen}); VAE, text encoder"
    yield (
        f"batch         {recipe.optimiser.batch} samples: {plan.processes} processes, "
        f"{plan.per_device} samples at once"
    )
    yield (
        f"memory        about {cost.memory / GIB:.1f} GiB a device: {cost.weights / GIB:.1f} for "
        f"weights and optimiser, {cost.others / GIB:.1f} frozen parts, "
        f"{cost.activations / GIB:.1f} activations; this {device} has {memory_of(device) / GIB:.0f}"
    )
    speed = EFFICIENCY * measured_flops(
        device, narrow=recipe.precision.compute == "bfloat16", threads=machine.threads
    )
    step = cost.flops * recipe.optimiser.batch / plan.processes / speed
    rate = f"{step:,.2f} s a step, at {EFFICIENCY:.0%} of a matrix product's speed on this {device}"
    if material is None:
        yield f"time          about {rate}"
        return
    yield from _data_lines(material)
    steps, epoch = plan.steps(material)
    yield f"steps         {steps:,}; an epoch is {epoch:,.1f}"
    yield f"time          about {_hours(step * epoch)} an epoch, {_hours(step * steps)} in all"
    yield f"              {rate}"


def recipe_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield a recipe as TOML."""
    import json

    for key, value in document.items():
        if not isinstance(value, dict) and value is not None:
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in document.items():
        if isinstance(value, dict):
            yield f"[{key}]"
            yield from recipe_lines(value)


def _data_lines(material: Material) -> Iterator[str]:
    pool = material.pool
    for name, digest in material.digests.items():
        yield f"data          {name} {digest[:12]}"
    left = f"; {pool.left_out:,} left out by concept" if pool.left_out else ""
    yield (
        f"samples       {pool.videos:,} of videos, {pool.images:,} of images; "
        f"{len(pool.held_out):,} held out{left}"
    )
    yield f"validation    {len(material.validation):,} queries"


def _folders(wish: Wish, base: Base | None) -> list[Path]:
    start = [wish.start] if wish.start is not None and wish.start.is_dir() else []
    return [*start, *([base.folder] if base else [])]


def _processes() -> int:
    return int(os.environ.get("WORLD_SIZE", "1"))


def _hours(seconds: float) -> str:
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:,.1f} hours"
