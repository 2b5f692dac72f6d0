"""What a step minimises: mask latents (Eq. 7), masks in pixels (Table 5), or noise (Eq. 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rem.training.generator import Generator
from rem.training.keys import key_number, numbers
from rem.training.recipe import Objective

if TYPE_CHECKING:
    from torch import Tensor, device, nn

TIME_STEPS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A batch in latents.

    Attributes:
        latents: of the frames, ``[B, C, t, s, s]``.
        masks: what is to be answered: mask latents of the same shape; or masks 0 and 1
            ``[B, T, 1, S, S]`` where supervision is in pixels; None for ``denoise``.
        text: features ``[B, L, D]``, or token ids where the text encoder is trained.
        positions: of the samples in the run.
    """

    latents: "Tensor"
    masks: "Tensor | None"
    text: "Tensor"
    positions: Sequence[int]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """What is random about a batch.

    Attributes:
        noise: of the latents' shape.
        steps: time steps, int64 ``[B]``.
    """

    noise: "Tensor"
    steps: "Tensor"


def draw(objective: Objective, latents: "Tensor", positions: Sequence[int], seed: int) -> Draws:
    """Draw the noise and time steps of a batch, keyed by seed and position."""
    import torch

    noise = [
        torch.randn(
            latents.shape[1:],
            generator=torch.Generator().manual_seed(key_number(seed, "noise", position)),
        )
        for position in positions
    ]
    steps = [time_step(objective, position, seed) for position in positions]
    return Draws(
        torch.stack(noise).to(latents.device, latents.dtype, non_blocking=True),
        torch.tensor(steps, device=latents.device),
    )


def time_step(objective: Objective, position: int, seed: int) -> int:
    """Return the time step of a sample: the recipe's for ``mask``, a drawn one for ``denoise``."""
    if objective.kind == "mask":
        return objective.noise_step
    share = numbers(seed, "time step", position).random() ** (1 / objective.lean)
    return min(int(TIME_STEPS * share), TIME_STEPS - 1)


def loss_of(
    trainee: "nn.Module", generator: Generator, objective: Objective, problem: Problem, draws: Draws
) -> "Tensor":
    """Return the mean squared error of the trainee's answer over a batch, a float32 scalar."""
    from torch.nn.functional import mse_loss

    latents = problem.latents
    if objective.noise or objective.kind == "denoise":
        latents = generator.add_noise(latents, draws.noise, draws.steps)
    answer = trainee(latents, draws.steps, problem.text)
    if objective.kind == "denoise":
        target = generator.denoising_target(problem.latents, draws.noise)
    else:
        assert problem.masks is not None  # noqa: S101 - the loop makes them for this kind
        target = problem.masks.expand_as(answer)
    return mse_loss(answer.float(), target.float())


def signed(frames: "Tensor", to: "device") -> "Tensor":
    """Return uint8 ``[B, T, S, S, 3]`` as float32 ``[B, T, 3, S, S]`` in [-1, 1]."""
    import torch

    unit = frames.to(to, non_blocking=True).permute(0, 1, 4, 2, 3).to(torch.float32).div(255)
    return unit.sub(0.5).div(0.5)


def as_frames(masks: "Tensor", to: "device") -> "Tensor":
    """Return masks uint8 ``[B, T, S, S]`` as float32 ``[B, T, 3, S, S]``, 0 and 1, never signed."""
    import torch

    single = masks.to(to, non_blocking=True).to(torch.float32).unsqueeze(2)
    return single.expand(-1, -1, 3, -1, -1).contiguous()
