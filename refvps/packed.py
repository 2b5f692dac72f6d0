"""A binary mask as bits: the one form in which masks are held and scored."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from refvps.errors import ShapeError

BoolArray = NDArray[np.bool_]
WordArray = NDArray[np.uint64]

UInt8Array = NDArray[np.uint8]

WORD_BITS = 64

_EXCHANGES = (
    (np.uint64(7), np.uint64(0x00AA00AA00AA00AA)),
    (np.uint64(14), np.uint64(0x0000CCCC0000CCCC)),
    (np.uint64(28), np.uint64(0x00000000F0F0F0F0)),
)


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
        return np.ascontiguousarray(self.columns().T)

    def columns(self) -> BoolArray:
        """Return the mask as bool ``[W, H]``, the order it is held in; cheaper than ``dense``."""
        octets = self.words.astype("<u8", copy=False).view(np.uint8)
        bits = np.unpackbits(octets, axis=1, count=self.size.height, bitorder="little")
        return bits.view(np.bool_)

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
    return from_row_bits(np.packbits(mask, axis=1, bitorder="little"), Size(*mask.shape))


def from_row_bits(rows: UInt8Array, size: Size) -> PackedMask:
    """Return the mask whose rows are given as bits, eight pixels a byte.

    Bits are turned rather than pixels: blocks of 8 by 8 bits are transposed inside one word by
    three exchanges, which moves an eighth of the memory that turning a dense mask moves.

    Args:
        rows: uint8 ``[H, ceil(W / 8)]``, the leftmost pixel in the lowest bit; bits past the
            last column may be anything.
        size: height and width in pixels.

    Source: the 8 by 8 transposition of H. S. Warren, "Hacker's Delight", section 7-3.
    """
    height, width = size
    across, down = rows.shape[1], 8 * words_per_column(height)
    padded = np.zeros((8 * down, across), np.uint8)
    padded[:height] = rows
    turned = np.ascontiguousarray(padded.reshape(down, 8, across).transpose(2, 0, 1))
    blocks = turned.view("<u8")[..., 0]
    for shift, chosen in _EXCHANGES:
        exchanged = (blocks ^ (blocks >> shift)) & chosen
        blocks ^= exchanged ^ (exchanged << shift)
    octets = blocks.view(np.uint8).reshape(across, down, 8).transpose(0, 2, 1)
    columns = np.ascontiguousarray(octets).reshape(8 * across, down)[:width]
    return PackedMask(size, columns.view("<u8").astype(np.uint64, copy=False))


def empty(size: Size) -> PackedMask:
    """Return the mask with no pixel set."""
    return PackedMask(size, np.zeros((size.width, words_per_column(size.height)), np.uint64))


def full(size: Size) -> PackedMask:
    """Return the mask with every pixel set."""
    words = np.full((size.width, words_per_column(size.height)), ~np.uint64(0))
    words[:, -1] = last_word_mask(size.height)
    return PackedMask(size, words)
