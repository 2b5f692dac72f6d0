"""The training loop: one step after the other, and what happens between them."""

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refvps.errors import RefvpsError
from rem.training.assembly import is_sharded
from rem.training.batch import Batch
from rem.training.generator import Generator
from rem.training.keys import key_number
from rem.training.objective import Problem, as_frames, draw, loss_of, signed
from rem.training.parameters import clamp_averaged, gradient_norm
from rem.training.rates import rate_at
from rem.training.recipe import Recipe

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class StepLog:
    """What a step did.

    Attributes:
        step: how many are done now.
        loss: of the whole batch, over all processes.
        rate: the learning rate it used.
        gradient: norm of the gradient as the optimiser used it; None where it is spread out.
        seconds: since the step before, reading included.
    """

    step: int
    loss: float
    rate: float
    gradient: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Loop:
    """All that a step needs.

    Attributes:
        accelerator: Accelerate's view of the processes.
        trainee: prepared by it.
        optimiser: prepared by it.
        generator: the frozen parts, on this process's device.
        recipe: what to do.
        per_device: samples that go through the network at once.
        steps: of the whole run.
    """

    accelerator: Any
    trainee: "nn.Module"
    optimiser: Any
    generator: Generator
    recipe: Recipe
    per_device: int
    steps: int

    def run(self, batches: Iterable[Batch], start: int) -> Iterator[StepLog]:
        """Take one step a batch, from step ``start`` on; yield what each did.

        Raises:
            RefvpsError: the loss is no number; nothing of the step is kept on disk.
        """
        before = time.monotonic()
        for step, batch in enumerate(batches, start):
            rate = rate_at(self.recipe.schedule, self.recipe.optimiser.lr, step, self.steps)
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            loss, gradient = self.step(batch, step)
            now = time.monotonic()
            yield StepLog(step + 1, loss, rate, gradient, now - before)
            before = now

    def step(self, batch: Batch, step: int) -> tuple[float, float | None]:
        """Take one step; return the batch's loss and the gradient's norm."""
        import torch

        # Dropout alone draws from the global stream; it starts anew with each step.
        torch.manual_seed(key_number(self.recipe.seed, "dropout", batch.positions[0]))
        self.optimiser.zero_grad()
        total = self._backward(batch)
        parameters = [p for p in self.trainee.parameters() if p.requires_grad]
        gradient = self._limit(parameters)
        self.optimiser.step()
        loss = float(self.accelerator.reduce(total, reduction="mean"))
        if not math.isfinite(loss):
            raise RefvpsError(
                f"step {step + 1}: the loss is {loss}; this process saw "
                f"{', '.join(batch.names)}. Checkpoints are as they were: lower optimiser.lr, or "
                "set precision.compute = 'float32', and resume"
            )
        return loss, None if gradient is None else float(gradient)

    def _backward(self, batch: Batch) -> "Tensor":
        """Add up the gradients of this process's part; return its mean loss."""
        from contextlib import nullcontext

        count = len(batch.positions)
        starts = range(0, count, self.per_device)
        total: Any = 0.0
        for start in starts:
            part = batch.part(start, self.per_device)
            last = start == starts[-1]
            together = nullcontext() if last else self.accelerator.no_sync(self.trainee)
            with together:
                loss = self._loss(part) * (len(part.positions) / count)
                self.accelerator.backward(loss)
            total = total + loss.detach()
        found: Tensor = total
        return found

    def _loss(self, batch: Batch) -> "Tensor":
        recipe = self.recipe
        problem = problem_of(self.generator, recipe, batch, self.accelerator.device)
        draws = draw(recipe.objective, problem.latents, problem.positions, recipe.seed)
        with self.accelerator.autocast():
            return loss_of(self.trainee, self.generator, recipe.objective, problem, draws)

    def _limit(self, parameters: "list[nn.Parameter]") -> "Tensor | None":
        optimiser = self.recipe.optimiser
        if optimiser.limit == "norm":
            norm: Tensor = self.accelerator.clip_grad_norm_(parameters, optimiser.limit_value)
            return norm
        if optimiser.limit == "clamp":
            clamp_averaged(parameters, optimiser.limit_value)
        return None if is_sharded(self.accelerator) else gradient_norm(parameters)


def problem_of(generator: Generator, recipe: Recipe, batch: Batch, device: Any) -> Problem:
    """Return a batch in latents, made by the frozen parts or beforehand."""
    import torch

    with torch.no_grad(), frozen_precision(recipe, device):
        if batch.latents is not None:
            latents = batch.latents.to(device, non_blocking=True)
        else:
            assert batch.frames is not None  # noqa: S101 - a batch has one or the other
            latents = generator.encode(signed(batch.frames, device)).float()
        masks = _targets(generator, recipe, batch, device)
        tokens = generator.tokenise(batch.texts).to(device)
        text = tokens if recipe.parameters.train_text else generator.encode_tokens(tokens)
    return Problem(latents, masks, text, batch.positions)


def frozen_precision(recipe: Recipe, device: Any) -> Any:
    """Return the autocast of VAE and text encoder."""
    import torch

    narrow = recipe.precision.vae == "bfloat16"
    return torch.autocast(torch.device(device).type, torch.bfloat16, enabled=narrow)


def _targets(generator: Generator, recipe: Recipe, batch: Batch, device: Any) -> "Tensor | None":
    objective = recipe.objective
    if objective.kind == "denoise":
        return None
    if objective.supervision == "rgb":
        return as_frames(batch.masks, device)[:, :, :1]
    if batch.mask_latents is not None:
        return batch.mask_latents.to(device, non_blocking=True)
    return generator.encode(as_frames(batch.masks, device)).float()
