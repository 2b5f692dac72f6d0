"""Masks drawn over a frame: a target in pink, ignored pixels in yellow, several in colours."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from refvps.errors import ShapeError
from refvps.types import BoolArray, UInt8Array


class Colour(NamedTuple):
    """Red, green and blue, 0 to 255 each."""

    red: int
    green: int
    blue: int

    @property
    def hex(self) -> str:
        """The colour as web pages and plots write it, such as ``#ffd400``."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


TARGET = Colour(255, 26, 140)
VOID = Colour(255, 212, 0)
RIM = Colour(255, 255, 255)
"""Pink and yellow as in the paper's figures, far enough apart in lightness for colour-blind eyes;
white keeps the outline visible where the frame itself is pink."""

COLOURS = (
    TARGET,
    Colour(86, 180, 233),
    Colour(230, 159, 0),
    Colour(106, 61, 232),
    Colour(120, 70, 20),
    Colour(0, 128, 128),
)
"""For several masks at once, in this order: the first five stay far apart for colour-blind eyes,
the sixth nearly so."""

STRIPE = 4
"""Where masks overlap, each shows through as stripes of so many widths of the outline."""

TARGET_WEIGHT = 112
VOID_WEIGHT = 160
"""How much of a colour is mixed into the frame, in 256ths; yellow needs more to stay yellow over
dark pixels, and what lies below void matters less."""

OUTLINE_SIDES = 1 / 320
"""The default width of the outline, in longer sides of the frame."""


def overlay(
    frame: UInt8Array, mask: BoolArray, *, void: BoolArray | None = None, outline: int | None = None
) -> UInt8Array:
    """Return a frame with a mask over it.

    The mask is tinted pink and its outermost pixels are solid pink, so nothing outside it looks
    like part of it; around it, but not over void, runs a white rim, half as wide. Void is tinted
    yellow and has no outline. The edge of the frame is not an edge of the mask.

    Args:
        frame: RGB, uint8 ``[H, W, 3]``; not changed.
        mask: the target, bool ``[H, W]``.
        void: ignored pixels, bool ``[H, W]``; None for none.
        outline: its width in pixels, 0 for none; by default it grows with the frame.

    Returns:
        uint8 ``[H, W, 3]``.

    Raises:
        ShapeError: an array has another type or shape, or the outline is negative.

    >>> overlay(np.zeros((1, 1, 3), np.uint8), np.ones((1, 1), bool)).tolist()
    [[[112, 11, 61]]]
    """
    _require_shapes(frame, mask, void)
    width = default_outline(frame) if outline is None else outline
    if width < 0:
        raise ShapeError(f"an outline is 0 or more pixels wide; got {width}")
    drawn = frame.copy()
    rest = ~mask
    if void is not None:
        _tint(drawn, void & rest, VOID, VOID_WEIGHT)
    _tint(drawn, mask, TARGET, TARGET_WEIGHT)
    if width:
        drawn[_grown(rest, width) & mask] = TARGET
        free = rest if void is None else rest & ~void
        drawn[_grown(mask, (width + 1) // 2) & free] = RIM
    return drawn


def overlay_several(
    frame: UInt8Array, masks: Sequence[BoolArray], *, outline: int | None = None
) -> UInt8Array:
    """Return a frame with several masks over it, each in its own colour of ``COLOURS``.

    As ``overlay``; where masks overlap, their colours take turns as diagonal stripes, also along
    outlines they share, so that none hides another. The white rim runs around all of them.

    Args:
        frame: RGB, uint8 ``[H, W, 3]``; not changed.
        masks: bool ``[H, W]`` each, at most as many as there are colours.
        outline: its width in pixels, 0 for none; by default it grows with the frame.

    Returns:
        uint8 ``[H, W, 3]``.

    Raises:
        ShapeError: an array has another type or shape, or there are more masks than colours.
    """
    for mask in masks:
        _require_shapes(frame, mask, None)
    if len(masks) > len(COLOURS):
        raise ShapeError(f"at most {len(COLOURS)} masks can be told apart; got {len(masks)}")
    width = default_outline(frame) if outline is None else outline
    if width < 0:
        raise ShapeError(f"an outline is 0 or more pixels wide; got {width}")
    drawn = frame.copy()
    # Nothing changes far from every mask, and most of a frame is.
    union = np.logical_or.reduce(masks) if masks else np.zeros(frame.shape[:2], bool)
    near = _around(union, width)
    part, within = drawn[near], [mask[near] for mask in masks]
    turns = _turns(near, STRIPE * max(width, 1))
    for share, colour in zip(_shares(within, turns), COLOURS, strict=False):
        _tint(part, share, colour, TARGET_WEIGHT)
    if width:
        edges = [_grown(~mask, width) & mask for mask in within]
        for share, colour in zip(_shares(edges, turns), COLOURS, strict=False):
            part[share] = colour
        part[_grown(union[near], (width + 1) // 2) & ~union[near]] = RIM
    return drawn


def default_outline(frame: UInt8Array) -> int:
    """Return the outline's default width in pixels for a frame ``[H, W, 3]``, at least 1.

    >>> default_outline(np.zeros((480, 854, 3), np.uint8))
    3
    """
    longer_side: int = max(frame.shape[:2])
    return max(1, round(OUTLINE_SIDES * longer_side))


Window = tuple[slice, slice]
"""Rows and columns of a frame."""


def _around(mask: BoolArray, margin: int) -> Window:
    """Return the window of all pixels of a mask and a margin, not past the frame."""
    window = []
    for axis in (1, 0):
        places = np.flatnonzero(mask.any(axis=axis))
        first, last = (places[0], places[-1]) if places.size else (0, -1)
        window.append(slice(max(0, int(first) - margin), int(last) + 1 + margin))
    return window[0], window[1]


def _turns(window: Window, stripe: int) -> NDArray[np.int64]:
    """Return the number of the diagonal stripe that each pixel of a window lies in."""
    rows, columns = (np.arange(part.start, part.stop) for part in window)
    return (rows[:, None] + columns[None]) // stripe


def _shares(masks: Sequence[BoolArray], turns: NDArray[np.int64]) -> list[BoolArray]:
    """Return the masks without overlap: shared pixels go to one mask each, in turn."""
    if len(masks) < 2:
        return list(masks)
    counts = [masks[0].astype(np.uint8)]
    for mask in masks[1:]:
        counts.append(counts[-1] + mask)
    turns = turns[: masks[0].shape[0], : masks[0].shape[1]]
    chosen = (turns % np.maximum(counts[-1], 1) + 1).astype(np.uint8)
    return [mask & (count == chosen) for mask, count in zip(masks, counts, strict=True)]


def _tint(drawn: UInt8Array, where: BoolArray, colour: Colour, weight: int) -> None:
    """Mix a colour into the pixels of a mask, in place; halves are rounded up."""
    mixed = drawn[where].astype(np.uint16) * np.uint16(256 - weight)
    mixed += np.array(colour, np.uint16) * np.uint16(weight) + np.uint16(128)
    drawn[where] = mixed >> 8


def _grown(mask: BoolArray, steps: int) -> BoolArray:
    """Return a mask grown by a number of pixels, not past the frame.

    Steps over 4 and over 8 neighbours take turns, which makes an octagon: near enough to a disk.
    """
    grown = mask
    for step in range(steps):
        before = grown
        grown = before.copy()
        grown[1:] |= before[:-1]
        grown[:-1] |= before[1:]
        # On an odd step columns grow from the rows just grown, which reaches the diagonals.
        beside = grown.copy() if step % 2 else before
        grown[:, 1:] |= beside[:, :-1]
        grown[:, :-1] |= beside[:, 1:]
    return grown


def _require_shapes(frame: UInt8Array, mask: BoolArray, void: BoolArray | None) -> None:
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
        raise ShapeError(f"a frame is uint8 [H, W, 3]; got {frame.dtype} {list(frame.shape)}")
    for name, array in (("mask", mask), ("void", void)):
        if array is None:
            continue
        if array.dtype != np.bool_ or array.shape != frame.shape[:2]:
            raise ShapeError(
                f"{name} is {array.dtype} {list(array.shape)}; expected bool "
                f"{list(frame.shape[:2])}, as the frame"
            )
