"""REM at toy size: the stock classes with weights drawn by NumPy, in the layout of a hub folder.

Weights are scaled so that every module shows in the output, and the decoder's last bias is set so
that masks are neither empty nor full.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

SIZE = 32
TEXTS = ("the smoke", "the flame that grows")

UNET3D = {
    "sample_size": 8,
    "in_channels": 4,
    "out_channels": 4,
    "down_block_types": ("CrossAttnDownBlock3D", "DownBlock3D"),
    "up_block_types": ("UpBlock3D", "CrossAttnUpBlock3D"),
    "block_out_channels": (32, 64),
    "layers_per_block": 1,
    "cross_attention_dim": 16,
    "attention_head_dim": 8,
    "norm_num_groups": 32,
}
UNET2D = {
    **UNET3D,
    "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
    "use_linear_projection": True,
}
WAN = {
    "patch_size": (1, 2, 2),
    "num_attention_heads": 2,
    "attention_head_dim": 12,
    "in_channels": 16,
    "out_channels": 16,
    "text_dim": 32,
    "freq_dim": 16,
    "ffn_dim": 32,
    "num_layers": 2,
    "cross_attn_norm": True,
    "rope_max_seq_len": 32,
}
FRAME_VAE = {
    "down_block_types": ("DownEncoderBlock2D", "DownEncoderBlock2D"),
    "up_block_types": ("UpDecoderBlock2D", "UpDecoderBlock2D"),
    "block_out_channels": (32, 64),
    "latent_channels": 4,
    "norm_num_groups": 32,
    "scaling_factor": 0.18215,
}
WAN_VAE = {
    "base_dim": 4,
    "z_dim": 16,
    "dim_mult": [1, 1, 1, 1],
    "num_res_blocks": 1,
    "temperal_downsample": [False, True, True],
}
DDIM = {
    "_class_name": "DDIMScheduler",
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "num_train_timesteps": 1000,
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Toy:
    """A toy model: its variant, its parts, and where they are stored."""

    variant: str
    base: Path
    checkpoint: Path
    network: Any
    vae: Any
    text_encoder: Any
    tokenizer: Any


def fill(module: torch.nn.Module, seed: int, scale: float = 1.0) -> torch.nn.Module:
    """Give every parameter values that NumPy draws: the same on every machine."""
    random = np.random.default_rng(seed)
    for name, parameter in module.named_parameters():
        values = random.standard_normal(parameter.shape).astype(np.float32)
        fan_in = max(1, int(np.prod(parameter.shape[1:])))
        spread = 0.1 if parameter.ndim == 1 else scale / np.sqrt(fan_in)
        gain = 1.0 if parameter.ndim == 1 and name.endswith("weight") else 0.0
        parameter.data = torch.from_numpy(np.float32(gain) + np.float32(spread) * values)
    return module.eval().requires_grad_(requires_grad=False)


def clip_tokenizer(folder: Path) -> Any:
    from transformers import CLIPTokenizer

    letters = [*LETTERS, *(f"{letter}</w>" for letter in LETTERS)]
    tokens = [*letters, "<|startoftext|>", "<|endoftext|>"]
    tokenizer = CLIPTokenizer(
        vocab={token: index for index, token in enumerate(tokens)}, merges=[], model_max_length=77
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


def t5_tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    pieces = [
        "<pad>",
        "</s>",
        "<unk>",
        "\u2581",
        *LETTERS,
        *(f"\u2581{letter}" for letter in LETTERS),
    ]
    backend = Tokenizer(models.Unigram([(piece, -1.0 * len(piece)) for piece in pieces], unk_id=2))
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=512,
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


def write_unet3d(folder: Path) -> Toy:
    from diffusers import UNet3DConditionModel

    return _write_frames(folder, "ms-1.4b", UNet3DConditionModel(**UNET3D))


def write_unet2d(folder: Path) -> Toy:
    from diffusers import UNet2DConditionModel

    return _write_frames(folder, "sd-2.1", UNet2DConditionModel(**UNET2D))


def _write_frames(folder: Path, variant: str, unet: Any) -> Toy:
    from diffusers import AutoencoderKL
    from transformers import CLIPTextConfig, CLIPTextModel

    base = folder / "base"
    tokenizer = clip_tokenizer(base / "tokenizer")
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=16,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            projection_dim=16,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    vae = fill(AutoencoderKL(**FRAME_VAE), seed=2)
    toy = Toy(variant, base, folder / "rem.pth", fill(unet, seed=1), vae, fill(text, 3), tokenizer)
    _centre(toy, lambda latents: vae.decode(latents[0].transpose(0, 1) / 0.18215).sample)
    (base / "scheduler").mkdir()
    (base / "scheduler/scheduler_config.json").write_text(json.dumps(DDIM))
    return _written(toy, "unet", {"unet": unet.state_dict()})


def write_wan(folder: Path) -> Toy:
    from diffusers import AutoencoderKLWan, WanTransformer3DModel
    from transformers import UMT5Config, UMT5EncoderModel

    base = folder / "base"
    tokenizer = t5_tokenizer(base / "tokenizer")
    text = UMT5EncoderModel(
        UMT5Config(
            vocab_size=len(tokenizer),
            d_model=32,
            d_kv=8,
            d_ff=32,
            num_layers=2,
            num_heads=4,
        )
    )
    network = fill(WanTransformer3DModel(**WAN), seed=4)
    vae = fill(AutoencoderKLWan(**WAN_VAE), seed=5)
    toy = Toy("wan-14b", base, folder / "rem.pth", network, vae, fill(text, 6), tokenizer)
    mean = torch.tensor(vae.config.latents_mean).view(1, -1, 1, 1, 1)
    std = torch.tensor(vae.config.latents_std).view(1, -1, 1, 1, 1)
    _centre(toy, lambda latents: vae.decode(latents * std + mean).sample, spread=0.3)
    state = {f"backbone.dit.{name}": value for name, value in network.state_dict().items()}
    state |= {f"backbone.vae.{name}": value for name, value in vae.state_dict().items()}
    return _written(toy, "transformer", {"model_state": state})


def _centre(toy: Toy, decode: Callable[[torch.Tensor], torch.Tensor], spread: float = 1.0) -> None:
    """Set scale and bias of the decoder's last convolution so that masks split at 0.5.

    Measured on what the network answers to latents like those of a video.
    """
    random = np.random.default_rng(7)
    channels = toy.network.config.in_channels
    latents = torch.from_numpy(
        random.standard_normal((1, channels, 3, SIZE // 2, SIZE // 2)).astype(np.float32)
    )
    last = toy.vae.decoder.conv_out
    grey = decode(latents).mean(-4 if toy.variant == "wan-14b" else 1)
    last.weight.data *= spread / float(grey.std())
    last.bias.data[:] = 0
    grey = decode(latents).mean(-4 if toy.variant == "wan-14b" else 1)
    last.bias.data[:] = 0.5 - float(grey.median())


def _written(toy: Toy, network: str, state: dict[str, Any]) -> Toy:
    toy.vae.save_pretrained(toy.base / "vae")
    toy.text_encoder.save_pretrained(toy.base / "text_encoder")
    config = toy.base / network / "config.json"
    config.parent.mkdir()
    toy.network.save_config(config.parent)
    torch.save({**state, "epoch": 1, "args": _namespace()}, toy.checkpoint)
    return toy


def _namespace() -> Any:
    from argparse import Namespace

    return Namespace(lr=1e-6, name_prefix="toy", sampler_steps=None)
