"""The masks of a clip as runs of set pixels: the form they are stored in, and J is counted in.

How many pixels two masks share is found from their runs alone, all frames at once, at a cost that
follows the outlines and not the areas.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from refvps.errors import ShapeError
from refvps.packed import WORD_BITS, Order, PackedMask, Size, last_word_mask, words_a_line

Int64Array = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RunTrack:
    """Binary masks of several frames, all of one size.

    Pixels are counted down the columns, as COCO run lengths are, and on from frame to frame:
    pixel ``p`` of frame ``k`` has the place ``k * H * W + p``.

    Attributes:
        size: height and width in pixels, both at least 1.
        starts: int64 ``[R]``, the place of every run's first pixel, in order.
        ends: int64 ``[R]``, one past its last pixel; no run reaches into the next, or past its
            frame. A run may be empty.
        first: int64 ``[F + 1]``, which run is the first of each frame, and at last ``R``.

    Raises:
        ShapeError: the arrays do not belong together.
    """

    size: Size
    starts: Int64Array
    ends: Int64Array
    first: Int64Array

    def __post_init__(self) -> None:
        """Check that runs are in order and inside their frames."""
        runs, frames = len(self.starts), len(self)
        if min(self.size) < 1:
            raise ShapeError(f"a mask has at least one pixel; got size {self.size}")
        if len(self.ends) != runs or frames < 0 or self.first[0] != 0 or self.first[-1] != runs:
            raise ShapeError(f"{runs} runs need as many ends, and first to count them by frame")
        if np.any(self.first[1:] < self.first[:-1]):
            raise ShapeError("first counts backwards")
        pixels = self.size.height * self.size.width
        some = np.flatnonzero(self.first[1:] > self.first[:-1])
        if (
            np.any(self.ends < self.starts)
            or np.any(self.starts[1:] < self.ends[:-1])
            or np.any(self.starts[self.first[some]] < some * pixels)
            or np.any(self.ends[self.first[some + 1] - 1] > (some + 1) * pixels)
        ):
            raise ShapeError("runs overlap or leave their frames")

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.first) - 1

    def areas(self) -> Int64Array:
        """Return how many pixels each frame sets, int64 ``[F]``."""
        return _sums(self.ends - self.starts, self.first)

    def shared_with(self, other: "RunTrack") -> Int64Array:
        """Return how many pixels are set in both, int64 ``[F]``.

        Raises:
            ShapeError: the other has another size, or another number of frames.
        """
        require_alike(self, other)
        # Cheaper through the one with fewer runs.
        few, many = (self, other) if len(self.starts) < len(other.starts) else (other, self)
        starts, ends = many.set_before(np.stack((few.starts, few.ends)))
        return _sums(ends - starts, few.first)

    def set_before(self, places: Int64Array) -> Int64Array:
        """Return how many pixels are set before each place, over all frames; any shape.

        That is the length of all runs that start before it, less what the last of them has left.
        """
        lengths = np.zeros(len(self.starts) + 1, np.int64)
        np.cumsum(self.ends - self.starts, out=lengths[1:])
        started = np.searchsorted(self.starts, places)
        # A place before every run looks at an end that is never past it.
        ends = np.concatenate((np.zeros(1, np.int64), self.ends))
        found: Int64Array = lengths[started] - np.maximum(ends[started] - places, 0)
        return found

    def packed(self, frame: int) -> PackedMask:
        """Return one frame's mask as bits, by columns.

        One bit is set where the value changes; a prefix XOR then fills each run: inside a word
        by doubling shifts, across words by the parity of the changes before.
        """
        height, width = self.size
        chosen = slice(self.first[frame], self.first[frame + 1])
        edges = np.stack([self.starts[chosen], self.ends[chosen]], axis=1).ravel()
        per_column = words_a_line(height)
        words = np.zeros(width * per_column + 1, np.uint64)
        columns, rows = np.divmod(edges - frame * height * width, height)
        bits = columns * (per_column * WORD_BITS) + rows
        if bits.size:
            places = bits >> 6
            flips = np.uint64(1) << (bits & 63).astype(np.uint64)
            firsts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
            words[places[firsts]] = np.bitwise_xor.reduceat(flips, firsts)
            # Before the first change and after the last there is nothing to fill.
            some = words[places[0] : places[-1] + 1]
            odd = np.bitwise_count(some) & np.uint8(1)
            for shift in (1, 2, 4, 8, 16, 32):
                some ^= some << np.uint64(shift)
            inverted = np.bitwise_xor.accumulate(odd)
            some[1:] ^= np.uint64(0) - inverted[:-1].astype(np.uint64)
        filled = words[:-1].reshape(width, per_column)
        filled[:, -1] &= last_word_mask(height)
        return PackedMask(self.size, filled, Order.COLUMNS)


def _sums(values: Int64Array, first: Int64Array) -> Int64Array:
    """Return the sums of one value a run over the runs of each frame."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    found: Int64Array = np.diff(sums[first])
    return found


def require_alike(one: RunTrack, other: RunTrack) -> None:
    """Raise ``ShapeError`` unless two tracks have one size and one number of frames."""
    if other.size != one.size or len(other) != len(one):
        raise ShapeError(
            f"masks differ: {len(one)} frames of {one.size} and {len(other)} of {other.size}"
        )


def runs_of(masks: Sequence[PackedMask | None], size: Size) -> RunTrack:
    """Return masks as runs, none of which goes on from one column to the next.

    Args:
        masks: one a frame; None for one without a pixel.
        size: the size of all masks.

    Raises:
        ShapeError: a mask is of another size.
    """
    pixels = size.height * size.width
    edges: list[Int64Array] = []
    for frame, mask in enumerate(masks):
        if mask is None:
            edges.append(np.empty(0, np.int64))
            continue
        if mask.size != size:
            raise ShapeError(f"mask of frame {frame + 1} is {mask.size}; the first is {size}")
        edges.append(_edges(mask) + frame * pixels)
    first = np.zeros(len(edges) + 1, np.int64)
    np.cumsum([len(found) // 2 for found in edges], out=first[1:])
    together = np.concatenate(edges) if edges else np.empty(0, np.int64)
    return RunTrack(size, together[0::2], together[1::2], first)


def _edges(mask: PackedMask) -> Int64Array:
    """Return where runs start and end in turn, counted down the columns."""
    height = mask.size.height
    words = mask.by(Order.ROWS).words
    # A pixel that differs from the one above starts a run or ends one; a row of nothing above
    # and below makes every run of a column start and end inside it.
    changed = np.empty((height + 1, words.shape[1]), np.uint64)
    changed[0], changed[-1] = words[0], words[-1]
    np.bitwise_xor(words[1:], words[:-1], out=changed[1:-1])
    flat = changed.ravel()
    found = np.flatnonzero(flat)
    octets = flat[found].astype("<u8", copy=False).view(np.uint8).reshape(-1, 8)
    bits = np.flatnonzero(np.unpackbits(octets, axis=1, bitorder="little"))
    rows, places = np.divmod(found[bits >> 6], words.shape[1])
    # One row more a column, so that an end at the bottom stays before the next column's start.
    keys = (places * WORD_BITS + (bits & 63)) * (height + 1) + rows
    keys.sort()
    edges: Int64Array = keys - keys // (height + 1)
    return edges
