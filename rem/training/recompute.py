"""Activations that are computed again in the backward pass instead of kept."""

import functools
from typing import TYPE_CHECKING

from refvps.errors import ConfigError

if TYPE_CHECKING:
    from torch import nn

BLOCKS = frozenset(
    {
        "BasicTransformerBlock",
        "ResnetBlock2D",
        "TemporalConvLayer",
        "WanTransformerBlock",
    }
)
"""The classes whose insides are computed again; Diffusers has no such switch for its 3-D UNet."""


def recompute_activations(network: "nn.Module") -> int:
    """Let every block of a network compute its activations again; return how many there are.

    Raises:
        ConfigError: it has none of the known blocks.
    """
    from torch.utils.checkpoint import checkpoint

    found = [module for module in network.modules() if type(module).__name__ in BLOCKS]
    if not found:
        raise ConfigError("model.checkpointing: this network has no block that it is known for")
    for module in found:
        module.forward = functools.partial(checkpoint, module.forward, use_reentrant=False)
    return len(found)
