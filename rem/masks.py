"""Masks to frames and back: {0, 1} on three equal channels, read at 0.5."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from refvps.packed import WORD_BITS, Order, PackedMask, Size, words_a_line
from refvps.types import BoolArray
from rem.variants import MASK_THRESHOLD

if TYPE_CHECKING:
    from torch import Tensor

FRAMES_AT_ONCE = 16
"""Enlarged frames that are in memory together; changes no value."""


def mask_frames(masks: BoolArray) -> "Tensor":
    """Return masks bool ``[T, S, S]`` as frames to encode, float32 ``[T, 3, S, S]``.

    Background is 0 and target 1: grey and white to an autoencoder whose range is [-1, 1].
    Official: the training scripts encode masks like this, and the weights depend on it.
    """
    import torch

    values = torch.tensor(masks, dtype=torch.float32)
    return values[:, None].expand(-1, 3, -1, -1).contiguous()


def masks_of(decoded: "Tensor", size: Size) -> Iterator[PackedMask]:
    """Yield one mask a frame at the size of the clip's frames.

    Enlarged first, then the mean of the channels, then strictly above the threshold; in the type
    of ``decoded``.

    Args:
        decoded: ``[T, 3, S, S]`` in the raw range of the decoder.
        size: height and width of the masks.
    """
    yield from from_bits(bits_of(decoded, size), size)


def bits_of(decoded: "Tensor", size: Size) -> "Tensor":
    """Return masks as bits on the device of ``decoded``, uint8 ``[T, H, 8 * words]``.

    An eighth of the memory then has to leave a GPU, and nothing waits for it; see ``masks_of``.
    """
    import torch

    return torch.cat([_packed(_masks(part, size)) for part in decoded.split(FRAMES_AT_ONCE)])


def from_bits(bits: "Tensor", size: Size) -> Iterator[PackedMask]:
    """Yield the masks in bits, one a frame; this waits until a GPU has computed them."""
    for frame in bits.cpu().numpy():
        words = np.ascontiguousarray(frame).view("<u8").astype(np.uint64, copy=False)
        yield PackedMask(size, words, Order.ROWS)


def dense_masks(decoded: "Tensor", size: Size) -> BoolArray:
    """Return masks bool ``[T, H, W]``; see ``masks_of``."""
    masks: BoolArray = _masks(decoded, size).cpu().numpy()
    return masks


def _masks(decoded: "Tensor", size: Size) -> "Tensor":
    from torch.nn.functional import interpolate

    enlarged = interpolate(decoded, size=tuple(size), mode="bilinear", align_corners=False)
    above: Tensor = enlarged.mean(1) > MASK_THRESHOLD
    return above


def _packed(masks: "Tensor") -> "Tensor":
    """Return bits, uint8 ``[T, H, 8 * words]``, of bool ``[T, H, W]``: the first pixel lowest."""
    import torch
    from torch.nn.functional import pad

    width = masks.shape[2]
    padded = pad(masks, (0, WORD_BITS * words_a_line(width) - width))
    if masks.device.type == "cpu":  # NumPy is faster there
        return torch.from_numpy(np.packbits(padded.numpy(), axis=2, bitorder="little"))
    return bits_by_sums(padded)


def bits_by_sums(masks: "Tensor") -> "Tensor":
    """Return what ``numpy.packbits`` does of bool ``[…, 8 * n]``, lowest bit first, anywhere."""
    import torch

    values = torch.tensor([1, 2, 4, 8, 16, 32, 64, 128], dtype=torch.uint8, device=masks.device)
    packed: Tensor = (masks.unflatten(-1, (-1, 8)) * values).sum(-1, dtype=torch.uint8)
    return packed
