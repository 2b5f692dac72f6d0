"""Weights in every form, and what is said of those that do not fit."""

import argparse
import json
import os
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from refvps.errors import DataError
from rem.checkpoints.digest import digest_of
from rem.checkpoints.files import weight_files
from rem.checkpoints.matching import cast, load_matching
from rem.checkpoints.state import read_state
from rem.checkpoints.written import CheckpointFacts, read_facts, write_checkpoint
from rem.networks import empty_network
from rem.variants import Family
from support.rem_models import Toy

State = dict[str, torch.Tensor]


def loaded(path: Path, toy: Toy, network: str = "unet", family: Family = "unet3d") -> Any:
    module = empty_network(family, dict(toy.network.config))
    load_matching(module, read_state(weight_files(path, network)), path, toy.variant)
    return module


def require_equal(module: Any, toy: Toy) -> None:
    expected = toy.network.state_dict()
    for name, value in module.state_dict().items():
        assert torch.equal(value.float(), expected[name]), name


def wan_state(toy: Toy, wrapper: str = "") -> State:
    """Official names and types: attention and norms in float32, the rest in bfloat16."""
    wide = ("time_embedder", "scale_shift_table", "norm", "to_q", "to_k", "to_v", "to_out")
    state = {}
    for name, value in toy.network.state_dict().items():
        kept = value if any(part in name for part in wide) else value.bfloat16()
        state[f"backbone.dit.{wrapper}{name}"] = kept
    vae = toy.vae.state_dict()
    return state | {f"backbone.vae.{wrapper}{k}": v.bfloat16() for k, v in vae.items()}


def official_ms(toy: Toy, path: Path, **more: object) -> Path:
    arguments = argparse.Namespace(lr=1e-6, resume="", sampler_steps=None, exps=["a"], half=False)
    optimizer = {"state": {0: {"step": torch.tensor(3.0)}}, "param_groups": [{"lr": 1e-6}]}
    document = {
        "unet": toy.network.state_dict(),
        "optimizer": optimizer,
        "epoch": 39,
        "args": arguments,
        **more,
    }
    torch.save(document, path)
    return path


def test_an_official_ms_checkpoint_loads_without_running_anything_in_it(
    ms: Toy, tmp_path: Path
) -> None:
    require_equal(loaded(official_ms(ms, tmp_path / "model_ckpt39.pth"), ms), ms)


@pytest.mark.parametrize(
    "wrapper",
    ["", "_fsdp_wrapped_module.", "_fsdp_wrapped_module._checkpoint_wrapped_module."],
    ids=["plain", "fsdp", "fsdp-and-checkpointing"],
)
def test_an_official_wan_checkpoint_loads_with_its_names_and_types(
    wan: Toy, tmp_path: Path, wrapper: str
) -> None:
    path = tmp_path / "model_ckpt3_80000.pth"
    state = wan_state(wan, wrapper)
    torch.save({"model_state": state, "optimizer": {}, "epoch": 3, "iteration": 80000}, path)
    module = loaded(path, wan, "transformer", "wan")
    expected = {name.rpartition(wrapper)[2] if wrapper else name: v for name, v in state.items()}
    for name, value in module.state_dict().items():
        stored = expected[name if wrapper else f"backbone.dit.{name}"]
        assert value.dtype == stored.dtype
        assert torch.equal(value, stored)


def test_wrappers_inside_names_are_taken_off(wan: Toy, tmp_path: Path) -> None:
    def wrapped(name: str) -> str:
        return name.replace("attn1.", "_fsdp_wrapped_module.attn1._checkpoint_wrapped_module.")

    state = {wrapped(name): value for name, value in wan_state(wan).items()}
    assert state.keys() != wan_state(wan).keys()
    torch.save({"model_state": state, "epoch": 0}, tmp_path / "w.pth")
    loaded(tmp_path / "w.pth", wan, "transformer", "wan")


def test_the_older_form_of_torch_files_loads(ms: Toy, tmp_path: Path) -> None:
    torch.save(
        {"unet": ms.network.state_dict(), "epoch": 0},
        tmp_path / "old.pth",
        _use_new_zipfile_serialization=False,
    )
    require_equal(loaded(tmp_path / "old.pth", ms), ms)


def test_bare_weights_load(ms: Toy, tmp_path: Path) -> None:
    torch.save(ms.network.state_dict(), tmp_path / "bare.pt")
    save_file(dict(ms.network.state_dict()), tmp_path / "bare.safetensors")
    require_equal(loaded(tmp_path / "bare.pt", ms), ms)
    require_equal(loaded(tmp_path / "bare.safetensors", ms), ms)


def test_official_names_load_from_safetensors(wan: Toy, tmp_path: Path) -> None:
    save_file({k: v.clone() for k, v in wan_state(wan).items()}, tmp_path / "wan.safetensors")
    loaded(tmp_path / "wan.safetensors", wan, "transformer", "wan")


@pytest.mark.parametrize("size", ["10GB", "1MB"], ids=["one-file", "shards"])
def test_a_diffusers_folder_loads(ms: Toy, tmp_path: Path, size: str) -> None:
    ms.network.save_pretrained(tmp_path / "model/unet", max_shard_size=size)
    shards = list((tmp_path / "model/unet").glob("*.safetensors"))
    assert (len(shards) > 1) == (size == "1MB")
    require_equal(loaded(tmp_path / "model", ms), ms)
    require_equal(loaded(tmp_path / "model/unet", ms), ms)
    for index in (tmp_path / "model/unet").glob("*.index.json"):
        require_equal(loaded(index, ms), ms)


def test_our_own_checkpoint_loads_and_says_what_it_is(ms: Toy, tmp_path: Path) -> None:
    facts = CheckpointFacts(variant="ms-1.4b", network="unet", training={"step": 3})
    write_checkpoint(tmp_path / "ours", ms.network, facts)
    require_equal(loaded(tmp_path / "ours", ms), ms)
    assert read_facts(tmp_path / "ours") == facts
    assert read_facts(tmp_path) is None
    with pytest.raises(DataError, match="never overwritten"):
        write_checkpoint(tmp_path / "ours", ms.network, facts)


def test_facts_that_are_damaged_name_the_field(tmp_path: Path) -> None:
    (tmp_path / "rem.json").write_text('{"schema": "rem-checkpoint/1", "network": "unet"}')
    with pytest.raises(DataError, match=r"rem.json: variant: field required"):
        read_facts(tmp_path)


def test_one_missing_one_more_and_one_of_another_shape_are_counted_and_named(
    ms: Toy, tmp_path: Path
) -> None:
    state = dict(ms.network.state_dict())
    missing = sorted(state)[3]
    del state[missing]
    state["conv_in.extra"] = torch.zeros(2)
    state["conv_out.bias"] = torch.zeros(5)
    torch.save({"unet": state, "epoch": 1}, tmp_path / "w.pth")
    with pytest.raises(DataError) as refused:
        loaded(tmp_path / "w.pth", ms)
    message = refused.value.message
    assert f"1 missing, the first {missing}" in message
    assert "1 unexpected, the first conv_in.extra" in message
    assert "1 of another shape, the first conv_out.bias (5; expected 4)" in message
    assert "\n" not in message
    assert len(refused.value.details) == 3


@pytest.mark.parametrize("change", ["missing", "extra"])
def test_one_wrong_key_of_a_wan_checkpoint_is_enough_to_fail(
    wan: Toy, tmp_path: Path, change: str
) -> None:
    state = wan_state(wan, "_fsdp_wrapped_module.")
    if change == "missing":
        del state["backbone.dit._fsdp_wrapped_module.proj_out.bias"]
    else:
        state["backbone.dit.proj_out.scale"] = torch.zeros(1)
    torch.save({"model_state": state, "epoch": 1}, tmp_path / "w.pth")
    kind = {"missing": "1 missing, the first proj_out.bias", "extra": "1 unexpected"}[change]
    with pytest.raises(DataError, match=kind):
        loaded(tmp_path / "w.pth", wan, "transformer", "wan")


def test_weights_of_the_other_backbone_are_refused(ms: Toy, wan: Toy) -> None:
    with pytest.raises(DataError, match="does not fit the network of wan-14b"):
        loaded(ms.checkpoint, wan, "transformer", "wan")


class Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch harmed",)


@pytest.mark.parametrize("more", [{"args": Harmful()}, {"unet": Harmful()}], ids=["args", "unet"])
def test_a_file_that_would_run_code_is_refused_and_runs_none(
    ms: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, object]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = official_ms(ms, tmp_path / "w.pth", **more)
    with pytest.raises(DataError, match="holds more than weights and plain values"):
        read_state((path,))
    assert not (tmp_path / "harmed").exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("w.pth", b"", "damaged"),
        ("w.pth", b"not a checkpoint", "damaged"),
        ("w.safetensors", b"1234567890", "damaged safetensors file"),
        ("w.zip", b"", "not a file of weights; known endings: .safetensors, .pth"),
        ("model.safetensors.index.json", b"{}", "damaged index of shards"),
        (
            "model.safetensors.index.json",
            b'{"weight_map": {"a": "one.safetensors"}}',
            r"one.safetensors: shard is missing \(1 of 1\)",
        ),
    ],
)
def test_files_that_are_no_weights_are_named(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_state(weight_files(tmp_path / name, "unet"))


def test_an_index_cannot_point_outside_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    save_file({"a": torch.zeros(1)}, tmp_path / "outside.safetensors")
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "../outside.safetensors"}}))
    with pytest.raises(DataError, match=r"inner/outside.safetensors: shard is missing"):
        weight_files(index, "unet")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([1, 2], "holds a list; expected weights by name"),
        ({"state": {"a": 1}}, "holds 'state', which is no tensor"),
        ({}, "holds a dict; expected weights"),
    ],
)
def test_documents_of_something_else_are_named(
    tmp_path: Path, document: object, message: str
) -> None:
    torch.save(document, tmp_path / "w.pth")
    with pytest.raises(DataError, match=message):
        read_state((tmp_path / "w.pth",))


def test_nothing_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder; expected weights of REM"):
        weight_files(tmp_path / "gone", "unet")
    with pytest.raises(DataError, match="holds no weights: expected unet/diffusion_pytorch_model"):
        weight_files(tmp_path, "unet")


def test_shards_that_hold_a_name_twice_are_refused(tmp_path: Path) -> None:
    paths = (tmp_path / "a.safetensors", tmp_path / "b.safetensors")
    for path in paths:
        save_file({"x": torch.zeros(1)}, path)
    with pytest.raises(DataError, match=r"b.safetensors: holds x again"):
        read_state(paths)


def test_casting_keeps_what_must_stay_wide(wan: Toy) -> None:
    module = empty_network("wan", dict(wan.network.config))
    load_matching(module, dict(wan.network.state_dict()), Path("w"), "wan-14b")
    cast(module, torch.bfloat16, ("norm_q", "norm_k"))
    types = {name: parameter.dtype for name, parameter in module.named_parameters()}
    assert types["blocks.0.attn1.norm_q.weight"] == torch.float32
    assert types["blocks.0.scale_shift_table"] == torch.float32
    assert types["blocks.0.attn1.to_q.weight"] == torch.bfloat16
    assert types["blocks.0.ffn.net.2.weight"] == torch.bfloat16
    cast(module, torch.float32)
    assert {parameter.dtype for parameter in module.parameters()} == {torch.float32}


def test_a_digest_is_of_the_bytes_and_of_the_names_of_shards(tmp_path: Path) -> None:
    import hashlib

    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"a")
    two.write_bytes(b"b")
    assert digest_of((one,)) == hashlib.sha256(b"a").hexdigest()
    both = digest_of((one, two))
    assert both == digest_of((two, one))
    one.write_bytes(b"ab")
    assert digest_of((one,)) == hashlib.sha256(b"ab").hexdigest()
    assert digest_of((one, two)) != both


def test_files_of_the_hub_cache_are_named_by_their_digest(tmp_path: Path) -> None:
    name = "0" * 64
    blob = tmp_path / "blobs" / name
    blob.parent.mkdir()
    blob.write_bytes(b"not read")
    (tmp_path / "link").symlink_to(blob)
    assert digest_of((tmp_path / "link",)) == name
