"""A field of likelihood carried from one frame to the next by optical flow."""

import cv2
import numpy as np
from numpy.typing import NDArray

from annotator.segmenters.classic.regions import work_shape
from refvps.types import FloatArray, Size, UInt8Array

Float32Array = NDArray[np.float32]


def grey_of(frame: UInt8Array) -> UInt8Array:
    """Return a frame at work size, uint8 ``[h, w]``."""
    shape = work_shape(Size(*frame.shape[:2]))
    small = cv2.resize(frame, shape, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def carried(
    values: FloatArray, before: UInt8Array, after: UInt8Array
) -> tuple[FloatArray, FloatArray]:
    """Return values of the frame before at the places of the frame after, and how sure that is.

    Args:
        values: float64 ``[h, w]``.
        before: grey ``[h, w]``.
        after: grey ``[h, w]``.

    Returns:
        float64 ``[h, w]`` each; sureness is 1 where going there and back ends where it began, and
        falls to 0 over some pixels.

    Source: T. Kroeger et al., "Fast optical flow using dense inverse search", ECCV 2016.
    """
    back, there = _flow(after, before), _flow(before, after)
    rows, columns = np.mgrid[: before.shape[0], : before.shape[1]].astype(np.float32)
    x, y = columns + back[..., 0], rows + back[..., 1]
    moved = cv2.remap(
        values.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    returned = cv2.remap(there, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    gap = np.linalg.norm(back + returned, axis=-1)
    length = np.linalg.norm(back, axis=-1)
    sure = np.exp(-((gap / (1.5 + 0.1 * length)) ** 2))
    return moved.astype(np.float64), sure.astype(np.float64)


def _flow(one: UInt8Array, other: UInt8Array) -> Float32Array:
    if min(one.shape) < 16:  # the method's patches need room
        return np.zeros((*one.shape, 2), np.float32)
    method = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.asarray(method.calc(one, other, np.zeros((*one.shape, 2), np.float32)), np.float32)
