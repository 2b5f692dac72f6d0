"""Frozen parts in the layouts of their hub repositories."""

import json
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from refvps.types import Clip
from support.rem_models import Toy
from support.rem_runs import method, our_masks

OLD_ATTENTION = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}


def as_of_2023(toy: Toy, folder: Path) -> Path:
    """Store a toy's base as older libraries did: pickled weights, older names, two vocabularies."""
    base = folder / "base"
    shutil.copytree(toy.base, base)
    text = load_file(base / "text_encoder/model.safetensors")
    text = {f"text_model.{name.removeprefix('text_model.')}": value for name, value in text.items()}
    text["text_model.embeddings.position_ids"] = torch.arange(77)[None]
    torch.save(text, base / "text_encoder/pytorch_model.bin")
    (base / "text_encoder/model.safetensors").unlink()
    vae = load_file(base / "vae/diffusion_pytorch_model.safetensors")
    torch.save(
        {_older(name): value for name, value in vae.items()},
        base / "vae/diffusion_pytorch_model.bin",
    )
    (base / "vae/diffusion_pytorch_model.safetensors").unlink()
    _older_tokenizer(base / "tokenizer")
    return base


def _older(name: str) -> str:
    if "attentions" in name:
        for new, old in OLD_ATTENTION.items():
            name = name.replace(f".{new}.", f".{old}.")
    return name


def _older_tokenizer(folder: Path) -> None:
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    config = {
        "tokenizer_class": "CLIPTokenizer",
        "model_max_length": 77,
        "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def test_a_base_stored_by_older_libraries_gives_the_same_masks(
    ms: Toy, clip: Clip, tmp_path: Path
) -> None:
    old = our_masks(method(ms, base=as_of_2023(ms, tmp_path)), clip)
    assert np.array_equal(np.stack(old), np.stack(our_masks(method(ms), clip)))


def test_the_embeddings_of_umt5_are_shared_whatever_its_configuration_says(
    wan: Toy, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    shutil.copytree(wan.base, base)
    stored = load_file(base / "text_encoder/model.safetensors")
    assert "encoder.embed_tokens.weight" not in stored
    path = base / "text_encoder/config.json"
    # As Wan's own configuration has it.
    path.write_text(json.dumps({**json.loads(path.read_text()), "tie_word_embeddings": False}))
    encoder = method(wan, base=base).pipeline()._backbone.text._encoder
    assert torch.equal(encoder.encoder.embed_tokens.weight, stored["shared.weight"])


def test_a_base_needs_no_network_of_its_own(ms: Toy) -> None:
    assert [path.name for path in (ms.base / "unet").iterdir()] == ["config.json"]
