"""The module that is trained: the network, with whatever else the recipe trains beside it."""

from typing import TYPE_CHECKING

from rem.training.generator import Generator
from rem.training.heads import cnn_head, mlp_head, open_features
from rem.training.keys import key_number
from rem.training.recipe import Recipe

if TYPE_CHECKING:
    from torch import Tensor, nn

NETWORK, DECODER, TEXT = "network", "decoder", "text_encoder"
"""What it consists of; the first part of every parameter's name."""


def build_trainee(generator: Generator, recipe: Recipe) -> "nn.Module":
    """Return a module whose forward is everything that gradients flow through.

    ``forward(latents, steps, text)`` takes noisy latents ``[B, C, t, s, s]``, time steps ``[B]``
    and features ``[B, L, D]`` (token ids ``[B, 1, L]`` where the text encoder is trained too). It
    answers latents; where supervision is in pixels, masks ``[B, T, 1|3, S, S]`` in raw range.

    Its frozen parts are not in it, but for those of the network itself.
    """
    from torch import nn

    class Trainee(nn.Module):
        def __init__(self, network: nn.Module, decoder: nn.Module | None, text: nn.Module | None):
            super().__init__()
            self.network = network
            if decoder is not None:
                self.decoder = decoder
            if text is not None:
                self.text_encoder = text

        def forward(self, latents: "Tensor", steps: "Tensor", text: "Tensor") -> "Tensor":
            if objective.supervision == "rgb":
                return self._masks(latents, steps, text)
            return self._answer(latents, steps, text)

        def _answer(self, latents: "Tensor", steps: "Tensor", text: "Tensor") -> "Tensor":
            if recipe.parameters.train_text:
                text = generator.encode_tokens(text)
            return generator.predict(self.network, latents, steps, text)

        def _masks(self, latents: "Tensor", steps: "Tensor", text: "Tensor") -> "Tensor":
            answer = self._answer(latents, steps, text)
            if objective.decoder in {"frozen-vae", "trained-vae"}:
                return generator.decode(answer)
            batch = answer.shape[0]
            masks: Tensor = self.decoder(answer.transpose(1, 2).flatten(0, 1))
            return masks.unflatten(0, (batch, -1))

    objective = recipe.objective
    parts = generator.parts
    text = parts.text_encoder if recipe.parameters.train_text else None
    return Trainee(parts.network, _decoder(generator, recipe), text)


def _decoder(generator: Generator, recipe: Recipe) -> "nn.Module | None":
    import torch
    from torch import nn

    kind = recipe.objective.decoder
    if kind == "frozen-vae":
        return None
    vae = generator.parts.vae
    if kind == "trained-vae":
        # The very modules that the VAE decodes with, under a name of their own.
        names = [name for name in ("post_quant_conv", "decoder") if getattr(vae, name, None)]
        return nn.ModuleDict({name: getattr(vae, name) for name in names})
    features = open_features(generator.parts.network)
    factor = 2 ** (len(vae.config.block_out_channels) - 1)
    make = cnn_head if kind == "cnn" else mlp_head
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(key_number(recipe.seed, "head"))
        return make(features, factor)
