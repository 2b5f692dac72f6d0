"""A binary mask as bits: the one form in which masks are held and scored."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from refvps.errors import ShapeError

BoolArray = NDArray[np.bool_]
UInt8Array = NDArray[np.uint8]
WordArray = NDArray[np.uint64]

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


class Order(Enum):
    """What one line of a packed mask is: image files hold rows, COCO run lengths columns."""

    ROWS = "rows"
    COLUMNS = "columns"

    def lines(self, size: Size) -> tuple[int, int]:
        """Return how many lines a mask has, and how many pixels a line."""
        height, width = size
        return (height, width) if self is Order.ROWS else (width, height)


@dataclass(frozen=True, slots=True, eq=False)
class PackedMask:
    """One binary mask, one bit a pixel, line by line.

    Every line starts a new word and the bits past its last pixel are 0, so that counting bits
    counts pixels. A mask stays in the order it was read in and is turned when one is needed.

    Attributes:
        size: height and width in pixels, both at least 1.
        words: uint64 ``[lines, ceil(pixels / 64)]``, read-only; bit ``i`` of word ``k`` is pixel
            ``64k + i`` of the line.
        order: whether lines are rows or columns.

    Raises:
        ShapeError: the words do not fit the size, are not uint64, or have padding bits set.
    """

    size: Size
    words: WordArray
    order: Order

    def __post_init__(self) -> None:
        """Check the words against the size and freeze them."""
        if min(self.size) < 1:
            raise ShapeError(f"a mask has at least one pixel; got size {self.size}")
        lines, pixels = self.order.lines(self.size)
        expected = (lines, words_a_line(pixels))
        if self.words.shape != expected or self.words.dtype != np.uint64:
            raise ShapeError(
                f"a packed mask of {self.size} by {self.order.value} needs uint64 words "
                f"{expected}; got {self.words.dtype} {self.words.shape}"
            )
        if np.any(self.words[:, -1] & ~last_word_mask(pixels)):
            raise ShapeError(f"a packed mask of {self.size} has bits set past the end of a line")
        self.words.flags.writeable = False

    @property
    def area(self) -> int:
        """The number of pixels set."""
        return count_bits(self.words)

    def dense(self) -> BoolArray:
        """Return the mask as bool ``[H, W]``, built on request."""
        if self.order is Order.ROWS:
            return _unpacked(self)
        return np.ascontiguousarray(_unpacked(self).T)

    def columns(self) -> BoolArray:
        """Return the mask as bool ``[W, H]``, contiguous: Fortran order, as COCO takes it."""
        return _unpacked(self.by(Order.COLUMNS))

    def by(self, order: Order) -> "PackedMask":
        """Return the same mask with its lines in another order.

        Bits are turned rather than pixels: blocks of 8 by 8 bits are transposed inside one word
        by three exchanges, which moves an eighth of the memory that turning pixels moves.

        Source: the 8 by 8 transposition of H. S. Warren, "Hacker's Delight", section 7-3.
        """
        if self.order is order:
            return self
        lines, pixels = self.order.lines(self.size)
        across, down = -(-pixels // 8), 8 * words_a_line(lines)
        padded = np.zeros((8 * down, across), np.uint8)
        padded[:lines] = _octets(self)[:, :across]
        gathered = np.ascontiguousarray(padded.reshape(down, 8, across).transpose(2, 0, 1))
        blocks = gathered.view("<u8")[..., 0]
        for shift, chosen in _EXCHANGES:
            exchanged = (blocks ^ (blocks >> shift)) & chosen
            blocks ^= exchanged ^ (exchanged << shift)
        octets = blocks.view(np.uint8).reshape(across, down, 8).transpose(0, 2, 1)
        turned = np.ascontiguousarray(octets).reshape(8 * across, down)[:pixels]
        return PackedMask(self.size, turned.view("<u8").astype(np.uint64, copy=False), order)

    def __eq__(self, other: object) -> bool:
        """Return whether both masks have the same size and the same pixels."""
        if not isinstance(other, PackedMask):
            return NotImplemented
        if self.size != other.size:
            return False
        return bool(np.array_equal(self.words, other.by(self.order).words))

    def __hash__(self) -> int:
        """Return a hash of the size and the area."""
        return hash((self.size, self.area))


def words_a_line(pixels: int) -> int:
    """Return how many 64-bit words hold one line."""
    return -(-pixels // WORD_BITS)


def last_word_mask(pixels: int) -> np.uint64:
    """Return the bits of a line's last word that are pixels."""
    used = int(pixels) - WORD_BITS * (words_a_line(int(pixels)) - 1)
    return np.uint64((1 << used) - 1)


def count_bits(words: WordArray) -> int:
    """Return how many bits are set in all words."""
    return int(np.bitwise_count(words).sum(dtype=np.int64))


def pack(mask: BoolArray) -> PackedMask:
    """Pack a dense mask, by rows.

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
    octets = np.packbits(mask, axis=1, bitorder="little")
    padded = np.zeros((size.height, 8 * words_a_line(size.width)), np.uint8)
    padded[:, : octets.shape[1]] = octets
    return PackedMask(size, padded.view("<u8").astype(np.uint64, copy=False), Order.ROWS)


def empty(size: Size) -> PackedMask:
    """Return the mask with no pixel set."""
    words = np.zeros((size.height, words_a_line(size.width)), np.uint64)
    return PackedMask(size, words, Order.ROWS)


def full(size: Size) -> PackedMask:
    """Return the mask with every pixel set."""
    words = np.full((size.height, words_a_line(size.width)), ~np.uint64(0))
    words[:, -1] = last_word_mask(size.width)
    return PackedMask(size, words, Order.ROWS)


def _octets(mask: PackedMask) -> UInt8Array:
    return mask.words.astype("<u8", copy=False).view(np.uint8)


def _unpacked(mask: PackedMask) -> BoolArray:
    """Return the pixels, bool ``[lines, pixels]``."""
    _, pixels = mask.order.lines(mask.size)
    return np.unpackbits(_octets(mask), axis=1, count=pixels, bitorder="little").view(np.bool_)
