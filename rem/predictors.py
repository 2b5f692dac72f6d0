"""The networks, run once at time step 0: stock Diffusers classes."""

import warnings
from typing import TYPE_CHECKING, Any

from rem.placement import Placement

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module


class VideoUnet:
    """``UNet3DConditionModel``. Its answer *is* the mask's latents: no step of a scheduler."""

    def __init__(self, unet: Any, scheduler: Any, placement: Placement) -> None:
        self._unet = placement.settle(unet)
        self._scheduler = scheduler
        self._placement = placement

    @property
    def network(self) -> "Module":
        """See ``Predictor``."""
        network: Module = self._unet
        return network

    def add_noise(self, latents: "Tensor", noise: "Tensor") -> "Tensor":
        """See ``Predictor``: DDIM at its last time step keeps 0.9996 of the latents."""
        return noised(self._scheduler, latents, noise)

    def predict(self, latents: "Tensor", texts: "Tensor") -> "Tensor":
        """See ``Predictor``."""
        import torch

        step = torch.tensor(0, device=latents.device)
        with self._placement.at_work(self._unet):
            predicted: Tensor = self._unet(latents, step, texts, return_dict=False)[0]
        return predicted


class FrameUnet:
    """``UNet2DConditionModel`` on every frame by itself."""

    def __init__(
        self,
        unet: Any,
        scheduler: Any,
        placement: Placement,
        batch: int,
    ) -> None:
        self._unet = placement.settle(unet)
        self._scheduler = scheduler
        self._placement = placement
        self._batch = batch

    @property
    def network(self) -> "Module":
        """See ``Predictor``."""
        network: Module = self._unet
        return network

    def add_noise(self, latents: "Tensor", noise: "Tensor") -> "Tensor":
        """See ``Predictor``."""
        return noised(self._scheduler, latents, noise)

    def predict(self, latents: "Tensor", texts: "Tensor") -> "Tensor":
        """See ``Predictor``."""
        import torch

        batch, steps = latents.shape[0], latents.shape[2]
        frames = latents.transpose(1, 2).flatten(0, 1)  # [B*T, C, s, s]
        texts = texts.repeat_interleave(steps, dim=0)
        step = torch.tensor(0, device=latents.device)
        with self._placement.at_work(self._unet):
            predicted = [
                self._unet(part, step, text, return_dict=False)[0]
                for part, text in zip(
                    frames.split(self._batch), texts.split(self._batch), strict=True
                )
            ]
        unfolded: Tensor = torch.cat(predicted).unflatten(0, (batch, steps))
        return unfolded.transpose(1, 2)


class VideoTransformer:
    """``WanTransformer3DModel`` on clean latents; its velocity *is* the latents of the mask."""

    def __init__(self, transformer: Any, placement: Placement) -> None:
        self._transformer = placement.settle(transformer)
        self._placement = placement

    @property
    def network(self) -> "Module":
        """See ``Predictor``."""
        network: Module = self._transformer
        return network

    def add_noise(self, latents: "Tensor", noise: "Tensor") -> "Tensor":  # noqa: ARG002
        """Return the latents: this network was trained without noise."""
        return latents

    def predict(self, latents: "Tensor", texts: "Tensor") -> "Tensor":
        """See ``Predictor``."""
        step = latents.new_zeros(len(latents))
        with self._placement.at_work(self._transformer), warnings.catch_warnings():
            # Norms of queries and keys keep float32 weights: slower, as torch says, and official.
            warnings.filterwarnings("ignore", "Mismatch dtype between input and weight")
            predicted: Tensor = self._transformer(latents, step, texts, return_dict=False)[0]
        return predicted


def noised(scheduler: Any, latents: "Tensor", noise: "Tensor") -> "Tensor":
    """Return latents with noise as of the scheduler's last time step, 0.

    In float32: what the step keeps, 0.99915, is 1 in bfloat16, and the noise would be 0.
    """
    step = scheduler.timesteps[-1]
    mixed: Tensor = scheduler.add_noise(latents.float(), noise.float(), step)
    return mixed.to(latents.dtype)
