"""Weights: found here or refused with the command that gets them, converted in full."""

import hashlib
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from annotator.segmenters import choice
from annotator.segmenters.doctor import examine_segmenters
from annotator.segmenters.protocol import Prompts
from annotator.segmenters.sam import architectures, weights
from annotator.segmenters.sam.architectures import ARCHITECTURES
from annotator.segmenters.sam.convert import converted
from refvps.errors import ConfigError, DataError
from support import sam2
from support.keyframes import discs, textured

MASKS = discs(3)


@pytest.fixture(autouse=True)
def _empty_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def official(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The toy's weights as the authors would publish them."""
    monkeypatch.setitem(architectures.ARCHITECTURES, "toy", sam2.TOY)
    path = tmp_path / "toy.pt"
    torch.save({"model": sam2.official_state()}, path)
    return path


@pytest.mark.parametrize("name", ["sam2", "sam2-official"])
def test_an_official_file_serves_both_packages(name: str, official: Path) -> None:
    chosen = choice.choose(name, {"weights": str(official), "device": "cpu"})
    facts = chosen.segmenter.provenance()
    assert facts["digest"] == hashlib.sha256(official.read_bytes()).hexdigest()
    assert facts["dtype"] == "float32"
    assert chosen.announcement.startswith(f"segmenter: {name}, toy.pt")
    session = chosen.segmenter.open(textured(MASKS))
    ours = sam2.segmenter(name).open(textured(MASKS))
    prompts = Prompts(np.array([[14.5, 24.5]]), np.array([True]))
    assert np.array_equal(session.predict(0, prompts).logits, ours.predict(0, prompts).logits)


def test_a_folder_of_transformers_serves(tmp_path: Path) -> None:
    from annotator.segmenters.sam.transformers_build import empty_model

    model = empty_model(sam2.TOY)
    model.load_state_dict(converted(sam2.official_state()), strict=True)
    model.save_pretrained(tmp_path / "toy")
    chosen = choice.choose(
        "sam2", {"weights": str(tmp_path / "toy"), "device": "cpu", "dtype": "bfloat16"}
    )
    assert chosen.segmenter.provenance()["dtype"] == "bfloat16"
    chosen = choice.choose("auto", {"weights": str(tmp_path / "toy"), "device": "cpu"})
    prompts = Prompts(np.array([[14.5, 24.5]]), np.array([True]))
    found = chosen.segmenter.open(textured(MASKS)).predict(0, prompts)
    ours = sam2.segmenter("sam2").open(textured(MASKS)).predict(0, prompts)
    assert np.allclose(found.logits, ours.logits, atol=1e-3)


def test_a_weight_that_is_missing_is_named(official: Path) -> None:
    state = dict(sam2.official_state())
    del state["no_obj_ptr"]
    torch.save({"model": state}, official)
    for name, missing in (("sam2", "no_object_pointer"), ("sam2-official", "no_obj_ptr")):
        with pytest.raises(DataError, match=f"1 weights do not fit.*missing: {missing}"):
            choice.choose(name, {"weights": str(official)})


class Evil:
    """What an attacker would put into a file."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return print, ("run",)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param({"model": Evil()}, "could run code", id="code"),
        pytest.param({"model": {"a": 3}}, "expected weights under 'model'", id="no-weights"),
        pytest.param([1], "expected weights under 'model'", id="a-list"),
        pytest.param({"model": {"a": torch.ones(2)}}, "fits none of the published", id="other"),
    ],
)
def test_a_file_that_is_something_else_is_refused(
    tmp_path: Path, content: Any, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "weights.pt"
    torch.save(content, path)
    with pytest.raises(DataError, match=named):
        choice.choose("sam2", {"weights": str(path)})
    assert "run" not in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"not weights", pickle.dumps({"a": 1})[:5]])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"damaged|could run code"):
        choice.choose("sam2", {"weights": str(path)})


def test_missing_weights_name_the_command_that_gets_them() -> None:
    with pytest.raises(DataError, match=r"hf download facebook/sam2.1-hiera-large config.json"):
        choice.choose("sam2")
    with pytest.raises(DataError, match=r"hf download facebook/sam2-hiera-tiny sam2_hiera_tiny.pt"):
        choice.choose("sam2-official", {"weights": "sam2-hiera-tiny"})
    with pytest.raises(DataError, match=r"no weights of SAM 2: expected an official .pt"):
        choice.choose("sam2", {"weights": "/nowhere"})


def test_without_weights_the_classic_segmenter_is_announced() -> None:
    chosen = choice.choose()
    assert chosen.segmenter.name == "classic"
    assert "because SAM 2 cannot run" in chosen.announcement
    assert "hf download" in chosen.announcement


def test_weights_that_are_named_are_used_or_it_is_an_error() -> None:
    with pytest.raises(DataError, match="no weights of SAM 2"):
        choice.choose("auto", {"weights": "/nowhere"})


def test_names_and_options_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ConfigError, match="no segmenter 'sam3'; known: auto, sam2"):
        choice.choose("sam3")
    with pytest.raises(ConfigError, match="unknown option 'weight'"):
        choice.choose("sam2", {"weight": "x"})
    with pytest.raises(ConfigError, match="has no options"):
        choice.choose("classic", {"device": "cpu"})
    with pytest.raises(ConfigError, match="no SAM 2 network"):
        architectures.architecture_named("sam9")


def test_the_doctor_names_weights_their_digest_and_the_command(official: Path) -> None:
    found = {one.name: one for one in examine_segmenters()}
    assert found["segmenter sam2"].state == "present"
    assert found["segmenter sam2-official"].state == "present"
    assert found["segmenter classic"].state == "present"
    assert found["torchvision"].state != "missing"
    assert found["SAM 2 weights"].state == "note"
    assert found["SAM 2 weights"].get.startswith("hf download facebook/sam2.1-hiera-large")
    named = {one.name: one for one in examine_segmenters(str(official))}["SAM 2 weights"]
    assert named.state == "present"
    assert hashlib.sha256(official.read_bytes()).hexdigest() in named.text
    gone = {one.name: one for one in examine_segmenters("/nowhere.pt")}["SAM 2 weights"]
    assert gone.state == "missing"


def test_weights_in_the_hub_cache_are_found(tmp_path: Path, official: Path) -> None:
    repository = tmp_path / "hub" / "models--facebook--sam2.1-hiera-small"
    snapshot = repository / "snapshots" / "0123"
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0123")
    blob = repository / "blobs" / hashlib.sha256(official.read_bytes()).hexdigest()
    blob.parent.mkdir()
    blob.write_bytes(official.read_bytes())
    (snapshot / "sam2.1_hiera_small.pt").symlink_to(blob)
    found = weights.find_weights(None)
    assert found.path.name == "sam2.1_hiera_small.pt"
    assert found.digest() == blob.name


def published(architecture: Any) -> dict[str, Any]:
    """The official configuration file of a network, without what has no part in its numbers."""
    from importlib.resources import files

    from omegaconf import OmegaConf

    version, _, size = architecture.name.partition("-hiera-")
    letter = {"tiny": "t", "small": "s", "base-plus": "b+", "large": "l"}[size]
    folder = files("sam2") / "configs" / version
    name = f"{version}_hiera_{letter}.yaml"
    return OmegaConf.to_container(OmegaConf.load(str(folder / name)))["model"]


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
def test_every_published_network_is_as_its_official_configuration(architecture: Any) -> None:
    from sam2.modeling.backbones.hieradet import Hiera

    official = published(architecture)
    trunk = official["image_encoder"]["trunk"]
    default = Hiera.__init__.__defaults__
    assert trunk["embed_dim"] == architecture.embed
    assert trunk["num_heads"] == architecture.heads
    assert trunk.get("stages", [2, 3, 16, 3]) == list(architecture.blocks)
    assert trunk.get("global_att_blocks", [12, 16, 20]) == list(architecture.global_blocks)
    assert trunk.get("window_spec", [8, 4, 14, 7]) == list(architecture.windows)
    background = trunk.get("window_pos_embed_bkg_spatial_size", [14, 14])
    assert background == list(architecture.background)
    assert ((2, 3, 16, 3) in default, (12, 16, 20) in default) == (True, True)
    neck = official["image_encoder"]["neck"]
    assert neck["backbone_channel_list"] == list(reversed(architecture.channels))
    assert official["memory_attention"]["num_layers"] == architecture.layers
    assert official["num_maskmem"] == architecture.memories
    assert official["image_size"] == architecture.side
    assert official.get("no_obj_embed_spatial", False) == architecture.occlusion
    assert official["add_tpos_enc_to_obj_ptrs"] == architecture.pointer_time


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
def test_arguments_of_the_official_network_are_those_of_its_configuration(
    architecture: Any,
) -> None:
    from annotator.segmenters.sam import official_build

    ours = official_build.numbers(architecture)
    for name, value in published(architecture).items():
        if name not in {"_target_", "image_encoder", "memory_attention", "memory_encoder"}:
            assert ours.get(name, False) == value, name


@pytest.mark.parametrize("name", ["sam2.1-hiera-tiny", "sam2-hiera-tiny"])
def test_every_weight_of_a_published_network_has_its_place(name: str) -> None:
    from annotator.segmenters.sam import official_build, transformers_build

    architecture = ARCHITECTURES[name]
    state = official_build.empty_model(architecture).state_dict()
    assert weights.architecture_of(state, Path("x.pt")) == architecture
    with torch.device("meta"):
        expected = transformers_build.empty_model(architecture).state_dict()
    found = converted(state)
    assert {k: v.shape for k, v in found.items()} == {k: v.shape for k, v in expected.items()}


def test_the_two_packages_are_equal_in_the_older_version(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    from annotator.segmenters.sam import official_build, transformers_build
    from annotator.segmenters.sam.official_network import OfficialNetwork
    from annotator.segmenters.sam.segmenter import Sam2Segmenter
    from annotator.segmenters.sam.transformers_network import TransformersNetwork

    older = dataclasses.replace(sam2.TOY, pointer_time=False, occlusion=False)
    torch.manual_seed(1)
    official = official_build.empty_model(older)
    model = transformers_build.empty_model(older)
    model.load_state_dict(converted(official.state_dict()), strict=True)
    device = torch.device("cpu")
    networks = (OfficialNetwork(official, device), TransformersNetwork(model, device))
    sessions = [Sam2Segmenter("x", one, {}).open(textured(MASKS)) for one in networks]
    found = [list(one.propagate(1, 3, {0: MASKS[0]}, {0})) for one in sessions]
    for (_, ours), (_, theirs) in zip(*found, strict=True):
        difference = ours.logits.astype(float) - theirs.logits.astype(float)
        assert np.abs(difference).max() <= 1e-3
