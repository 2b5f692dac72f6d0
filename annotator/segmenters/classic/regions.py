"""A frame as superpixels: their colours, and how strongly neighbours hang together."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from refvps.types import BoolArray, FloatArray, Size, UInt8Array

WORK_SIDE = 480
"""Longer side that frames are worked on at, in pixels."""

COUNT = 1600
"""Superpixels of a frame, about."""

LEAST_PIXELS = 16
"""Pixels of a superpixel in a tiny frame."""

COMPACTNESS = 8.0
"""How much superpixels mind distance against colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Superpixels of one frame at work size.

    Attributes:
        size: of the frame itself.
        labels: int32 ``[h, w]``, the superpixel of each pixel, 0 and up.
        colours: float64 ``[N, 3]``, mean CIE Lab.
        pixels: float64 ``[N]``, pixels in each.
        pairs: int ``[E, 2]``, neighbours.
        contrasts: float64 ``[E]``, distance of their colours across the shared edge.
        lengths: float64 ``[E]``, pixels of the shared edge.
        border: bool ``[N]``, whether it touches the edge of the frame.
    """

    size: Size
    labels: NDArray[np.int32]
    colours: FloatArray
    pixels: FloatArray
    pairs: NDArray[np.int64]
    contrasts: FloatArray
    lengths: FloatArray
    border: BoolArray

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return int(self.labels.nbytes + self.pairs.nbytes + 5 * self.colours.nbytes)


def regions_of(frame: UInt8Array) -> Regions:
    """Return the superpixels of a frame, uint8 ``[H, W, 3]``."""
    from skimage.segmentation import slic

    size = Size(*frame.shape[:2])
    small = cv2.resize(frame, work_shape(size), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor((small / np.float32(255)).astype(np.float32), cv2.COLOR_RGB2LAB)
    smooth = cv2.GaussianBlur(lab, (0, 0), 0.7)
    labels = slic(
        smooth,
        n_segments=min(COUNT, max(1, smooth.shape[0] * smooth.shape[1] // LEAST_PIXELS)),
        compactness=COMPACTNESS,
        convert2lab=False,
        start_label=0,
        enforce_connectivity=True,
        max_num_iter=6,
    ).astype(np.int32)
    return _measured(size, labels, np.asarray(smooth, np.float64))


def work_shape(size: Size) -> tuple[int, int]:
    """Return width and height of the image that is worked on."""
    scale = min(1.0, WORK_SIDE / max(size))
    return max(1, round(size.width * scale)), max(1, round(size.height * scale))


def _measured(size: Size, labels: NDArray[np.int32], lab: FloatArray) -> Regions:
    count = int(labels.max()) + 1
    flat = labels.ravel()
    pixels = np.bincount(flat, minlength=count).astype(np.float64)
    colours = np.stack(
        [np.bincount(flat, lab[..., c].ravel(), count) / pixels for c in range(3)], axis=1
    )
    pairs, contrasts, lengths = _edges(labels, lab, count)
    border = np.zeros(count, bool)
    for line in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        border[line] = True
    return Regions(size, labels, colours, pixels, pairs, contrasts, lengths, border)


def _edges(
    labels: NDArray[np.int32], lab: FloatArray, count: int
) -> tuple[NDArray[np.int64], FloatArray, FloatArray]:
    """Return neighbours, the mean contrast across their edge, and its length."""
    keys, steps = [], []
    for one, other in (
        ((slice(None), slice(None, -1)), (slice(None), slice(1, None))),
        ((slice(None, -1), slice(None)), (slice(1, None), slice(None))),
    ):
        a, b = labels[one].ravel().astype(np.int64), labels[other].ravel().astype(np.int64)
        differ = a != b
        low, high = np.minimum(a, b)[differ], np.maximum(a, b)[differ]
        keys.append(low * count + high)
        step = lab[one].reshape(-1, 3)[differ] - lab[other].reshape(-1, 3)[differ]
        steps.append(np.linalg.norm(step, axis=1))
    unique, index = np.unique(np.concatenate(keys), return_inverse=True)
    lengths = np.bincount(index).astype(np.float64)
    contrasts = np.bincount(index, np.concatenate(steps)) / lengths
    return np.stack([unique // count, unique % count], axis=1), contrasts, lengths
