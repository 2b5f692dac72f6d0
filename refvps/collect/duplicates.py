"""Videos that show the same thing: perceptual fingerprints and how far they are apart."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from refvps.collect.geometry import Bars, without_bars
from refvps.errors import ShapeError
from refvps.types import UInt8Array

UInt64Array = NDArray[np.uint64]
KIND = "dhash64@2fps"
EVERY = 3
"""Of six stills a second."""

SAME = 12
"""Up to this median distance, of 64 bits, two videos are proposed as duplicates."""

DOUBTFUL = 16
"""Up to this distance a person is asked; different videos started at 15 where it was measured."""

FLAT = 3.0
"""Stills of less contrast, such as black ones, are like all others of their kind."""

SHORTER = 0.8
"""A video of less than this share of the other's length is called a part of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """Difference hashes of a video, two a second, and of its mirror image.

    Attributes:
        hashes: uint64 ``[K]``; K may be 0 for a video without contrast.
        mirrored: of the frames flipped from left to right.
    """

    hashes: UInt64Array
    mirrored: UInt64Array

    def __post_init__(self) -> None:
        """Check shapes."""
        if self.hashes.shape != self.mirrored.shape or self.hashes.ndim != 1:
            raise ShapeError("expected as many mirrored hashes as hashes")

    def to_bytes(self) -> bytes:
        """Return both rows, little-endian."""
        return np.stack([self.hashes, self.mirrored]).astype("<u8").tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Fingerprint":
        """Return what ``to_bytes`` wrote.

        Raises:
            ShapeError: the length fits no fingerprint.
        """
        if len(content) % 16:
            raise ShapeError(f"a fingerprint is of 16 bytes a still; got {len(content)} bytes")
        rows = np.frombuffer(content, "<u8").reshape(2, -1).astype(np.uint64)
        return cls(rows[0], rows[1])


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two videos relate.

    Attributes:
        relation: as it is, mirrored, or one a part of the other.
        distance: median number of different bits, 0 to 64.
    """

    relation: Literal["same", "flip", "subset"]
    distance: float

    def __post_init__(self) -> None:
        """Check the range."""
        if not 0 <= self.distance <= 64:
            raise ShapeError(f"a distance lies within 0 and 64; got {self.distance}")


def fingerprint(stills: UInt8Array, bars: Bars) -> Fingerprint:
    """Return the fingerprint of grey stills, uint8 ``[M, H, W]``, six a second."""
    pictures = [
        picture
        for picture in (without_bars(still, bars) for still in stills[::EVERY])
        if picture.std() >= FLAT
    ]
    hashes = np.array([dhash(picture) for picture in pictures], np.uint64)
    mirrored = np.array([dhash(picture[:, ::-1]) for picture in pictures], np.uint64)
    return Fingerprint(hashes, mirrored)


def dhash(picture: UInt8Array) -> int:
    """Return 64 bits: whether each of 8x8 places is darker than the one to its right.

    >>> dhash(np.tile(np.arange(90, dtype=np.uint8), (80, 1))) == 2**64 - 1
    True
    """
    import cv2

    small = cv2.resize(np.ascontiguousarray(picture), (9, 8), interpolation=cv2.INTER_AREA)
    bits = small[:, :-1] < small[:, 1:]
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def compare(one: Fingerprint, other: Fingerprint) -> Likeness | None:
    """Return how two videos relate; None where one has no fingerprint.

    Every still of the shorter one is matched with the most alike of the longer one.
    """
    short, long = sorted((one, other), key=lambda each: len(each.hashes))
    if not len(short.hashes):
        return None
    plain = _distance(short.hashes, long.hashes)
    flipped = _distance(short.hashes, long.mirrored)
    if flipped < plain:
        return Likeness("flip", flipped)
    part = len(short.hashes) < SHORTER * len(long.hashes)
    return Likeness("subset" if part else "same", plain)


def _distance(short: UInt64Array, long: UInt64Array) -> float:
    return float(np.median(np.bitwise_count(short[:, None] ^ long[None]).min(axis=1)))
