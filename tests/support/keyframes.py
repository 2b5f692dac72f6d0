"""Little clips for segmenters, in memory."""

import numpy as np
from numpy.typing import NDArray

from refvps.types import BoolArray, Size, UInt8Array

BACKGROUND = (30, 60, 200)
TARGET = (220, 40, 40)
SMALL = Size(48, 64)


class ArrayFrames:
    """Keyframes held in memory; counts how often each was decoded."""

    def __init__(self, frames: UInt8Array) -> None:
        self.frames = frames
        self.decoded: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def size(self) -> Size:
        return Size(*self.frames.shape[1:3])

    def frame(self, k: int) -> UInt8Array:
        self.decoded[k] = self.decoded.get(k, 0) + 1
        return self.frames[k]


def discs(count: int, size: Size = SMALL, radius: int = 10) -> NDArray[np.bool_]:
    """A disc that moves two pixels right a frame, bool ``[T, H, W]``."""
    rows, columns = np.mgrid[: size.height, : size.width]
    return np.stack(
        [
            (rows - size.height // 2) ** 2 + (columns - 14 - 2 * k) ** 2 <= radius**2
            for k in range(count)
        ]
    )


def plain(masks: BoolArray) -> ArrayFrames:
    """Frames of two plain colours."""
    frames = np.empty((*masks.shape, 3), np.uint8)
    frames[...] = BACKGROUND
    frames[masks] = TARGET
    return ArrayFrames(frames)


def textured(masks: BoolArray, seed: int = 0) -> ArrayFrames:
    """Frames with texture that moves with the target."""
    generator = np.random.default_rng(seed)
    height, width = masks.shape[1:]
    behind = generator.integers(0, 120, (height, width, 3), np.uint8)
    target = generator.integers(120, 255, (height, width, 3), np.uint8)
    frames = np.stack(
        [
            np.where(mask[..., None], np.roll(target, 2 * k, axis=1), behind)
            for k, mask in enumerate(masks)
        ]
    )
    return ArrayFrames(frames)
