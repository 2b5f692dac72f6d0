"""Which weights are trained, which decay, and how large a gradient may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refvps.errors import ConfigError

if TYPE_CHECKING:
    from torch import Tensor, nn

NO_DECAY = (".ln_", ".bn", ".bias", ".logit_scale", ".entropy_scale", "norm")
"""A parameter whose name contains one of these does not decay. Source: the official scripts."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The parameters of a network by what happens to them, by name, in the network's order.

    Attributes:
        decayed: trained with weight decay.
        undecayed: trained without.
        frozen: never changed.
    """

    decayed: tuple[str, ...]
    undecayed: tuple[str, ...]
    frozen: tuple[str, ...]

    @property
    def trained(self) -> tuple[str, ...]:
        """All trained parameters."""
        return self.decayed + self.undecayed


def select(names: Iterable[str], frozen: Sequence[str]) -> Selection:
    """Sort parameters by name.

    Args:
        names: every parameter.
        frozen: pieces of names; a parameter whose name contains one of them is frozen.

    Raises:
        ConfigError: a piece occurs in no name, or nothing is left to train.

    >>> select(["conv.weight", "conv.bias", "temp_conv.weight"], ["temp"])
    Selection(decayed=('conv.weight',), undecayed=('conv.bias',), frozen=('temp_conv.weight',))
    """
    listed = list(names)
    for piece in frozen:
        if not any(piece in name for name in listed):
            raise ConfigError(f"parameters.frozen: no parameter's name contains {piece!r}")
    still = [name for name in listed if any(piece in name for piece in frozen)]
    moving = [name for name in listed if name not in set(still)]
    if not moving:
        raise ConfigError("parameters.frozen leaves nothing to train")
    free = [name for name in moving if any(piece in name for piece in NO_DECAY)]
    kept = [name for name in moving if name not in set(free)]
    return Selection(tuple(kept), tuple(free), tuple(still))


def apply_selection(module: "nn.Module", selection: Selection) -> None:
    """Let gradients flow into the trained parameters alone."""
    trained = set(selection.trained)
    for name, parameter in module.named_parameters():
        parameter.requires_grad_(name in trained)


def decay_groups(module: "nn.Module", weight_decay: float) -> list[dict[str, object]]:
    """Return the optimiser's two groups of the parameters that gradients flow into."""
    free: list[nn.Parameter] = []
    kept: list[nn.Parameter] = []
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            (free if any(piece in name for piece in NO_DECAY) else kept).append(parameter)
    groups: list[dict[str, object]] = [
        {"params": free, "weight_decay": 0.0},
        {"params": kept, "weight_decay": weight_decay},
    ]
    return [group for group in groups if group["params"]]


def clamp_each(module: "nn.Module", limit: float) -> None:
    """Clamp every element of each gradient as it arrives, as the official hooks do.

    That is before processes average and for each part of an accumulated batch, so the result
    depends on how the batch is split once an element reaches the limit; ``clamp_averaged`` does
    not.
    """
    for parameter in module.parameters():
        if parameter.requires_grad:
            parameter.register_hook(lambda gradient: gradient.clamp(-limit, limit))


def clamp_averaged(parameters: Iterable["nn.Parameter"], limit: float) -> None:
    """Clamp every element of the gradients of the whole batch, in place."""
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.grad.clamp_(-limit, limit)


def gradient_norm(parameters: Iterable["nn.Parameter"]) -> "Tensor":
    """Return the norm of all gradients together, float32; 0 where there are none."""
    import torch

    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.zeros(())
    return torch.nn.utils.get_total_norm(gradients)
