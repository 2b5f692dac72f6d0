"""One step of the official training code on toy models, and the same step in ours."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from rem.training.batch import Batch
from rem.training.loop import problem_of
from rem.training.objective import Draws, loss_of, signed
from rem.training.recipe import Recipe
from support.official_rem import _given_noise, _importable, _load, official_ms
from support.rem_models import TEXTS, Toy
from support.training import toy_batch, toy_loop, toy_recipe

LR, CLIP, DECAY = 1e-3, 0.1, 1e-5
"""The shell scripts' clip value and the default decay; a rate at which steps show."""

FROZEN = {1: ("temp", "time_embedding"), 2: ("time_embedding",)}
NO_DECAY = (".ln_", ".bn", ".bias", ".logit_scale", ".entropy_scale", "norm")
FRAMES = {1: 1, 2: 3}


def batch_of(stage: int) -> Batch:
    texts = list(TEXTS) if stage == 1 else [TEXTS[0]]
    return toy_batch(texts, frames=FRAMES[stage], seed=stage)


def noise_of(stage: int, shape: tuple[int, ...]) -> torch.Tensor:
    """Noise for latents ``[B, C, T, s, s]``."""
    drawn = torch.Generator().manual_seed(90 + stage)
    return torch.randn(shape, generator=drawn)


@dataclass(frozen=True)
class Step:
    """What a step came to; gradients by name, None where there was none."""

    loss: float
    weights: dict[str, torch.Tensor]
    gradients: dict[str, torch.Tensor | None]


def step_of(loss: float, network: Any) -> Step:
    named = dict(network.named_parameters())
    weights = {name: value.detach().clone() for name, value in named.items()}
    return Step(loss, weights, {name: value.grad for name, value in named.items()})


def official_step(checkout: Path, toy: Toy, stage: int) -> Step:
    """Run ``train_one_epoch`` on one batch."""
    model = official_ms(checkout, toy)
    unet = model.backbone.unet.requires_grad_(requires_grad=True)
    for name, parameter in unet.named_parameters():
        # What the scripts freeze: ``main`` of stage 1, the wrapper of stage 2.
        parameter.requires_grad_(not any(piece in name for piece in FROZEN[stage][:1]))
    optimiser = official_optimiser(unet)
    batch, losses = batch_of(stage), []
    images = signed(batch.frames, torch.device("cpu"))
    latent = toy.vae.config.latent_channels
    side = images.shape[-1] // 2
    count, frames = images.shape[:2]
    noise = noise_of(stage, (count, latent, frames, side, side))
    arguments = Namespace(
        device="cpu", gpu="cpu", token_length=77, iteration=0, vis_freq=10**9, eval_freq=10**9
    )
    loader = [(images, {"masks": batch.masks, "caption": batch.texts})]
    name = "train_REM_MS_imgs" if stage == 1 else "train_REM_MS_vid"
    with _importable(checkout), _given_noise([noise.transpose(1, 2).flatten(0, 1)]):
        script = _official_script(checkout, name)
        mse = torch.nn.MSELoss

        class Recorded(mse):
            def forward(self, *given: Any) -> torch.Tensor:
                loss = super().forward(*given)
                losses.append(float(loss.detach()))
                return loss

        script.nn = Namespace(MSELoss=Recorded)
        if stage == 1:
            script.train_one_epoch(arguments, model.backbone, loader, optimiser, 0)
        else:
            wrapped = torch.nn.Module()
            wrapped.module = model
            wrapped.forward = model.forward
            script.train_one_epoch(arguments, wrapped, loader, optimiser)
    return step_of(losses[0], unet)


def official_optimiser(unet: Any) -> torch.optim.Optimizer:
    """The optimiser of both scripts' ``main``, which cannot be called alone."""
    free, kept = [], []
    for name, parameter in unet.named_parameters():
        if parameter.requires_grad:
            (free if any(piece in name for piece in NO_DECAY) else kept).append(parameter)
            parameter.register_hook(lambda gradient: torch.clamp(gradient, -CLIP, CLIP))
    groups = [{"params": free, "weight_decay": 0.0}, {"params": kept, "weight_decay": DECAY}]
    return torch.optim.AdamW(groups, lr=LR, weight_decay=DECAY, amsgrad=False)


def recipe_of(stage: int) -> Recipe:
    return toy_recipe(
        parameters__frozen=list(FROZEN[stage]),
        optimiser__limit="clamp-each",
        optimiser__lr=LR,
        model__frames=FRAMES[stage],
        optimiser__batch=len(batch_of(stage).texts),
    )


def own_step(toy: Toy, stage: int) -> Step:
    """The same step in ours, with the same noise."""
    loop = toy_loop(toy, recipe_of(stage))
    problem = problem_of(loop.generator, loop.recipe, batch_of(stage), torch.device("cpu"))
    noise = noise_of(stage, tuple(problem.latents.shape))
    draws = Draws(noise, torch.zeros(len(noise), dtype=torch.int64))
    loss = loss_of(loop.trainee, loop.generator, loop.recipe.objective, problem, draws)
    loss.backward()
    loop.optimiser.step()
    return step_of(float(loss.detach()), loop.generator.parts.network)


def _official_script(checkout: Path, name: str) -> Any:
    import sys
    import types

    for missing, attributes in {
        "datasets": ("build_dataset",),
        "davis2017": (),
        "davis2017.evaluation": ("DAVISEvaluation",),
        "wandb": ("log",),
        "tqdm": (),
    }.items():
        module = types.ModuleType(missing)
        for attribute in attributes:
            setattr(module, attribute, lambda *_, **__: None)
        sys.modules[missing] = module
    sys.modules["tqdm"].tqdm = lambda items: items
    _load("models.mst2v_wrapper", checkout / "models/mst2v_wrapper.py")
    return _load(name, checkout / f"{name}.py")


def summary(step: Step, before: dict[str, torch.Tensor]) -> dict[str, Any]:
    """Numbers of a step, small enough to be kept: sums over each parameter."""
    parameters = {}
    for name, weights in step.weights.items():
        gradient = step.gradients[name]
        moved = (weights - before[name]).double()
        sums = [] if gradient is None else [gradient.double().sum(), gradient.double().abs().sum()]
        parameters[name] = [float(f"{float(x):.7g}") for x in (*sums, moved.abs().sum())]
    return {"loss": step.loss, "parameters": parameters}
