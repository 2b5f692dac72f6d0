"""The module that is trained: the network, with whatever else the recipe trains beside it.

This module imports torch; import it where it is needed.
"""

import torch
from torch import Tensor, nn

from rem.training.generator import Generator
from rem.training.heads import cnn_head, mlp_head, open_features
from rem.training.keys import key_number
from rem.training.recipe import Recipe

VAE_DECODERS = frozenset({"frozen-vae", "trained-vae"})


class Trainee(nn.Module):
    """Everything that gradients flow through; the frozen parts around the network are not in it.

    Its parameters are named ``network.…``, ``decoder.…`` and ``text_encoder.…``; see
    ``rem.training.checkpoint``.
    """

    def __init__(self, generator: Generator, recipe: Recipe) -> None:
        super().__init__()
        self._generator = generator
        self._recipe = recipe
        decoder = _decoder(generator, recipe)
        self.network: nn.Module = generator.parts.network
        if decoder is not None:
            self.decoder = decoder
        if recipe.parameters.train_text:
            self.text_encoder: nn.Module = generator.parts.text_encoder

    def forward(self, latents: Tensor, steps: Tensor, text: Tensor) -> Tensor:
        """Answer latents; where supervision is in pixels, masks.

        Args:
            latents: noisy ones, ``[B, C, t, s, s]``.
            steps: time steps, int64 ``[B]``.
            text: features ``[B, L, D]``; token ids where the text encoder is trained too.

        Returns:
            Latents of the same shape, or masks ``[B, T, 1|3, S, S]`` in raw range.
        """
        if self._recipe.parameters.train_text:
            text = self._generator.encode_tokens(text)
        answer = self._generator.predict(self.network, latents, steps, text)
        if self._recipe.objective.supervision == "latent":
            return answer
        if self._recipe.objective.decoder in VAE_DECODERS:
            return self._generator.decode(answer)
        masks: Tensor = self.decoder(answer.transpose(1, 2).flatten(0, 1))
        return masks.reshape(answer.shape[0], -1, *masks.shape[1:])


def _decoder(generator: Generator, recipe: Recipe) -> nn.Module | None:
    kind = recipe.objective.decoder
    if kind == "frozen-vae":
        return None
    vae = generator.parts.vae
    if kind == "trained-vae":
        # The very modules that the VAE decodes with, under a name of their own.
        names = ("post_quant_conv", "decoder")
        return nn.ModuleDict({name: getattr(vae, name) for name in names if getattr(vae, name)})
    features = open_features(generator.parts.network)
    factor = 2 ** (len(vae.config.block_out_channels) - 1)
    make = cnn_head if kind == "cnn" else mlp_head
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(key_number(recipe.seed, "head"))
        return make(features, factor)
