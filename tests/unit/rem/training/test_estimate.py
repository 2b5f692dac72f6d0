from pathlib import Path

import pytest
import torch

from refvps.errors import ConfigError
from rem.training.assembly import Machine
from rem.training.estimate import GIB, Load, estimate, vae_factor
from rem.training.plan import make_plan, require_memory, require_possible
from rem.training.recipe import read_recipe
from rem.variants import variant_named
from support.rem_models import Toy
from support.training import toy_recipe

MS = variant_named("ms-1.4b")
WAN = variant_named("wan-14b")


def test_the_papers_stage_2_fits_the_papers_gpu_and_no_smaller_one() -> None:
    """One sample a GPU in float32 on 80 GB: the official run."""
    cost = estimate(read_recipe("ms-stage-2"), MS, [], Load())
    assert (cost.trained, cost.frozen) == (1_409_183_300, 2_050_560)
    assert cost.weights == pytest.approx(16 * cost.trained + 4 * cost.frozen)
    assert 40 < cost.memory / GIB < 80


def test_what_saves_memory_is_seen_to_save_it(ms: Toy) -> None:
    def activations(**changes: object) -> float:
        return estimate(toy_recipe(**changes), MS, [ms.base], Load(8)).activations

    plain = activations(model__frames=8)
    assert activations(model__frames=8, model__checkpointing="true") < 0.6 * plain
    assert activations(model__frames=4) < plain


def test_kept_bytes_are_those_that_torch_keeps(ms: Toy) -> None:
    """The dry pass against a real one, whose saved tensors are added up."""
    from rem.training.dry_step import dry_step

    network = ms.network
    kept: dict[int, int] = {}
    held = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if not any(storage.data_ptr() == p.data_ptr() for p in network.parameters()):
            kept[storage.data_ptr()] = storage.nbytes()
            held.append(tensor)
        return tensor

    network.requires_grad_(requires_grad=True)
    latents, text = torch.zeros(1, 4, 3, 16, 16), torch.zeros(1, 77, 16)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        network(latents, torch.zeros(1, dtype=torch.int64), text)
    network.requires_grad_(requires_grad=False)
    import copy

    empty = copy.deepcopy(network).to("meta").requires_grad_(requires_grad=True)
    dry, flops = dry_step(empty, MS, (1, 3, 16))
    assert dry == pytest.approx(sum(kept.values()), rel=0.1)
    assert flops > 0


def test_the_factor_of_the_vae_is_read_from_its_folder(ms: Toy, tmp_path: Path) -> None:
    assert vae_factor([ms.base]) == 2
    assert vae_factor([tmp_path]) == 8


@pytest.mark.parametrize(
    ("changes", "processes", "said"),
    [
        pytest.param({"model__frames": 16}, 1, "Wan takes 4k . 1 frames, such as 17", id="window"),
        pytest.param({"model__size": 40}, 1, "must be a multiple of 16", id="size"),
        pytest.param({"optimiser__batch": 3}, 2, "cannot be divided among 2", id="batch"),
    ],
)
def test_what_cannot_work_is_refused(changes: dict[str, object], processes: int, said: str) -> None:
    recipe = toy_recipe(**{"model__frames": 17, "model__size": 64, **changes})
    with pytest.raises(ConfigError, match=said):
        require_possible(recipe, WAN, [], processes)


def test_too_little_memory_is_refused_with_ways_out(ms: Toy) -> None:
    plan = make_plan(toy_recipe(), MS, Machine(), [ms.base], 1)
    require_memory(plan, 64 * GIB, "cuda")
    with pytest.raises(ConfigError, match=r"try --per-device 1, --set model\.checkpointing=true"):
        require_memory(plan, 1000.0, "cuda")
