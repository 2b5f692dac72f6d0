from functools import cache

import pytest
import torch
from torch import nn

from refvps.errors import ConfigError
from rem.networks import empty_network
from rem.training.parameters import (
    apply_selection,
    clamp_averaged,
    clamp_each,
    decay_groups,
    select,
)
from rem.training.recipe import read_recipe
from rem.variants import variant_named


@cache
def sizes(variant: str) -> dict[str, int]:
    """Parameters of the real network by name, without memory."""
    found = variant_named(variant)
    network = empty_network(found.family, found.config)
    return {name: parameter.numel() for name, parameter in network.named_parameters()}


def split(recipe: str) -> tuple[set[str], set[str], int]:
    """Names trained and frozen, and how many numbers are trained."""
    wanted = read_recipe(recipe)
    named = sizes(wanted.model.variant)
    selection = select(named, wanted.parameters.frozen)
    trained = set(selection.trained)
    return trained, set(selection.frozen), sum(named[name] for name in trained)


def temporal(name: str) -> bool:
    return any(piece in name for piece in ("temp_convs", "temp_attentions", "transformer_in"))


def test_stage_1_trains_what_stable_diffusion_has() -> None:
    trained, frozen, _ = split("ms-stage-1")
    assert not any(temporal(name) for name in trained)
    assert all(temporal(name) or name.startswith("time_embedding") for name in frozen)


def test_the_official_stage_1_trains_one_temporal_module_too() -> None:
    more = split("ms-stage-1-official")[0] - split("ms-stage-1")[0]
    assert more
    assert all(name.startswith("transformer_in.") for name in more)


def test_stage_2_trains_all_but_the_time_embedding() -> None:
    trained, frozen, count = split("ms-stage-2")
    assert {name.partition(".")[0] for name in frozen} == {"time_embedding"}
    assert count == 1_409_183_300
    assert any(temporal(name) for name in trained)


def test_wan_trains_blocks_and_output_alone() -> None:
    trained, frozen, _ = split("wan")
    assert {name.partition(".")[0] for name in trained} == {
        "blocks",
        "proj_out",
        "scale_shift_table",
    }
    assert {name.partition(".")[0] for name in frozen} == {"patch_embedding", "condition_embedder"}


def test_biases_and_norms_do_not_decay() -> None:
    found = select(["a.weight", "a.bias", "norm1.weight", "b.weight"], ["b."])
    assert (found.decayed, found.undecayed, found.frozen) == (
        ("a.weight",),
        ("a.bias", "norm1.weight"),
        ("b.weight",),
    )


@pytest.mark.parametrize("frozen", [["tmp_convs"], ["a"]], ids=["occurs-nowhere", "all-frozen"])
def test_a_frozen_set_that_cannot_be_meant_is_refused(frozen: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"parameters\.frozen"):
        select(["a.weight", "a.bias"], frozen)


def test_groups_hold_each_trained_parameter_once() -> None:
    module = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    apply_selection(module, select([n for n, _ in module.named_parameters()], ["1."]))
    groups = decay_groups(module, 0.5)
    assert [group["weight_decay"] for group in groups] == [0.0, 0.5]
    assert [list(map(id, group["params"])) for group in groups] == [
        [id(module[0].bias)],
        [id(module[0].weight)],
    ]


def test_the_two_clamps_agree_on_one_part_and_differ_on_two() -> None:
    def gradient(*, each: bool, parts: list[float]) -> float:
        module = nn.Linear(1, 1, bias=False)
        if each:
            clamp_each(module, 0.1)
        for part in parts:
            module(torch.tensor([[part]])).sum().div(len(parts)).backward()
        if not each:
            clamp_averaged(module.parameters(), 0.1)
        return float(module.weight.grad)

    assert gradient(each=True, parts=[3.0]) == gradient(each=False, parts=[3.0])
    assert gradient(each=False, parts=[3.0, -3.0]) == 0.0
    assert gradient(each=True, parts=[3.0, -1e-2]) == pytest.approx(0.1 - 0.005)
    assert gradient(each=False, parts=[3.0, -1e-2]) == pytest.approx(0.1)
