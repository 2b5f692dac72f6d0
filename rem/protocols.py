"""The parts of a backbone; nothing is inherited.

Shapes: ``T`` frames of ``S`` x ``S`` pixels; latents of ``C`` channels, ``t`` steps and ``s`` x
``s`` positions; ``E`` expressions of ``L`` tokens and ``D`` features. Nothing here turns gradients
on or off.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module


class TextEncoder(Protocol):
    """Turns expressions into what the network attends to."""

    def encode(self, texts: Sequence[str]) -> "Tensor":
        """Return ``[E, L, D]``.

        Raises:
            RefvpsError: an expression has too many tokens, and is not to be cut.
        """
        ...


class Autoencoder(Protocol):
    """Turns frames into latents and back."""

    def encode(self, frames: "Tensor") -> "Tensor":
        """Return the scaled latents ``[C, t, s, s]`` of ``[T, 3, S, S]``.

        Frames of video are in [-1, 1]; masks are 0 and 1, on three equal channels.
        """
        ...

    def decode(self, latents: "Tensor", keep: range) -> "Tensor":
        """Return ``[K, 3, S, S]`` of ``[C, t, s, s]``: the frames in ``keep``, in raw range."""
        ...


class Predictor(Protocol):
    """The network: latents of a video and a text in, latents of the mask out, in one pass."""

    @property
    def network(self) -> "Module":
        """The weights that REM trains."""
        ...

    def add_noise(self, latents: "Tensor", noise: "Tensor") -> "Tensor":
        """Return latents ``[C, t, s, s]`` with noise of the same shape, as at time step 0."""
        ...

    def predict(self, latents: "Tensor", texts: "Tensor") -> "Tensor":
        """Return ``[B, C, t, s, s]`` of latents ``[B, C, t, s, s]`` and texts ``[B, L, D]``."""
        ...
