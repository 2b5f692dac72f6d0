"""A binary mask as bits: the one form in which masks are held and scored."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from refvps.errors import ShapeError

BoolArray = NDArray[np.bool_]
WordArray = NDArray[np.uint64]

WORD_BITS = 64


class Size(NamedTuple):
    """Height and width in pixels, named so that the two are never swapped."""

    height: int
    width: int

    def __str__(self) -> str:
        """Return width x height, the order people write resolutions in."""
        return f"{self.width}x{self.height}"


def words_per_column(height: int) -> int:
    """Return how many 64-bit words hold one column of ``height`` pixels."""
    return -(-height // WORD_BITS)


@dataclass(frozen=True, slots=True, eq=False)
class PackedMask:
    """One binary mask, one bit a pixel, column by column.

    Column-major, as COCO run-length encoding is, so that a run-length-encoded mask becomes words
    without a transposition. Every column starts a new word and the bits past the last row are 0,
    so that counting bits counts pixels.

    Attributes:
        size: height and width in pixels, both at least 1.
        words: uint64 ``[W, ceil(H / 64)]``, read-only; bit ``i`` of word ``k`` is row ``64k + i``.

    Raises:
        ShapeError: the words do not fit the size, are not uint64, or have padding bits set.
    """

    size: Size
    words: WordArray

    def __post_init__(self) -> None:
        """Check the words against the size and freeze them."""
        height, width = self.size
        expected = (width, words_per_column(height))
        if height < 1 or width < 1:
            raise ShapeError(f"a mask has at least one pixel; got size {self.size}")
        if self.words.shape != expected or self.words.dtype != np.uint64:
            raise ShapeError(
                f"a packed mask of {self.size} needs uint64 words {expected}; "
                f"got {self.words.dtype} {self.words.shape}"
            )
        if np.any(self.words[:, -1] & ~last_word_mask(height)):
            raise ShapeError(f"a packed mask of {self.size} has bits set below its last row")
        self.words.flags.writeable = False

    @property
    def area(self) -> int:
        """The number of pixels set."""
        return int(np.bitwise_count(self.words).sum())

    def dense(self) -> BoolArray:
        """Return the mask as bool ``[H, W]``, built on request."""
        octets = self.words.astype("<u8", copy=False).view(np.uint8)
        bits = np.unpackbits(octets, axis=1, count=self.size.height, bitorder="little")
        dense: BoolArray = np.ascontiguousarray(bits.T).view(np.bool_)
        return dense

    def __eq__(self, other: object) -> bool:
        """Return whether both masks have the same size and the same pixels."""
        if not isinstance(other, PackedMask):
            return NotImplemented
        return self.size == other.size and bool(np.array_equal(self.words, other.words))

    def __hash__(self) -> int:
        """Return a hash of the size and the pixels."""
        return hash((self.size, self.words.tobytes()))


def last_word_mask(height: int) -> np.uint64:
    """Return the bits of a column's last word that are pixels."""
    used = int(height) - WORD_BITS * (words_per_column(height) - 1)
    return np.uint64((1 << used) - 1)


def pack(mask: BoolArray) -> PackedMask:
    """Pack a dense mask.

    Args:
        mask: bool ``[H, W]``.

    Raises:
        ShapeError: not bool, or not two-dimensional.

    >>> pack(np.array([[True, False], [True, True]])).area
    3
    """
    if mask.dtype != np.bool_ or mask.ndim != 2:
        raise ShapeError(f"a mask is bool [H, W]; got {mask.dtype} {list(mask.shape)}")
    size = Size(*mask.shape)
    octets = np.packbits(np.ascontiguousarray(mask.T), axis=1, bitorder="little")
    padded = np.zeros((size.width, 8 * words_per_column(size.height)), np.uint8)
    padded[:, : octets.shape[1]] = octets
    return PackedMask(size, padded.view("<u8").astype(np.uint64, copy=False))


def empty(size: Size) -> PackedMask:
    """Return the mask with no pixel set."""
    return PackedMask(size, np.zeros((size.width, words_per_column(size.height)), np.uint64))


def full(size: Size) -> PackedMask:
    """Return the mask with every pixel set."""
    words = np.full((size.width, words_per_column(size.height)), ~np.uint64(0))
    words[:, -1] = last_word_mask(size.height)
    return PackedMask(size, words)
