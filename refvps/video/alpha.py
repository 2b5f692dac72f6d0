"""Transparent pixels, laid over black."""

import numpy as np

from refvps.types import UInt8Array


def over_black(pixels: UInt8Array) -> UInt8Array:
    """Return RGBA, uint8 ``[H, W, 4]``, as RGB over black, as players show it.

    >>> over_black(np.array([[[200, 100, 50, 255], [200, 100, 50, 51]]], np.uint8)).tolist()
    [[[200, 100, 50], [40, 20, 10]]]
    """
    alpha = pixels[..., 3:]
    if alpha.min(initial=255) == 255:
        return np.ascontiguousarray(pixels[..., :3])
    mixed = pixels[..., :3].astype(np.uint16) * alpha
    return ((mixed + np.uint16(127)) // np.uint16(255)).astype(np.uint8)
