"""Agreement near the boundary, where people differ: IoU within a band around both outlines."""

import numpy as np

from benchmark.metrics.label_agreement import Labels
from refvps.contours import Patch, contour
from refvps.packed import PackedMask, WordArray, count_bits, last_word_mask

BANDS = (3, 5, 9)
"""Widths of the band to either side, in pixels."""


def band_parts(first: Labels, second: Labels, radius: int) -> tuple[int, int]:
    """Return intersection and union of two targets within a band, where neither ignores.

    The band is every pixel no farther than ``radius`` from the boundary of either target, so a
    large target whose inside nobody doubts cannot hide a loose outline.

    Args:
        first: one person's labels.
        second: the other's, of the same size.
        radius: in pixels, at least 1.

    Source: the trimap plots of Kohli, Ladický and Torr, "Robust higher order potentials", 2009.
    """
    order, size = first.target.order, first.target.size
    one, other = first.composed(), second.composed().by(order)
    band = np.zeros_like(one.words)
    for mask in (one, other):
        _add(band, contour(mask, None, radius).near)
    _, pixels = order.lines(size)
    band[:, -1] &= last_word_mask(pixels)
    for labels in (first, second):
        if labels.ignore is not None:
            band &= ~labels.ignore.by(order).words
    return _shared(one, other, band)


def _shared(one: PackedMask, other: PackedMask, within: WordArray) -> tuple[int, int]:
    both = count_bits(one.words & other.words & within)
    return both, count_bits((one.words | other.words) & within)


def _add(band: WordArray, patch: Patch) -> None:
    lines, words = patch.words.shape
    band[patch.top : patch.top + lines, patch.left : patch.left + words] |= patch.words
