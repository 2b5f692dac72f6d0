"""The compiled backend: the loops of ``kernels.c`` over the same arrays."""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from refvps.contours import NOWHERE, Contour, Patch, require_contour
from refvps.packed import WORD_BITS, Order, PackedMask, Size, WordArray, words_a_line
from refvps.rle import read_counts
from refvps.runs import Int64Array, RunTrack, require_alike


@dataclass(frozen=True, slots=True)
class CompiledKernels:
    """Kernels in a shared library.

    Attributes:
        library: the file; see ``refvps.kernels.build``.
    """

    library: Path

    def read_counts(self, counts: Sequence[bytes], size: Size) -> RunTrack:
        """See ``Kernels.read_counts``."""
        text = b"".join(counts)
        lengths = np.array([len(string) for string in counts], np.int64)
        # Every run takes at least one character.
        starts, ends = np.empty((2, len(text)), np.int64)
        first = np.empty(len(counts) + 1, np.int64)
        failed = _loaded(self.library).refvps_read_counts(
            text,
            _address(lengths),
            len(counts),
            size.height * size.width,
            _address(starts),
            _address(ends),
            _address(first),
        )
        if failed:
            # The other backend says what is wrong.
            return read_counts(counts, size)
        return RunTrack(size, starts[: first[-1]], ends[: first[-1]], first)

    def shared(self, one: RunTrack, other: RunTrack) -> Int64Array:
        """See ``Kernels.shared``."""
        require_alike(one, other)
        counted: Int64Array = np.empty(len(one), np.int64)
        tracks = (one.starts, one.ends, one.first, other.starts, other.ends, other.first)
        arrays = [np.ascontiguousarray(array) for array in tracks]
        _loaded(self.library).refvps_shared(*map(_address, arrays), len(one), _address(counted))
        return counted

    def packed(self, track: RunTrack, frame: int) -> PackedMask:
        """See ``Kernels.packed``."""
        chosen = slice(track.first[frame], track.first[frame + 1])
        starts, ends = (np.ascontiguousarray(edges[chosen]) for edges in (track.starts, track.ends))
        height, width = track.size
        words = np.zeros((width, words_a_line(height)), np.uint64)
        _loaded(self.library).refvps_packed(
            _address(starts),
            _address(ends),
            len(starts),
            frame * height * width,
            height,
            words.shape[1],
            _address(words),
        )
        return PackedMask(track.size, words, Order.COLUMNS)

    def turned(self, mask: PackedMask, order: Order) -> PackedMask:
        """See ``Kernels.turned``."""
        if mask.order is order:
            return mask
        words = np.ascontiguousarray(mask.words)
        lines, across = words.shape
        pixels = mask.order.lines(mask.size)[1]
        turned = np.empty((pixels, words_a_line(lines)), np.uint64)
        _loaded(self.library).refvps_turned(
            _address(words), lines, across, pixels, _address(turned)
        )
        return PackedMask(mask.size, turned, order)

    def contour(self, mask: PackedMask, void: PackedMask | None, radius: int) -> Contour:
        """See ``Kernels.contour``."""
        require_contour(mask, void, radius)
        words = np.ascontiguousarray(mask.words)
        ignored = (
            None if void is None else np.ascontiguousarray(self.turned(void, mask.order).words)
        )
        lines, across = words.shape
        working = 6 * across + 4 * (radius // WORD_BITS) + 16 + radius
        space = np.empty(2 * words.size + working, np.uint64)
        boundary, near = space[: words.size], space[words.size : 2 * words.size]
        where = np.zeros(8, np.int64)
        pixels = _loaded(self.library).refvps_contour(
            _address(words),
            None if ignored is None else _address(ignored),
            lines,
            across,
            mask.order.lines(mask.size)[1],
            radius,
            _address(boundary),
            _address(near),
            _address(space[2 * words.size :]),
            _address(where),
        )
        if not pixels:
            return Contour(mask.size, mask.order, 0, NOWHERE, NOWHERE)
        top, bottom, left, right, above, below, before, after = where.tolist()
        drawn = boundary.reshape(lines, across)[top:bottom, left:right].copy()
        found = near[: (below - above) * (after - before)].reshape(below - above, -1).copy()
        return Contour(
            mask.size, mask.order, pixels, Patch(top, left, drawn), Patch(above, before, found)
        )


def _address(array: Int64Array | WordArray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


@lru_cache(maxsize=1)
def _loaded(library: Path) -> ctypes.CDLL:
    loaded = ctypes.CDLL(str(library))
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    loaded.refvps_read_counts.restype = number
    loaded.refvps_read_counts.argtypes = [ctypes.c_char_p, pointer, *[number] * 2, *[pointer] * 3]
    loaded.refvps_shared.restype = None
    loaded.refvps_shared.argtypes = [*[pointer] * 6, number, pointer]
    loaded.refvps_packed.restype = None
    loaded.refvps_packed.argtypes = [*[pointer] * 2, *[number] * 4, pointer]
    loaded.refvps_turned.restype = None
    loaded.refvps_turned.argtypes = [pointer, *[number] * 3, pointer]
    loaded.refvps_contour.restype = number
    loaded.refvps_contour.argtypes = [*[pointer] * 2, *[number] * 4, *[pointer] * 4]
    return loaded
