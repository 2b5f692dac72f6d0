"""The boundary of a mask and what lies near it, on bits: what F, contour accuracy, is made of.

Lines may be rows or columns: turning a mask turns its boundary and everything near it, and no
number of pixels changes.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from typing import NamedTuple

import numpy as np

from refvps.errors import ShapeError
from refvps.packed import WORD_BITS, Order, PackedMask, Size, WordArray, count_bits, words_a_line

_ONE, _LAST = np.uint64(1), np.uint64(WORD_BITS - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Part of an image of bits: whole words of some lines. Outside of it nothing is set.

    Attributes:
        top: the first line.
        left: the first word of each line.
        words: uint64 ``[lines, words]``, as in ``PackedMask``.
    """

    top: int
    left: int
    words: WordArray

    def shared_with(self, other: "Patch") -> int:
        """Return how many bits are set in both."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        bottom = min(self.top + self.words.shape[0], other.top + other.words.shape[0])
        right = min(self.left + self.words.shape[1], other.left + other.words.shape[1])
        if top >= bottom or left >= right:
            return 0
        one, another = (
            patch.words[
                top - patch.top : bottom - patch.top, left - patch.left : right - patch.left
            ]
            for patch in (self, other)
        )
        return count_bits(one & another)


NOWHERE = Patch(0, 0, np.zeros((0, 0), np.uint64))


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """The boundary of one mask.

    Attributes:
        size: height and width of the mask in pixels.
        order: whether lines are rows or columns.
        pixels: how many pixels the boundary has.
        boundary: them; see ``contour``.
        near: the pixels no farther from one of them than the tolerance. Bits past the last pixel
            of a line may be set too, where no boundary is.
    """

    size: Size
    order: Order
    pixels: int
    boundary: Patch
    near: Patch

    def near_to(self, other: "Contour") -> int:
        """Return how many pixels of this boundary lie within the tolerance of the other.

        Raises:
            ShapeError: the masks differ in size, or in order.
        """
        if self.size != other.size or self.order is not other.order:
            raise ShapeError(
                f"contours differ: {self.size} by {self.order.value} and {other.size} by "
                f"{other.order.value}"
            )
        return self.boundary.shared_with(other.near)


class Box(NamedTuple):
    """Where bits are set: lines and pixels of a line, first and last."""

    top: int
    bottom: int
    first: int
    last: int


def contour(mask: PackedMask, void: PackedMask | None, radius: int) -> Contour:
    """Return the boundary of a mask.

    Void pixels are taken out of the mask first, as the official code does: where void cuts through
    a mask there is a boundary. A pixel belongs to the boundary if it differs from its right, lower
    or lower right neighbour, of those that are inside the image: no boundary runs along the frame.

    Args:
        mask: the mask.
        void: pixels to ignore; None ignores nothing.
        radius: the tolerance in pixels; see ``tolerance``.

    Raises:
        ShapeError: mask and void differ in size.
        ValueError: the radius is negative.

    Source: ``_seg2bmap`` and ``f_measure`` in ``davis2017/metrics.py`` of davis2017-evaluation.
    """
    words = _counted(mask, void, radius)
    lines, pixels = mask.order.lines(mask.size)
    boundary = _boundary(words, pixels)
    box = _box(boundary)
    if box is None:
        return Contour(mask.size, mask.order, 0, NOWHERE, NOWHERE)
    left, right = box.first // WORD_BITS, box.last // WORD_BITS + 1
    cut = boundary.words[
        box.top - boundary.top : box.bottom + 1 - boundary.top,
        left - boundary.left : right - boundary.left,
    ]
    patch = Patch(box.top, left, np.ascontiguousarray(cut))
    near = _dilated(patch, reach(box, lines, pixels, radius), radius)
    return Contour(mask.size, mask.order, count_bits(patch.words), patch, near)


def tolerance(size: Size, bound: float) -> int:
    """Return how far from a boundary a pixel may lie and still match it, in whole pixels.

    Args:
        size: of the masks.
        bound: below 1 a share of the diagonal, rounded up; from 1 on a number of pixels.

    Raises:
        ValueError: negative, or a fraction above 1.

    >>> tolerance(Size(480, 854), 0.008)
    8
    """
    if not bound >= 0 or (bound >= 1 and bound % 1):
        raise ValueError(f"bound is {bound}; expected a share below 1, or whole pixels")
    height, width = size
    if bound >= 1:
        # Nothing in the image is farther apart than both sides together.
        return int(min(bound, height + width))
    # As the official code rounds: the root first, then the product, then up.
    return int(np.ceil(bound * np.sqrt(float(height * height + width * width))))


@lru_cache(maxsize=64)
def half_widths(radius: int) -> tuple[int, ...]:
    """Return how far a disk reaches along the lines 0, 1, … ``radius`` away from its centre.

    >>> half_widths(3)
    (3, 2, 2, 0)
    """
    return tuple(isqrt(radius * radius - away * away) for away in range(radius + 1))


@lru_cache(maxsize=64)
def widenings(radius: int) -> tuple[int, ...]:
    """Return the half-widths to go through, ascending, to reach all of a disk's.

    One follows from the one before by a shift to either side, which leaves no gap if it is no
    more than one run and one pixel longer, and takes bits from the next word only if it is less
    than a word.
    """
    found = [0]
    for wanted in sorted(set(half_widths(radius))):
        while found[-1] < wanted:
            found.append(min(wanted, 3 * found[-1] + 1, found[-1] + WORD_BITS - 1))
    return tuple(found)


def reach(box: Box, lines: int, pixels: int, radius: int) -> tuple[int, int, int, int]:
    """Return the lines, then the words of a line, that lie within the radius of a box.

    First one and one past the last, each inside the image.
    """
    return (
        max(box.top - radius, 0),
        min(box.bottom + radius, lines - 1) + 1,
        max(box.first - radius, 0) // WORD_BITS,
        min(box.last + radius, pixels - 1) // WORD_BITS + 1,
    )


def _counted(mask: PackedMask, void: PackedMask | None, radius: int) -> WordArray:
    """Return the words of the mask without void."""
    require_contour(mask, void, radius)
    if void is None:
        return mask.words
    found: WordArray = mask.words & ~void.by(mask.order).words
    return found


def require_contour(mask: PackedMask, void: PackedMask | None, radius: int) -> None:
    """Raise for what has no contour; see ``contour``."""
    if radius < 0:
        raise ValueError(f"a tolerance is 0 pixels or more; got {radius}")
    if void is not None and void.size != mask.size:
        raise ShapeError(f"masks differ in size: {mask.size} and {void.size}")


def _boundary(words: WordArray, pixels: int) -> Patch:
    """Return the boundary of a mask given line by line."""
    lines, across = words.shape
    filled = np.flatnonzero(words)
    if not filled.size:
        return NOWHERE
    # One line more, for what differs from the line below it.
    top, bottom = max(int(filled[0]) // across - 1, 0), int(filled[-1]) // across + 1
    cut = words[top:bottom]
    after = cut >> _ONE
    after[:, :-1] |= cut[:, 1:] << _LAST
    # Past the edge a line goes on as it ends: its last pixel has no neighbour to differ from.
    after[:, -1] |= cut[:, -1] & (_ONE << np.uint64((pixels - 1) % WORD_BITS))
    some, every = cut | after, cut & after
    found = np.empty_like(some)
    np.bitwise_or(some[:-1], some[1:], out=found[:-1])
    found[-1] = some[-1]
    every[:-1] &= every[1:]
    if bottom < lines:
        # An empty line follows.
        every[-1] = 0
    found &= ~every
    return Patch(top, 0, found)


def _box(patch: Patch) -> Box | None:
    """Return where bits are set; None if none is."""
    filled = np.flatnonzero(patch.words)
    if not filled.size:
        return None
    across = patch.words.shape[1]
    columns = np.bitwise_or.reduce(patch.words, axis=0).tolist()
    used = [place for place, word in enumerate(columns) if word]
    low, high = columns[used[0]], columns[used[-1]]
    first = (patch.left + used[0]) * WORD_BITS + (low & -low).bit_length() - 1
    last = (patch.left + used[-1]) * WORD_BITS + high.bit_length() - 1
    top, bottom = int(filled[0]) // across, int(filled[-1]) // across
    return Box(patch.top + top, patch.top + bottom, first, last)


def _dilated(patch: Patch, within: tuple[int, int, int, int], radius: int) -> Patch:
    """Return the bits no farther than the radius from one of a patch.

    A disk is a stack of runs: each line, widened by the disk's half-width at that distance, goes
    to the lines that far above and below. Lines are laid end to end, apart by words that take
    what shifts out of them, so that one shift serves all of them.
    """
    top, bottom, left, right = within
    lines, across = patch.words.shape
    apart = max(words_a_line(radius), 1)
    pitch = apart + right - left
    wide = np.zeros(lines * pitch + apart, np.uint64)
    at = apart + patch.left - left
    wide[: lines * pitch].reshape(lines, pitch)[:, at : at + across] = patch.words
    near = np.zeros((lines + 2 * radius) * pitch + apart, np.uint64)
    spare = np.empty_like(wide)
    by_width: dict[int, list[int]] = {}
    for away, width in enumerate(half_widths(radius)):
        by_width.setdefault(width, []).extend({radius - away, radius + away})
    before = 0
    for width in widenings(radius):
        if width:
            wide = _widened(wide, width - before, spare)
            before = width
        for line in by_width.get(width, ()):
            target = near[line * pitch : line * pitch + wide.size]
            np.bitwise_or(target, wide, out=target)
    found = near[: (lines + 2 * radius) * pitch].reshape(-1, pitch)
    skipped = top - (patch.top - radius)
    return Patch(top, left, found[skipped : skipped + bottom - top, apart:].copy())


def _widened(words: WordArray, step: int, spare: WordArray) -> WordArray:
    """Return bits that are set up to ``step`` < 64 bits to either side of a bit that is set."""
    shift, rest = np.uint64(step), np.uint64(WORD_BITS - step)
    found = words << shift
    found |= words
    for shifted, by, source, into in (
        (spare, shift, slice(None), slice(None)),
        (spare[1:], rest, slice(0, -1), slice(1, None)),
    ):
        np.right_shift(words[source], by, out=shifted)
        target = found[into]
        np.bitwise_or(target, shifted, out=target)
    np.left_shift(words[1:], rest, out=spare[:-1])
    found[:-1] |= spare[:-1]
    return found
