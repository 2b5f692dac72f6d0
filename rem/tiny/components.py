"""The parts of the small REM before training: stock classes at toy size, random weights.

The sizes are the cheapest that reached the mark in trials: 64 x 64 pixels, latents of 16 x 16.
"""

from pathlib import Path
from typing import Any

from rem.architectures import TINY_SIZE, TINY_UNET
from rem.tiny.tokenizer import TOKENS, write_tokenizer

WIDTH = 64
"""Features of a token."""

AUTOENCODER = {
    "down_block_types": ("DownEncoderBlock2D",) * 3,
    "up_block_types": ("UpDecoderBlock2D",) * 3,
    "block_out_channels": (24, 32, 48),
    "layers_per_block": 1,
    "latent_channels": 4,
    "norm_num_groups": 8,
    "sample_size": TINY_SIZE,
    "mid_block_add_attention": False,
}
"""``AutoencoderKL``, 0.43 M parameters, a quarter of the resolution."""

SCHEDULER = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}
"""``DDIMScheduler`` with the values of ModelScope's."""


def write_components(folder: Path, *, seed: int) -> None:
    """Write a folder in the Diffusers layout with every part but a trained autoencoder.

    Args:
        folder: made if missing; ``vae`` is written separately, see ``rem.tiny.autoencoder``.
        seed: of the random weights.
    """
    import torch
    from diffusers import DDIMScheduler, UNet3DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    count = write_tokenizer(folder / "tokenizer")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        text = CLIPTextModel(
            CLIPTextConfig(
                vocab_size=count,
                hidden_size=WIDTH,
                intermediate_size=4 * WIDTH,
                projection_dim=WIDTH,
                num_hidden_layers=2,
                num_attention_heads=4,
                max_position_embeddings=TOKENS,
                bos_token_id=count - 2,
                eos_token_id=count - 1,
                pad_token_id=count - 1,
            )
        )
        text.save_pretrained(folder / "text_encoder")
        network: Any = UNet3DConditionModel(**TINY_UNET)
        network.save_pretrained(folder / "unet")
    scheduler: Any = DDIMScheduler(**SCHEDULER)
    scheduler.save_pretrained(folder / "scheduler")
