"""Multi-scale deformable attention by ``grid_sample``, in place of the compiled operator.

MUTR, VD-IT and UNINEXT import a module called ``MultiScaleDeformableAttention`` that only a CUDA
compiler makes. ``install`` puts one of that name into ``sys.modules``, so the official code calls
this one through its own wrapper.
"""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

MODULE = "MultiScaleDeformableAttention"
SAMPLES = 1 << 27
"""Sampled numbers held at once; a clip beyond it goes in parts, which changes no number."""
TOLERANCE = 1e-4
"""A compiled operator may differ by as much from this one, with values of about 1."""


def attend(  # noqa: PLR0917 - the operator's signature
    value: Any, shapes: Any, starts: Any, locations: Any, weights: Any, step: int
) -> Any:
    """Return the operator's output, float ``[batch, queries, heads * width]``.

    ``value`` is ``[batch, positions, heads, width]``, the levels of ``shapes`` (rows of height
    and width) one after the other; ``locations`` is ``[batch, queries, heads, levels, points, 2]``
    with x and y in 0..1; ``weights`` is the same without its last axis. ``starts`` and ``step``
    are there because the compiled operator takes them.
    """
    import torch

    _, queries, heads, levels, points, _ = locations.shape
    row = queries * heads * levels * points * value.shape[-1]
    rows = max(1, SAMPLES // row)
    parts = [
        _attend(value[at : at + rows], shapes, locations[at : at + rows], weights[at : at + rows])
        for at in range(0, value.shape[0], rows)
    ]
    return parts[0] if len(parts) == 1 else torch.cat(parts)


def _attend(value: Any, shapes: Any, locations: Any, weights: Any) -> Any:
    import torch
    from torch.nn import functional

    batch, _, heads, width = value.shape
    queries = locations.shape[1]
    sizes = [(int(height), int(across)) for height, across in shapes]
    by_head = value.permute(0, 2, 3, 1).flatten(0, 1)  # [batch * heads, width, positions]
    grids = (2 * locations - 1).transpose(1, 2).flatten(0, 1)  # [b * heads, q, levels, points, 2]
    levels = by_head.split([height * across for height, across in sizes], dim=2)
    sampled = [
        functional.grid_sample(
            level.reshape(batch * heads, width, *size),
            grids[:, :, index],
            mode="bilinear",
            padding_mode="zeros",
            align_corners=False,
        )  # [batch * heads, width, queries, points]
        for index, (level, size) in enumerate(zip(levels, sizes))
    ]
    shares = weights.transpose(1, 2).reshape(batch * heads, 1, queries, -1)
    summed = (torch.stack(sampled, dim=-2).flatten(-2) * shares).sum(-1)
    return summed.view(batch, heads * width, queries).transpose(1, 2).contiguous()


def install(device: str) -> str:
    """Make the module importable; return ``compiled`` if that is there and right, else ``shim``."""
    compiled = _compiled()
    if compiled is not None and device == "cuda" and difference(compiled) < TOLERANCE:
        return "compiled"
    module = types.ModuleType(MODULE)
    module.ms_deform_attn_forward = attend  # type: ignore[attr-defined]
    module.ms_deform_attn_backward = _no_training  # type: ignore[attr-defined]
    sys.modules[MODULE] = module
    return "shim"


def difference(compiled: Any) -> float:
    """Return by how much a compiled operator differs from this one at most, on the GPU."""
    import torch

    made = torch.Generator().manual_seed(0)

    def some(*shape: int) -> Any:
        return torch.rand(*shape, generator=made).cuda()

    shapes = torch.tensor([[6, 7], [3, 4]]).cuda()
    starts = torch.tensor([0, 42]).cuda()
    shares = torch.softmax(some(2, 5, 4, 8), -1).view(2, 5, 4, 2, 4)
    given = (some(2, 54, 4, 8), shapes, starts, some(2, 5, 4, 2, 4, 2), shares, 64)
    return float((compiled.ms_deform_attn_forward(*given) - attend(*given)).abs().max())


def _compiled() -> Any:
    known = sys.modules.get(MODULE)
    if known is not None and getattr(known, "ms_deform_attn_forward", None) is attend:
        return None
    try:
        return importlib.import_module(MODULE)
    except ImportError:
        return None


def _no_training(*_: Any) -> None:
    raise NotImplementedError("the stand-in of the deformable attention has no backward pass")
