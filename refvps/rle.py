"""COCO run-length encoding, the way scoring reads predictions.

Exchange, that is writing and anything off the scoring path, goes through pycocotools
(``refvps.exchange``); this reader exists because scoring needs no dense mask: J is counted from
the runs themselves, and words are filled from them directly. The tests hold both equal to
pycocotools.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from refvps.errors import ShapeError
from refvps.packed import WORD_BITS, Order, PackedMask, Size, last_word_mask, words_a_line

Int64Array = NDArray[np.int64]

_FIRST_CHARACTER = 48
_DATA_BITS = 5
_MORE = 0x20
_SIGN = 0x10
_MOST_GROUPS = 7
"""Groups of five bits in one number; seven hold any run of a mask below 2**34 pixels."""


@dataclass(frozen=True, slots=True)
class RunMask:
    """One binary mask as the places where its value changes, column by column.

    Attributes:
        size: height and width in pixels.
        starts: int64 ``[R]``, the first pixel of every foreground run, counted down the columns.
        ends: int64 ``[R]``, one past its last pixel.
    """

    size: Size
    starts: Int64Array
    ends: Int64Array

    @property
    def area(self) -> int:
        """The number of pixels set."""
        return int((self.ends - self.starts).sum())

    def packed(self) -> PackedMask:
        """Return the mask as bits, by columns.

        One bit is set where the value changes; a prefix XOR then fills each run: inside a word
        by doubling shifts, across words by the parity of the changes before.
        """
        height, width = self.size
        per_column = words_a_line(height)
        words = np.zeros(width * per_column + 1, np.uint64)
        bits = places_in_words(np.stack([self.starts, self.ends], axis=1).ravel(), height)
        if bits.size:
            places = bits >> 6
            flips = np.uint64(1) << (bits & 63).astype(np.uint64)
            firsts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
            words[places[firsts]] = np.bitwise_xor.reduceat(flips, firsts)
            odd = np.bitwise_count(words) & np.uint8(1)
            for shift in (1, 2, 4, 8, 16, 32):
                words ^= words << np.uint64(shift)
            inverted = np.bitwise_xor.accumulate(odd)
            words[1:] ^= np.uint64(0) - inverted[:-1].astype(np.uint64)
        filled = words[:-1].reshape(width, per_column)
        filled[:, -1] &= last_word_mask(height)
        return PackedMask(self.size, filled, Order.COLUMNS)


def places_in_words(pixels: Int64Array, height: int) -> Int64Array:
    """Return the bit places of pixels counted down the columns, where columns start new words."""
    if height % WORD_BITS == 0:
        return pixels
    columns, rows = np.divmod(pixels, height)
    return columns * (words_a_line(height) * WORD_BITS) + rows


def decode_counts(counts: bytes) -> Int64Array:
    """Return the run lengths of a compressed COCO string, background first.

    Each run is a little-endian chain of five-bit groups with a sign; from the fourth on it is
    stored as the difference from the run two places before.

    Raises:
        ShapeError: a character outside the alphabet, or a number cut off or too long.

    Source: the format of ``rleToString`` in pycocotools' ``maskApi.c``.

    >>> decode_counts(b"132").tolist()
    [1, 3, 2]
    """
    groups = np.frombuffer(counts, np.uint8).astype(np.int64) - _FIRST_CHARACTER
    if groups.size == 0:
        raise ShapeError("run-length counts are empty")
    if groups.min() < 0 or groups.max() > _MORE + (_MORE - 1):
        raise ShapeError("run-length counts hold a character that the encoding does not use")
    more = (groups & _MORE) != 0
    if more[-1]:
        raise ShapeError("run-length counts end in the middle of a number")
    ends = np.flatnonzero(~more)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    if lengths.max() > _MOST_GROUPS:
        raise ShapeError("run-length counts hold a number too large for any mask")
    places = np.arange(groups.size, dtype=np.int64) - np.repeat(starts, lengths)
    values = np.add.reduceat((groups & (_MORE - 1)) << (_DATA_BITS * places), starts)
    negative = (groups[ends] & _SIGN) != 0
    values[negative] -= np.int64(1) << (_DATA_BITS * lengths[negative])
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def read_counts(counts: bytes, size: Size) -> RunMask:
    """Return the mask that a compressed COCO string encodes.

    Raises:
        ShapeError: the string is malformed, or its runs do not cover the mask exactly.
    """
    runs = decode_counts(counts)
    if runs.min() < 0:
        raise ShapeError("run-length counts hold a negative run")
    changes = np.cumsum(runs)
    total = int(changes[-1])
    if total != size.height * size.width:
        raise ShapeError(
            f"run-length counts cover {total} pixels; a mask of {size} has "
            f"{size.height * size.width}"
        )
    if len(changes) % 2:
        changes = changes[:-1]
    return RunMask(size, changes[0::2], changes[1::2])
