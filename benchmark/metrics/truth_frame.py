"""One frame of truth, prepared once for all the predictions it is compared with."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.region_similarity import RegionCounts, region_counts, require_same_size
from refvps.packed import Order
from refvps.rle import Int64Array, RunMask, places_in_words
from refvps.types import PackedMask


class TruthFrame:
    """A target's mask and void on one frame.

    A prediction held as bits is compared word by word. One held as runs is never expanded: how
    many target pixels lie in a run is the difference of two prefix counts, and those are looked
    up, so the cost follows the outline and not the area.
    """

    def __init__(self, mask: PackedMask, void: PackedMask | None) -> None:
        """Take the frame's masks, of one size, no pixel set in both."""
        self.mask, self.void = mask, void

    def counts(self, pred: PackedMask | RunMask) -> RegionCounts:
        """Count the frame's pixels for J; see ``region_counts``.

        Raises:
            ShapeError: the masks differ in size.
        """
        if isinstance(pred, PackedMask):
            return region_counts(pred, self.mask, self.void)
        require_same_size(pred.size, self.mask.size)
        height = self.mask.size.height
        starts, ends = places_in_words(pred.starts, height), places_in_words(pred.ends, height)
        intersection = self._target_ranks.within(starts, ends)
        predicted, ignored = pred.area, 0
        if self._void_ranks is not None:
            predicted -= self._void_ranks.within(starts, ends)
            ignored = self._void_ranks.total
        target = self._target_ranks.total
        return RegionCounts(
            intersection, predicted + target - intersection, predicted, target, ignored
        )

    @cached_property
    def _target_ranks(self) -> "Ranks":
        return Ranks(self.mask)

    @cached_property
    def _void_ranks(self) -> "Ranks | None":
        return None if self.void is None else Ranks(self.void)


class Ranks:
    """How many pixels of a mask are set before any place, counted down the columns.

    Source: the rank directory of G. Jacobson, "Space-efficient static trees and graphs", 1989.
    """

    def __init__(self, mask: PackedMask) -> None:
        """Count the pixels before every word."""
        words = mask.by(Order.COLUMNS).words.ravel()
        before: NDArray[np.int64] = np.zeros(len(words) + 1, np.int64)
        np.cumsum(np.bitwise_count(words), out=before[1:])
        # One word more, so that the place past the last pixel can be asked for.
        self._words, self._before = np.append(words, np.uint64(0)), before
        self.total = int(before[-1])

    def within(self, starts: Int64Array, ends: Int64Array) -> int:
        """Return how many pixels are set in runs, given by the places of their ends."""
        return int(self._at(ends).sum() - self._at(starts).sum())

    def _at(self, places: Int64Array) -> Int64Array:
        """Return how many pixels are set before each place."""
        word = places >> 6
        below = (np.uint64(1) << (places & 63).astype(np.uint64)) - np.uint64(1)
        counted: Int64Array = self._before[word] + np.bitwise_count(self._words[word] & below)
        return counted
