"""One pass of a network without memory: what its backward pass would keep, and its arithmetic.

This module imports torch; import it where it is needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode

from rem.variants import Variant


def dry_step(network: nn.Module, variant: Variant, shape: tuple[int, int, int]) -> tuple[int, int]:
    """Return the bytes kept for the backward pass, and the operations of the forward pass.

    Args:
        network: on the meta device, in the type of its products, with what is trained marked.
        variant: what it is.
        shape: samples, frames, and latent places along a side.
    """
    own = {id(parameter) for parameter in network.parameters()}
    kept: dict[int, int] = {}
    held: list[Any] = []

    def pack(tensor: Tensor) -> Tensor:
        # The meta device has no addresses; one storage object a tensor tells views from copies.
        storage: Any = tensor.untyped_storage()
        if id(tensor) not in own and storage._cdata not in kept:  # noqa: SLF001 - its identity
            kept[storage._cdata] = storage.nbytes()  # noqa: SLF001
            held.append(storage)
        return tensor

    counter = FlopCounterMode(display=False)
    with saved_tensors_hooks(pack, lambda tensor: tensor), counter, fused_attention() as attention:
        _forward(network, variant, shape)
    return sum(kept.values()), int(counter.get_total_flops()) + attention.flops


def frame_flops(config: dict[str, Any], size: int) -> float:
    """Return the operations of encoding one frame with an ``AutoencoderKL``."""
    from diffusers import AutoencoderKL

    kind: Any = AutoencoderKL
    with torch.device("meta"):
        vae = kind.from_config(config)
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter, fused_attention() as attention:
        vae.encode(torch.empty(1, config.get("in_channels", 3), size, size, device="meta"))
    return float(counter.get_total_flops() + attention.flops)


class _Attention(torch.autograd.Function):
    """Has the shapes of attention and keeps what the fused kernels keep."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Keep the inputs and the answer."""
        answer = query.new_empty((*query.shape[:-1], value.shape[-1]))
        ctx.save_for_backward(query, key, value, answer)
        return answer

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        """Never called."""
        raise NotImplementedError


class _Fused(TorchFunctionMode):
    """Counts attention by itself: torch's meta device takes the long way, which keeps more."""

    def __init__(self) -> None:
        super().__init__()
        self.flops = 0

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: Any = (),
        kwargs: Any = None,
    ) -> Any:
        named = dict(kwargs or {})
        if func is not torch.nn.functional.scaled_dot_product_attention:
            return func(*args, **named)
        order = ("query", "key", "value")
        query, key, value = [*list(args)[:3], *(named[name] for name in order[len(args) :])]
        places = query.numel() // query.shape[-1] * key.shape[-2]
        self.flops += 2 * places * (query.shape[-1] + value.shape[-1])
        apply: Any = _Attention.apply
        return apply(query, key, value)


@contextmanager
def fused_attention() -> Iterator[_Fused]:
    """Stand in for attention in the block, and count its operations."""
    with _Fused() as mode:
        yield mode


def _forward(network: Any, variant: Variant, shape: tuple[int, int, int]) -> None:
    batch, frames, side = shape
    config, dtype = network.config, next(network.parameters()).dtype

    def empty(*sizes: int) -> Tensor:
        return torch.empty(sizes, dtype=dtype, device="meta")

    step = torch.zeros(batch, device="meta", dtype=torch.int64)
    if variant.family == "wan":
        latents = empty(batch, config.in_channels, (frames - 1) // 4 + 1, side, side)
        network(latents, step.to(dtype), empty(batch, variant.tokens, config.text_dim))
        return
    text = empty(batch, variant.tokens, config.cross_attention_dim)
    if variant.family == "unet3d":
        network(empty(batch, config.in_channels, frames, side, side), step, text)
        return
    latents = empty(batch * frames, config.in_channels, side, side)
    network(latents, step.repeat_interleave(frames), text.repeat_interleave(frames, dim=0))
