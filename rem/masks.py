"""Masks to frames and back: {0, 1} on three equal channels, read at 0.5."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from refvps.packed import PackedMask, Size, pack
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

    values = torch.from_numpy(np.ascontiguousarray(masks)).to(torch.float32)
    return values[:, None].expand(-1, 3, -1, -1).contiguous()


def masks_of(decoded: "Tensor", size: Size) -> Iterator[PackedMask]:
    """Yield one mask a frame at the size of the clip's frames.

    Enlarged first, then the mean of the channels, then strictly above the threshold; in the type
    of ``decoded``.

    Args:
        decoded: ``[T, 3, S, S]`` in the raw range of the decoder.
        size: height and width of the masks.
    """
    for part in decoded.split(FRAMES_AT_ONCE):
        yield from (pack(mask) for mask in dense_masks(part, size))


def dense_masks(decoded: "Tensor", size: Size) -> BoolArray:
    """Return masks bool ``[T, H, W]``; see ``masks_of``."""
    from torch.nn.functional import interpolate

    enlarged = interpolate(decoded, size=tuple(size), mode="bilinear", align_corners=False)
    masks: BoolArray = (enlarged.mean(1) > MASK_THRESHOLD).cpu().numpy()
    return masks
