"""Rows of the paper's ablation tables at toy size: each runs, and differs where it should."""

from dataclasses import dataclass

import pytest
import torch

from rem.training.loop import problem_of
from rem.training.objective import draw
from support.rem_models import Toy
from support.training import changed, toy_batch, toy_loop, toy_recipe, weights_of

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Ran:
    """What a few steps of a variant did."""

    losses: list[float]
    moved: set[str]
    moved_vae: set[str]
    target: torch.Tensor
    input: torch.Tensor
    steps: torch.Tensor


def ran(toy: Toy, **changes: object) -> Ran:
    recipe = toy_recipe(**changes)
    loop = toy_loop(toy, recipe)
    vae = loop.generator.parts.vae
    before, vae_before = weights_of(loop.trainee), weights_of(vae)
    batch = toy_batch(["the smoke", "the flame"])
    problem = problem_of(loop.generator, recipe, batch, CPU)
    draws = draw(recipe.objective, problem.latents, problem.positions, recipe.seed)
    noisy = problem.latents
    if recipe.objective.noise:
        noisy = loop.generator.add_noise(problem.latents, draws.noise, draws.steps)
    losses = [log.loss for log in loop.run([batch] * 2, 0)]
    moved = {name.removeprefix("network.") for name in changed(before, loop.trainee)}
    return Ran(losses, moved, changed(vae_before, vae), problem.masks, noisy, draws.steps)


@pytest.fixture(scope="module")
def default(ms: Toy) -> Ran:
    return ran(ms)


def test_default_moves_the_network_and_nothing_frozen(default: Ran) -> None:
    assert default.losses[1] < default.losses[0]
    assert default.moved
    assert not any("time_embedding" in name for name in default.moved)
    assert not default.moved_vae
    assert default.target.shape == default.input.shape


def test_table_5_rgb_through_the_frozen_decoder(ms: Toy, default: Ran) -> None:
    found = ran(ms, objective__supervision="rgb")
    assert found.losses[1] < found.losses[0]
    assert found.moved == default.moved
    assert not found.moved_vae
    assert torch.equal(found.input, default.input)
    assert set(found.target.unique().tolist()) == {0.0, 1.0}


def test_table_5_rgb_with_the_decoder_trained_too(ms: Toy, default: Ran) -> None:
    found = ran(ms, objective__supervision="rgb", objective__decoder="trained-vae")
    assert {name for name in found.moved if not name.startswith("decoder.")} == default.moved
    assert found.moved_vae
    assert {name.partition(".")[0] for name in found.moved_vae} == {"decoder", "post_quant_conv"}


@pytest.mark.parametrize("head", ["cnn", "mlp"])
def test_table_5_a_mask_head_instead_of_the_decoder(ms: Toy, default: Ran, head: str) -> None:
    found = ran(ms, objective__supervision="rgb", objective__decoder=head)
    assert found.losses[1] < found.losses[0]
    network = {name for name in found.moved if not name.startswith("decoder.")}
    assert network == {name for name in default.moved if not name.startswith("conv_out.")}
    assert any(name.startswith("decoder.") for name in found.moved)
    assert not found.moved_vae


def test_table_5_half_the_resolution(ms: Toy, default: Ran) -> None:
    from dataclasses import replace

    recipe = toy_recipe(model__size=16)
    loop = toy_loop(ms, recipe)
    batch = toy_batch(["a"])
    small = replace(batch, frames=batch.frames[:, :, ::2, ::2], masks=batch.masks[:, :, ::2, ::2])
    assert next(iter(loop.run([small], 0))).loss > 0
    assert problem_of(loop.generator, recipe, small, CPU).latents.shape[-1] == 8


@pytest.mark.parametrize("step", [50, 200])
def test_table_g_a_noisier_step(ms: Toy, default: Ran, step: int) -> None:
    found = ran(ms, objective__noise_step=step)
    assert torch.equal(found.target, default.target)
    assert found.steps.tolist() == [step] * 2
    noise = (found.input - default.input).abs().mean()
    assert noise > 0.02


def test_no_noise_leaves_the_latents_clean(ms: Toy, default: Ran) -> None:
    found = ran(ms, objective__noise="false")
    assert not torch.equal(found.input, default.input)
    assert (found.input - default.input).abs().max() < 0.2
    assert torch.equal(found.target, default.target)


def test_table_f_stable_diffusion_frame_by_frame(sd: Toy) -> None:
    found = ran(sd, model__variant="sd-2.1")
    assert found.losses[1] < found.losses[0]
    assert not any("temp" in name for name in found.moved)


def test_wan_trains_on_clips_and_images(wan: Toy) -> None:
    recipe = toy_recipe(
        model__variant="wan-14b",
        model__frames=5,
        objective__noise="false",
        parameters__frozen='["patch_embedding", "condition_embedder"]',
    )
    loop = toy_loop(wan, recipe)
    before = weights_of(loop.trainee.network)
    batches = [toy_batch(["a"], frames=5), toy_batch(["b"], frames=1)]
    assert len(list(loop.run(batches, 0))) == 2
    moved = changed(before, loop.trainee.network)
    assert {name.partition(".")[0] for name in moved} == {"blocks", "proj_out", "scale_shift_table"}


def test_stages_of_table_d_differ_in_what_moves(ms: Toy, default: Ran) -> None:
    spatial = '["temp_convs", "temp_attentions", "transformer_in", "time_embedding"]'
    found = ran(ms, parameters__frozen=spatial)
    assert found.moved < default.moved
    still = default.moved - found.moved
    assert all("temp_" in name or "transformer_in" in name for name in still)
    assert torch.equal(found.target, default.target)


def test_activations_computed_again_change_nothing(ms: Toy, default: Ran) -> None:
    found = ran(ms, model__checkpointing="true")
    assert found.losses == pytest.approx(default.losses, rel=1e-5)
    assert found.moved == default.moved


def test_a_generator_is_trained_with_its_text_encoder(ms: Toy) -> None:
    found = ran(ms, objective__kind="denoise", parameters__train_text="true", parameters__frozen="")
    assert any(name.startswith("text_encoder.") for name in found.moved)
    assert any("time_embedding" in name for name in found.moved)
    assert found.target is None
