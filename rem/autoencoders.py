"""The two autoencoders: one frame by frame, one over time."""

from typing import TYPE_CHECKING, Any

from rem.options import Constants
from rem.placement import Placement

if TYPE_CHECKING:
    from torch import Tensor


class FrameAutoencoder:
    """Stable Diffusion's ``AutoencoderKL``, frame by frame: ``t`` = ``T``, ``s`` = ``S`` / 8.

    How many frames it takes at once changes memory and speed alone.
    """

    def __init__(self, vae: Any, placement: Placement, batch: int) -> None:
        self._vae = placement.settle(vae)
        self._placement = placement
        self._batch = batch

    def encode(self, frames: "Tensor") -> "Tensor":
        """See ``Autoencoder``; the mode of the latents' distribution."""
        import torch

        with self._placement.at_work(self._vae):
            modes = [
                self._vae.encode(self._placement.bring(part)).latent_dist.mode()
                for part in frames.split(self._batch)
            ]
        latents: Tensor = torch.cat(modes) * self._vae.config.scaling_factor  # [T, C, s, s]
        return latents.transpose(0, 1)

    def decode(self, latents: "Tensor", keep: range) -> "Tensor":
        """See ``Autoencoder``; frames outside ``keep`` are not computed."""
        import torch

        kept = latents[:, keep.start : keep.stop].transpose(0, 1)
        # The reciprocal first, as official: its rounding is part of the numbers.
        unscaled = 1 / self._vae.config.scaling_factor * kept
        with self._placement.at_work(self._vae):
            decoded = [
                self._vae.decode(self._placement.bring(part)).sample
                for part in unscaled.split(self._batch)
            ]
        return torch.cat(decoded)


class VideoAutoencoder:
    """``AutoencoderKLWan``: ``T`` = ``4k + 1`` frames to ``t`` = ``k + 1`` latents.

    Latents are normalised by its configuration's mean and deviation. Official: both constants and
    the reciprocal of the deviation are rounded to bfloat16, in training and in inference.
    """

    def __init__(self, vae: Any, placement: Placement, constants: Constants) -> None:
        self._vae = placement.settle(vae)
        self._placement = placement
        self._constants = constants

    def encode(self, frames: "Tensor") -> "Tensor":
        """See ``Autoencoder``; the mode of the latents' distribution."""
        video = self._placement.bring(frames).transpose(0, 1)[None]  # [1, 3, T, S, S]
        with self._placement.at_work(self._vae):
            mode: Tensor = self._vae.encode(video).latent_dist.mode()[0]
        mean, scale = self._mean_and_scale(mode)
        return (mode - mean) * scale

    def decode(self, latents: "Tensor", keep: range) -> "Tensor":
        """See ``Autoencoder``; values are within [-1, 1], as this VAE clamps them."""
        latents = self._placement.bring(latents)
        mean, scale = self._mean_and_scale(latents)
        with self._placement.at_work(self._vae):
            video: Tensor = self._vae.decode((latents / scale + mean)[None]).sample[0]
        return video.transpose(0, 1)[keep.start : keep.stop]

    def _mean_and_scale(self, like: "Tensor") -> tuple["Tensor", "Tensor"]:
        """Return mean and reciprocal deviation, ``[C, 1, 1, 1]`` each."""
        import torch

        rounded = torch.bfloat16 if self._constants == "bfloat16" else like.dtype
        config = self._vae.config
        mean = torch.tensor(config.latents_mean).view(-1, 1, 1, 1).to(like.device, rounded)
        std = torch.tensor(config.latents_std).view(-1, 1, 1, 1).to(like.device, rounded)
        return mean.to(like.dtype), (1.0 / std).to(like.dtype)
