"""Puts together what is trained: module, types, frozen parts, hooks, optimiser."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refvps.errors import ConfigError
from rem.training.components import set_weight_type
from rem.training.generator import Generator, Parts
from rem.training.parameters import apply_selection, clamp_each, decay_groups, select
from rem.training.recipe import Recipe
from rem.training.recompute import recompute_activations

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True)
class Machine:
    """What a recipe leaves open: how this machine runs it. It changes no result but by rounding.

    Attributes:
        per_device: samples that go through the network at once.
        workers: processes that read ahead.
        cache: folder of latents made beforehand, or None.
        board: whether TensorBoard's files are written.
        cpu: whether an accelerator is left alone.
        threads: of torch, on a CPU; small networks are slower with more than one.
    """

    per_device: int | None = None
    workers: int = 2
    cache: Path | None = None
    board: bool = False
    cpu: bool = False
    threads: int = 1


def make_accelerator(recipe: Recipe, machine: Machine) -> Any:
    """Return Accelerate's view of the processes, as ``accelerate launch`` has set them up.

    Raises:
        ConfigError: the recipe cannot run on that kind of processes.
    """
    import torch
    from accelerate import Accelerator

    mixed = "bf16" if recipe.precision.compute == "bfloat16" else "no"
    accelerator = Accelerator(mixed_precision=mixed, cpu=machine.cpu)
    if accelerator.device.type == "cpu":
        torch.set_num_threads(machine.threads)
    if recipe.precision.compute == "tfloat32":
        torch.set_float32_matmul_precision("high")
    if is_sharded(accelerator) and recipe.optimiser.limit == "clamp-each":
        raise ConfigError("optimiser.limit = 'clamp-each' cannot be used under FSDP; use 'clamp'")
    return accelerator


def is_sharded(accelerator: Any) -> bool:
    """Return whether weights are spread over the processes."""
    return str(accelerator.distributed_type).endswith("FSDP")


def make_trainee(generator: Generator, recipe: Recipe) -> "nn.Module":
    """Return the module to train, with its types, its frozen parts and its hooks set."""
    from rem.training.trainee import Trainee

    parts = generator.parts
    for frozen in (parts.vae, parts.text_encoder):
        frozen.requires_grad_(False)
    trainee = Trainee(generator, recipe)
    names = [name for name, _ in trainee.named_parameters()]
    apply_selection(trainee, select(names, recipe.parameters.frozen))
    set_weight_type(parts.network, recipe.precision.weights)
    if recipe.model.checkpointing:
        recompute_activations(parts.network)
    if recipe.optimiser.limit == "clamp-each":
        clamp_each(trainee, recipe.optimiser.limit_value)
    trainee.train(recipe.model.dropout)
    return trainee


def make_optimiser(trainee: "nn.Module", recipe: Recipe, device: Any) -> Any:
    """Return AdamW over what is trained, as the recipe wants it."""
    import torch

    wanted = recipe.optimiser
    return torch.optim.AdamW(
        decay_groups(trainee, wanted.weight_decay),
        lr=wanted.lr,
        betas=wanted.betas,
        eps=wanted.eps,
        weight_decay=wanted.weight_decay,
        fused=torch.device(device).type == "cuda",
    )


def place_frozen(parts: Parts, device: Any) -> None:
    """Bring the frozen parts to the device."""
    parts.vae.to(device)
    parts.text_encoder.to(device)
