"""The pre-trained generators as training sees them: whole batches, gradients, any time step.

Shapes: ``B`` samples of ``T`` frames of ``S`` x ``S`` pixels; latents of ``C`` channels, ``t``
steps in time and ``s`` x ``s`` places; texts of ``L`` tokens and ``D`` features.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rem.variants import Variant

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Parts:
    """The stock components of a generator.

    Attributes:
        variant: its constants.
        network: the denoising network.
        vae: frames to latents and back.
        text_encoder: token ids to features.
        tokenizer: texts to token ids.
        scheduler: how noisy a time step is; None for Wan.
        own_base: whether text encoder or VAE differ from the base's, so that they must be kept.
    """

    variant: Variant
    network: Any
    vae: Any
    text_encoder: Any
    tokenizer: Any
    scheduler: Any
    own_base: bool = False


class Generator(Protocol):
    """A generator that is being turned into a segmenter."""

    @property
    def parts(self) -> Parts:
        """Its components; the network is the one that is trained."""
        ...

    @property
    def per_frame(self) -> bool:
        """Whether a frame's latents depend on that frame alone, so that they can be kept."""
        ...

    def tokenise(self, texts: Sequence[str]) -> "Tensor":
        """Return token ids and, where the encoder needs it, their mask: int64 ``[B, 1|2, L]``."""
        ...

    def encode_tokens(self, tokens: "Tensor") -> "Tensor":
        """Return ``[B, L, D]``."""
        ...

    def encode(self, frames: "Tensor") -> "Tensor":
        """Return scaled latents ``[B, C, t, s, s]`` of ``[B, T, 3, S, S]``."""
        ...

    def decode(self, latents: "Tensor") -> "Tensor":
        """Return ``[B, T, 3, S, S]`` in raw range; gradients flow."""
        ...

    def predict(
        self, network: "nn.Module", latents: "Tensor", steps: "Tensor", text: "Tensor"
    ) -> "Tensor":
        """Return the network's answer ``[B, C, t, s, s]`` at time steps int64 ``[B]``."""
        ...

    def add_noise(self, latents: "Tensor", noise: "Tensor", steps: "Tensor") -> "Tensor":
        """Return latents with the noise of time steps int64 ``[B]``."""
        ...

    def denoising_target(self, latents: "Tensor", noise: "Tensor") -> "Tensor":
        """Return what the generator itself was trained to answer."""
        ...


@dataclass(frozen=True, slots=True)
class UnetGenerator:
    """ModelScope and its like: a VAE frame by frame, a UNet over frames or over one alone.

    Attributes:
        parts: its components.
        vae_batch: frames the VAE encodes at once; changes memory alone.
    """

    parts: Parts
    vae_batch: int = 16
    per_frame: bool = True

    def tokenise(self, texts: Sequence[str]) -> "Tensor":
        """See ``Generator``."""
        ids: Tensor = self.parts.tokenizer(
            list(texts),
            padding="max_length",
            max_length=self.parts.variant.padded_tokens,
            truncation=True,
            return_tensors="pt",
        )["input_ids"]
        return ids[:, None]

    def encode_tokens(self, tokens: "Tensor") -> "Tensor":
        """See ``Generator``. No attention mask, as official."""
        states: Tensor = self.parts.text_encoder(tokens[:, 0])[0]
        return states[:, : self.parts.variant.tokens]

    def encode(self, frames: "Tensor") -> "Tensor":
        """See ``Generator``; the mode of the latents' distribution."""
        import torch

        vae, batch = self.parts.vae, frames.shape[0]
        flat = frames.flatten(0, 1)  # [B*T, 3, S, S]
        modes = [vae.encode(part).latent_dist.mode() for part in flat.split(self.vae_batch)]
        latents: Tensor = torch.cat(modes) * vae.config.scaling_factor  # [B*T, C, s, s]
        return _by_sample(latents, batch).transpose(1, 2)

    def decode(self, latents: "Tensor") -> "Tensor":
        """See ``Generator``."""
        vae, batch = self.parts.vae, latents.shape[0]
        flat = latents.transpose(1, 2).flatten(0, 1)  # [B*T, C, s, s]
        decoded: Tensor = vae.decode(1 / vae.config.scaling_factor * flat).sample
        return _by_sample(decoded, batch)

    def predict(
        self, network: "nn.Module", latents: "Tensor", steps: "Tensor", text: "Tensor"
    ) -> "Tensor":
        """See ``Generator``."""
        if self.parts.variant.family == "unet3d":
            answer: Tensor = network(latents, steps, text, return_dict=False)[0]
            return answer
        batch, frames = latents.shape[0], latents.shape[2]
        answer = network(
            latents.transpose(1, 2).flatten(0, 1),
            steps.repeat_interleave(frames),
            text.repeat_interleave(frames, dim=0),
            return_dict=False,
        )[0]
        return _by_sample(answer, batch).transpose(1, 2)

    def add_noise(self, latents: "Tensor", noise: "Tensor", steps: "Tensor") -> "Tensor":
        """See ``Generator``."""
        mixed: Tensor = self.parts.scheduler.add_noise(latents, noise, steps)
        return mixed

    def denoising_target(self, latents: "Tensor", noise: "Tensor") -> "Tensor":  # noqa: ARG002
        """Return the noise (Eq. 3)."""
        return noise


@dataclass(frozen=True, slots=True)
class WanGenerator:
    """Wan: a VAE over time (``T = 4k + 1`` frames to ``k + 1``), a transformer, UMT5."""

    parts: Parts
    per_frame: bool = False

    def tokenise(self, texts: Sequence[str]) -> "Tensor":
        """See ``Generator``."""
        import torch

        found = self.parts.tokenizer(
            list(texts),
            padding="max_length",
            max_length=self.parts.variant.padded_tokens,
            truncation=True,
            add_special_tokens=True,
            return_attention_mask=True,
            return_tensors="pt",
        )
        return torch.stack([found["input_ids"], found["attention_mask"]], dim=1)

    def encode_tokens(self, tokens: "Tensor") -> "Tensor":
        """See ``Generator``: the text alone, then zeros, which the network attends to."""
        ids, mask = tokens[:, 0], tokens[:, 1]
        states = self.parts.text_encoder(ids, mask).last_hidden_state
        kept = min(self.parts.variant.tokens, states.shape[1])
        found: Tensor = states.new_zeros(len(ids), self.parts.variant.tokens, states.shape[-1])
        found[:, :kept] = states[:, :kept] * mask[:, :kept, None]
        return found

    def encode(self, frames: "Tensor") -> "Tensor":
        """See ``Generator``; the mode, normalised."""
        mode: Tensor = self.parts.vae.encode(frames.transpose(1, 2)).latent_dist.mode()
        mean, scale = self._mean_and_scale(mode)
        return (mode - mean) * scale

    def decode(self, latents: "Tensor") -> "Tensor":
        """See ``Generator``; values are within [-1, 1], as this VAE clamps them."""
        mean, scale = self._mean_and_scale(latents)
        decoded: Tensor = self.parts.vae.decode(latents / scale + mean).sample
        return decoded.transpose(1, 2)

    def predict(
        self, network: "nn.Module", latents: "Tensor", steps: "Tensor", text: "Tensor"
    ) -> "Tensor":
        """See ``Generator``."""
        answer: Tensor = network(latents, steps.to(latents.dtype), text, return_dict=False)[0]
        return answer

    def add_noise(self, latents: "Tensor", noise: "Tensor", steps: "Tensor") -> "Tensor":
        """See ``Generator``: flow matching, a straight line to the noise."""
        share = (steps.to(latents.dtype) / 1000).view(-1, 1, 1, 1, 1)
        return (1 - share) * latents + share * noise

    def denoising_target(self, latents: "Tensor", noise: "Tensor") -> "Tensor":
        """Return the velocity."""
        return noise - latents

    def _mean_and_scale(self, like: "Tensor") -> tuple["Tensor", "Tensor"]:
        """Return mean and reciprocal deviation, both rounded to bfloat16 first, as official."""
        import torch

        config = self.parts.vae.config
        mean = torch.tensor(config.latents_mean).view(1, -1, 1, 1, 1).to(like.device)
        std = torch.tensor(config.latents_std).view(1, -1, 1, 1, 1).to(like.device)
        rounded = torch.bfloat16
        return mean.to(rounded).to(like.dtype), (1.0 / std.to(rounded)).to(like.dtype)


def generator_of(parts: Parts) -> Generator:
    """Return the generator of some components."""
    return WanGenerator(parts) if parts.variant.family == "wan" else UnetGenerator(parts)


def _by_sample(flat: "Tensor", batch: int) -> "Tensor":
    """Return ``[B, T, …]`` of ``[B*T, …]``."""
    return flat.reshape(batch, -1, *flat.shape[1:])
