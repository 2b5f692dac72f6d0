import pytest
import torch

from rem.training.loop import problem_of
from rem.training.objective import draw, loss_of, time_step
from rem.training.recipe import Objective
from support.rem_models import Toy
from support.training import toy_batch, toy_loop, toy_recipe

CPU = torch.device("cpu")


def loss_by_hand(toy: Toy, **changes: object) -> tuple[float, float]:
    """The loss of a batch, and the same written out for one frame after the other."""
    recipe = toy_recipe(**changes)
    loop = toy_loop(toy, recipe)
    batch = toy_batch(["the smoke", "the flame"])
    problem = problem_of(loop.generator, recipe, batch, CPU)
    draws = draw(recipe.objective, problem.latents, problem.positions, recipe.seed)
    with torch.no_grad():
        loss = loss_of(loop.trainee, loop.generator, recipe.objective, problem, draws)
        total = 0.0
        parts = loop.generator.parts
        for k in range(2):
            frames = batch.frames[k].permute(0, 3, 1, 2) / 255 * 2 - 1
            scale = parts.vae.config.scaling_factor
            clean = parts.vae.encode(frames).latent_dist.mode() * scale
            three = batch.masks[k][:, None].float().repeat(1, 3, 1, 1)
            target = parts.vae.encode(three).latent_dist.mode() * scale
            noise = draws.noise[k].transpose(0, 1)
            noisy = parts.scheduler.add_noise(clean, noise, draws.steps[k])
            tokens = parts.tokenizer(
                batch.texts[k], padding="max_length", max_length=77, return_tensors="pt"
            )["input_ids"]
            text = parts.text_encoder(tokens)[0]
            answer = parts.network(noisy.transpose(0, 1)[None], draws.steps[k], text).sample[0]
            wanted = noise if recipe.objective.kind == "denoise" else target
            total += float(((answer.transpose(0, 1) - wanted) ** 2).mean()) / 2
    return float(loss), total


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="mask-eq-7"),
        pytest.param({"objective__noise_step": 200}, id="mask-noisier"),
        pytest.param({"objective__kind": "denoise"}, id="denoise-eq-3"),
    ],
)
def test_the_loss_is_the_papers(ms: Toy, changes: dict[str, object]) -> None:
    ours, by_hand = loss_by_hand(ms, **changes)
    assert ours == pytest.approx(by_hand, rel=1e-5)


def test_noise_depends_on_the_position_alone() -> None:
    def noise(positions: list[int]) -> torch.Tensor:
        return draw(Objective(), torch.zeros(len(positions), 2, 1, 3, 3), positions, 5).noise

    together = noise([3, 4, 5])
    assert torch.equal(together, torch.cat([noise([p]) for p in (3, 4, 5)]))
    assert not torch.equal(together[0], together[1])


def test_time_steps_lean_to_noise_if_asked() -> None:
    def mean(lean: float) -> float:
        objective = Objective(kind="denoise", lean=lean)
        steps = [time_step(objective, position, 1) for position in range(3000)]
        assert min(steps) >= 0
        assert max(steps) <= 999
        return sum(steps) / len(steps)

    assert mean(1.0) == pytest.approx(500, abs=15)
    assert mean(2.0) == pytest.approx(667, abs=15)


def test_a_batch_in_parts_has_the_gradient_of_the_whole(ms: Toy) -> None:
    def gradients(per_device: int) -> dict[str, torch.Tensor]:
        loop = toy_loop(ms, toy_recipe(optimiser__batch=4))
        whole = type(loop)(
            loop.accelerator,
            loop.trainee,
            loop.optimiser,
            loop.generator,
            loop.recipe,
            per_device,
            1,
        )
        whole._backward(toy_batch(["a", "b", "c", "d"]))
        return {n: p.grad for n, p in loop.trainee.named_parameters() if p.grad is not None}

    once, parts = gradients(4), gradients(1)
    for name, gradient in once.items():
        assert torch.allclose(gradient, parts[name], rtol=1e-3, atol=1e-6), name
