"""One step of the official training scripts and of ours: the same loss, gradients and weights."""

import contextlib
import io
import os
from pathlib import Path

import pytest
import torch

from rem.training.loop import problem_of
from rem.training.objective import draw, loss_of
from support.official_rem import official_wan
from support.official_training import CLIP, official_step, own_step
from support.rem_models import TEXTS, Toy, write_unet3d, write_wan
from support.training import toy_batch, toy_loop, toy_recipe

VARIABLE = "REFVPS_REFEREVERYTHING"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"opt-in: set {VARIABLE} to a checkout of ReferEverything"
)


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    torch.set_num_threads(1)
    return write_unet3d(tmp_path / "toy")


@pytest.mark.parametrize("stage", [1, 2])
def test_a_step_equals_the_official_one(toy: Toy, stage: int) -> None:
    official = official_step(Path(os.environ[VARIABLE]), toy, stage)
    ours = own_step(toy, stage)
    assert ours.loss == official.loss
    held = [name for name, gradient in official.gradients.items() if gradient is None]
    assert held == [name for name, gradient in ours.gradients.items() if gradient is None]
    for name, gradient in official.gradients.items():
        assert gradient is None or torch.equal(gradient, ours.gradients[name]), name
    for name, weights in official.weights.items():
        assert torch.equal(weights, ours.weights[name]), name
    # The clamp was at work, and left something alone.
    largest = [float(g.abs().max()) for g in official.gradients.values() if g is not None]
    assert max(largest) == pytest.approx(CLIP)
    assert min(largest) < CLIP


def test_a_step_of_wan_has_the_official_loss_and_gradients(tmp_path: Path) -> None:
    """In float32, on latents of ours: the official ones differ in how constants are rounded."""
    torch.set_num_threads(1)
    toy = write_wan(tmp_path / "toy")
    recipe = toy_recipe(
        model__variant="wan-14b",
        model__frames=5,
        objective__noise="false",
        parameters__frozen='["patch_embedding", "condition_embedder"]',
    )
    loop = toy_loop(toy, recipe)
    batch = toy_batch([TEXTS[0]], frames=5)
    problem = problem_of(loop.generator, recipe, batch, torch.device("cpu"))
    draws = draw(recipe.objective, problem.latents, [0], 0)
    loss = loss_of(loop.trainee, loop.generator, recipe.objective, problem, draws)
    loss.backward()
    model = official_wan(Path(os.environ[VARIABLE]), toy)
    dit = model.backbone.dit.requires_grad_(requires_grad=True)
    with contextlib.redirect_stdout(io.StringIO()):
        answer = model(problem.latents, problem.text, timesteps=0)
    official = torch.nn.MSELoss()(answer, problem.masks)
    official.backward()
    assert float(loss.detach()) == pytest.approx(float(official.detach()), rel=1e-6)
    gradients = {name: p.grad for name, p in dit.named_parameters()}
    trained = [n for n, p in loop.trainee.network.named_parameters() if p.grad is not None]
    assert {name.partition(".")[0] for name in trained} == {
        "blocks",
        "proj_out",
        "scale_shift_table",
    }
    for name, parameter in loop.trainee.network.named_parameters():
        if parameter.grad is not None:
            assert torch.allclose(parameter.grad, gradients[name], rtol=1e-4, atol=1e-6), name
