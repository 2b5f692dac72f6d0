"""What may be done to modules so that they run faster; weights keep their names and values.

Sums are those of the stock modules. Where they are taken in another order, the last digits differ.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor

    from rem.options import RemSettings

TIME_ALONE = (3, 1, 1)
"""The kernel of the convolutions over time of ``UNet3DConditionModel``."""


class RowConvolution(nn.Module):
    """A convolution over time alone, computed as one over the rows of an image.

    Each frame's positions become one row, so that kernels for images serve: the same sums.
    """

    def __init__(self, convolution: nn.Conv3d) -> None:
        super().__init__()
        self.weight, self.bias = convolution.weight, convolution.bias

    def forward(self, states: "Tensor") -> "Tensor":
        """Return ``[B, D, T, h, w]`` of ``[B, C, T, h, w]``."""
        rows = states.flatten(3)
        found = functional.conv2d(rows, self.weight.squeeze(-1), self.bias, padding=(1, 0))
        unfolded: Tensor = found.unflatten(3, states.shape[3:])
        return unfolded


class LastGroupNorm(nn.Module):
    """A group norm that keeps channels last in memory where they are; torch's moves them.

    Means and deviations are float32 whatever the type of the states.
    """

    def __init__(self, norm: nn.GroupNorm) -> None:
        super().__init__()
        self.weight, self.bias = norm.weight, norm.bias
        self.num_groups, self.eps = norm.num_groups, norm.eps

    def forward(self, states: "Tensor") -> "Tensor":
        """Return ``[B, C, …]`` of the same shape and layout."""
        last = states.movedim(1, -1)
        if not last.is_contiguous():
            return functional.group_norm(states, self.num_groups, self.weight, self.bias, self.eps)
        rows = last.flatten(1, -2)  # [B, P, C]
        # Channels first, then the few of a group: each read of memory is in order.
        mean = self._over_groups(rows.mean(1, dtype=torch.float32))
        norm = torch.linalg.vector_norm(rows, dim=1, dtype=torch.float32)
        square = self._over_groups(norm.square() / rows.shape[1])
        scale = (square - mean.square()).clamp_min(0).add(self.eps).rsqrt() * self.weight
        shift = self.bias - mean * scale
        found = torch.addcmul(
            shift[:, None].float(), rows, scale[:, None].float(), out=torch.empty_like(rows)
        )
        normed: Tensor = found.unflatten(1, last.shape[1:-1]).movedim(-1, 1)
        return normed

    def _over_groups(self, channels: "Tensor") -> "Tensor":
        """Return ``[B, C]`` with each value the mean of its group."""
        groups = channels.unflatten(1, (self.num_groups, -1))
        spread: Tensor = groups.mean(2, keepdim=True).expand_as(groups).flatten(1)
        return spread


def prepare_network(network: Any, settings: "RemSettings") -> None:
    """Change a network, in place, as the options of speed say."""
    if settings.time_as_rows:
        replace(network, _is_over_time, RowConvolution)
    compiled = settings.compile == "all"
    if settings.channels_last:
        to_channels_last(network, norms=not compiled)
    if compiled:
        network.compile()


def prepare_vae(vae: Any, settings: "RemSettings") -> None:
    """Change a VAE of frames, in place, as the options of speed say."""
    compiled = settings.compile != "nothing"
    if settings.channels_last:
        to_channels_last(vae, norms=not compiled)
    if compiled:
        vae.encoder.compile()
        vae.decoder.compile()


@contextmanager
def tuned(*, autotune: bool) -> Iterator[None]:
    """Let cuDNN time its kernels for each new shape while the block runs, and not afterwards."""
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = before or autotune
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = before


def to_channels_last(module: nn.Module, *, norms: bool) -> None:
    """Store the weights of convolutions with channels last, and let norms keep that layout.

    Args:
        module: is changed in place.
        norms: whether norms are replaced; a compiler writes its own.
    """
    if norms:
        replace(module, lambda child: type(child) is nn.GroupNorm, LastGroupNorm)
    for parameter in module.parameters():
        if parameter.dim() == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
        elif parameter.dim() == 5 and parameter.shape[2:] == TIME_ALONE:
            rows = parameter.data.squeeze(-1).contiguous(memory_format=torch.channels_last)
            parameter.data = rows.unsqueeze(-1)


def replace(
    module: nn.Module, chosen: Callable[[nn.Module], bool], made: Callable[[Any], nn.Module]
) -> None:
    """Put what is made of each chosen module in its place, with its mode."""
    for name, child in list(module.named_children()):
        if chosen(child):
            setattr(module, name, made(child).train(child.training))
        else:
            replace(child, chosen, made)


def _is_over_time(module: nn.Module) -> bool:
    return (
        type(module) is nn.Conv3d
        and module.kernel_size == TIME_ALONE
        and module.stride == (1, 1, 1)
        and module.padding == (1, 0, 0)
        and module.dilation == (1, 1, 1)
        and module.groups == 1
    )
