"""What a recipe will cost, from shapes alone: nothing is loaded and nothing is computed.

Estimates, not promises.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from rem.checkpoints.files import weights_in
from rem.networks import empty_network, network_config
from rem.training.parameters import Selection, apply_selection, select
from rem.training.recipe import Recipe
from rem.training.recompute import recompute_activations
from rem.variants import Variant

GIB = 2**30

FROZEN_BYTES = {"unet3d": 1.7e9, "unet2d": 1.7e9, "wan": 23.2e9}
"""VAE and text encoder in float32, where they are not at hand: Stable Diffusion's and OpenCLIP-H;
Wan's and UMT5-XXL."""

VAE_FLOPS = 1.13e12
"""Of encoding one frame of 512 x 512 with Stable Diffusion's VAE; Wan's is taken for alike."""

VAE_WORKSPACE = 3 * 128 * 4
"""Bytes a pixel of the frames that the VAE encodes at once: three maps of its widest layer."""

VAE_FRAMES = 16

EFFICIENCY = 0.4
"""Share of a large matrix product's speed that a whole step reaches."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a step costs one device.

    Attributes:
        selection: what is trained and frozen, by name.
        trained: number of trained parameters.
        frozen: number of the network's frozen parameters.
        weights: bytes of weights, gradients and the optimiser's state.
        others: bytes of VAE and text encoder.
        activations: bytes kept for the backward pass, or used by the VAE before.
        flops: arithmetic of one sample, forward and backward.
    """

    selection: Selection
    trained: int
    frozen: int
    weights: float
    others: float
    activations: float
    flops: float

    @property
    def memory(self) -> float:
        """Bytes a device needs."""
        return self.weights + self.others + self.activations


@dataclass(frozen=True, slots=True)
class Load:
    """What one device has to do.

    Attributes:
        per_device: samples that go through the network at once.
        shards: devices that weights are spread over.
        encoded: whether latents are made beforehand.
    """

    per_device: int = 1
    shards: int = 1
    encoded: bool = False


def estimate(recipe: Recipe, variant: Variant, folders: list[Path], load: Load) -> Cost:
    """Estimate what a step costs.

    Args:
        recipe: what is done.
        variant: of which network.
        folders: where its configuration may be; see ``network_config``.
        load: what one device has to do.
    """
    import torch

    from rem.training.dry_step import dry_step

    network = empty_network(variant.family, network_config(variant, *folders))
    sizes = {name: p.numel() for name, p in network.named_parameters()}
    selection = select(sizes, recipe.parameters.frozen)
    trained = sum(sizes[name] for name in selection.trained)
    frozen = sum(sizes[name] for name in selection.frozen)
    narrow = recipe.precision.compute == "bfloat16"
    # Not the class's own method, which warns about types.
    torch.nn.Module.to(network, "meta", torch.bfloat16 if narrow else torch.float32)
    apply_selection(network, selection)
    if recipe.model.checkpointing:
        recompute_activations(network)
    model = recipe.model
    shape = (load.per_device, model.frames, model.size // vae_factor(folders))
    kept, flops = dry_step(network, variant, shape)
    copies = 2 * (trained + frozen) / load.shards if narrow else 0  # autocast's narrow weights
    wide = 2 if recipe.precision.weights == "bfloat16" else 4
    again = 4 / 3 if model.checkpointing else 1
    vae = 0.0 if load.encoded else 2 * model.frames * encoding_flops(folders, model.size)
    thinner = 2 if recipe.precision.vae == "bfloat16" else 1
    workspace = (
        min(VAE_FRAMES, model.frames * load.per_device) * model.size**2 * VAE_WORKSPACE / thinner
    )
    return Cost(
        selection,
        trained,
        frozen,
        (trained * wide * 4 + frozen * wide) / load.shards,
        frozen_bytes(variant, folders) / thinner,
        max(kept + copies, workspace),
        3 * again * flops / load.per_device + vae,
    )


def vae_factor(folders: list[Path]) -> int:
    """Return how much smaller latents are than frames; 8 where no VAE is at hand."""
    for folder in folders:
        path = folder / "vae/config.json"
        if path.is_file():
            config = json.loads(path.read_text("utf-8"))
            if "block_out_channels" in config:
                found: int = 2 ** (len(config["block_out_channels"]) - 1)
                return found
    return 8


def encoding_flops(folders: list[Path], size: int) -> float:
    """Return the operations of encoding one frame; Stable Diffusion's where no VAE is at hand."""
    for folder in folders:
        path = folder / "vae/config.json"
        if path.is_file():
            config = json.loads(path.read_text("utf-8"))
            if config.get("_class_name") == "AutoencoderKL":
                from rem.training.dry_step import frame_flops

                return frame_flops(config, size)
    return VAE_FLOPS * (size / 512) ** 2


def frozen_bytes(variant: Variant, folders: list[Path]) -> float:
    """Return the bytes of VAE and text encoder, as stored where they are at hand."""
    files = [
        file for f in folders for part in ("vae", "text_encoder") for file in weights_in(f / part)
    ]
    return float(sum(file.stat().st_size for file in files)) or FROZEN_BYTES[variant.family]
