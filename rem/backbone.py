"""A backbone: text encoder, autoencoder and network that belong together."""

from dataclasses import dataclass

from rem.placement import Placement
from rem.protocols import Autoencoder, Predictor, TextEncoder


@dataclass(frozen=True, slots=True)
class Backbone:
    """The parts of a variant, on their device.

    Attributes:
        text: turns expressions into what the network attends to.
        autoencoder: turns frames into latents and back.
        predictor: the network.
        placement: where they are, and in which types.
    """

    text: TextEncoder
    autoencoder: Autoencoder
    predictor: Predictor
    placement: Placement
