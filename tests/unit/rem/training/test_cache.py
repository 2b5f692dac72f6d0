"""The name under which latents are kept: the weights and the configuration, and nothing else."""

from pathlib import Path

import torch
from diffusers import AutoencoderKL

from rem.training.cache import module_digest

torch.set_num_threads(1)


def autoencoder(seed: int, channels: int = 8) -> AutoencoderKL:
    torch.manual_seed(seed)
    return AutoencoderKL(block_out_channels=(channels,), norm_num_groups=4)


def read_from(vae: AutoencoderKL, folder: Path) -> AutoencoderKL:
    vae.save_pretrained(folder)
    return AutoencoderKL.from_pretrained(folder)


def test_latents_are_found_again_wherever_the_weights_were_read_from(tmp_path: Path) -> None:
    vae = autoencoder(0)
    found = {module_digest(read_from(vae, tmp_path / name)) for name in ("one", "other")}
    assert found == {module_digest(vae)}


def test_other_weights_and_other_configurations_have_latents_of_their_own() -> None:
    other = autoencoder(0)
    other.register_to_config(scaling_factor=0.5)
    digests = [module_digest(each) for each in (autoencoder(0), autoencoder(1), other)]
    assert len(set(digests)) == len(digests)
