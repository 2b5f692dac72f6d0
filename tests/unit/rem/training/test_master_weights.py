"""Small updates in bfloat16: what the official Wan recipe loses, and what float32 keeps."""

import pytest
import torch

from rem.training.components import set_weight_type
from support.rem_models import Toy
from support.training import toy_batch, toy_loop, toy_recipe, weights_of

# A norm whose weights are wider than its input takes torch's slower way, and says so once.
pytestmark = pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight")

RATE = 1e-6
"""The learning rate of most of the official Wan run, and of the paper."""


def unmoved(wan: Toy, weights: str) -> dict[str, float]:
    """The share of numbers that two steps leave exactly as they were, by kind of module."""
    recipe = toy_recipe(
        model__variant="wan-14b",
        model__frames=5,
        objective__noise="false",
        parameters__frozen='["patch_embedding", "condition_embedder"]',
        optimiser__lr=RATE,
        optimiser__limit="none",
        precision__weights=weights,
        precision__compute="bfloat16",
    )
    loop = toy_loop(wan, recipe)
    before = weights_of(loop.trainee.network)
    list(loop.run([toy_batch(["a"], frames=5), toy_batch(["b"], frames=5, seed=1)], 0))
    shares: dict[str, list[torch.Tensor]] = {"ffn": [], "attention": []}
    for name, value in loop.trainee.network.named_parameters():
        if name.endswith(".weight") and ".ffn." in name:
            shares["ffn"].append((value == before[name]).float().mean())
        if name.endswith("to_q.weight"):
            shares["attention"].append((value == before[name]).float().mean())
    return {kind: float(torch.stack(found).mean()) for kind, found in shares.items()}


def test_the_official_recipe_leaves_feed_forward_weights_untouched(wan: Toy) -> None:
    found = unmoved(wan, "official")
    assert found["ffn"] > 0.98
    assert found["attention"] < 0.05


def test_master_weights_move_all_of_them(wan: Toy) -> None:
    found = unmoved(wan, "float32")
    assert found["ffn"] < 0.05
    assert found["attention"] < 0.05


def test_the_official_split_of_types(wan: Toy) -> None:
    recipe = toy_recipe(
        model__variant="wan-14b",
        model__frames=5,
        parameters__frozen='["patch_embedding"]',
        precision__weights="official",
    )
    network = toy_loop(wan, recipe).generator.parts.network
    wide = {name for name, p in network.named_parameters() if p.dtype == torch.float32}
    assert all("ffn" not in name and "patch_embedding" not in name for name in wide)
    assert {"scale_shift_table", "blocks.0.attn1.to_q.weight", "blocks.1.norm2.weight"} <= wide
    set_weight_type(network, "float32")
    assert {p.dtype for p in network.parameters()} == {torch.float32}
