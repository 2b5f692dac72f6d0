"""How TransNetV2 looks at a video: overlapping windows of small frames, and what it makes of them.

As published (Soucek and Lokoc, 2020, and the authors' code): windows of 100 frames, each 50 after
the one before, of which the 50 in the middle count; the first and the last frame are repeated to
fill them. One output is high at the middle of a transition, the other all over it. What is made of
the two is this project's: ``transitions``.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from refvps.collect.cut import Change
from refvps.errors import ShapeError
from refvps.types import Size, UInt8Array

SIZE = Size(27, 48)
WINDOW = 100
STEP = 50
PADDING = (WINDOW - STEP) // 2

FloatArray: TypeAlias = NDArray[np.float32]

Network: TypeAlias = Callable[[UInt8Array], tuple[FloatArray, FloatArray]]
"""Takes a window, RGB, uint8 ``[100, 27, 48, 3]``; returns for each of its frames how sure it is
that a transition has its middle here, and that the frame is part of one: 0 to 1, ``[100]``."""


class Windows:
    """Cuts frames, one after another, into windows; no more than one window is held."""

    def __init__(self) -> None:
        self._held: list[UInt8Array] = []
        self._count = 0

    def add(self, frame: UInt8Array) -> Iterator[UInt8Array]:
        """Yield the window that a frame completes, if any.

        Raises:
            ShapeError: the frame is not of 27x48 pixels.
        """
        if frame.shape != (*SIZE, 3) or frame.dtype != np.uint8:
            raise ShapeError(f"frames are uint8 {(*SIZE, 3)}; got {frame.dtype} {frame.shape}")
        if not self._count:
            self._held += [frame] * PADDING
        self._count += 1
        yield from self._hold(frame)

    def rest(self) -> Iterator[UInt8Array]:
        """Yield the windows that are completed by repeating the last frame."""
        if not self._count:
            return
        last = self._held[-1]
        for _ in range(PADDING + STEP - (self._count % STEP or STEP)):
            yield from self._hold(last)

    def _hold(self, frame: UInt8Array) -> Iterator[UInt8Array]:
        self._held.append(frame)
        if len(self._held) == WINDOW:
            yield np.stack(self._held)
            del self._held[:STEP]


class Watching:
    """A network at work on one video: window by window, so that memory does not grow with it."""

    def __init__(self, network: Network, threshold: float) -> None:
        self._network = network
        self._threshold = threshold
        self._windows = Windows()
        self._count = 0
        self._middles: list[FloatArray] = []
        self._parts: list[FloatArray] = []

    def see(self, pixels: UInt8Array) -> None:
        """See ``Watch``."""
        self._count += 1
        self._look(self._windows.add(pixels))

    def changes(self) -> tuple[Change, ...]:
        """See ``Watch``."""
        self._look(self._windows.rest())
        if not self._count:
            return ()
        middle, part = (
            np.concatenate(each)[: self._count] for each in (self._middles, self._parts)
        )
        return transitions(middle, part, self._threshold)

    def _look(self, windows: Iterator[UInt8Array]) -> None:
        for window in windows:
            middle, part = self._network(window)
            self._middles.append(middle[PADDING : PADDING + STEP])
            self._parts.append(part[PADDING : PADDING + STEP])


def transitions(middle: FloatArray, part: FloatArray, threshold: float) -> tuple[Change, ...]:
    """Return the transitions of a video, in order.

    A run of frames of which either output is sure. A single frame is a cut after it; of more than
    one, the first is mixed already. One that does not end is said to end at the last frame. The
    published reading takes middles alone: it misses most fades, and does not say how far a
    transition reaches.

    Args:
        middle: how sure it is that a transition has its middle at a frame, 0 to 1, ``[N]``.
        part: how sure it is that a frame is part of a transition, 0 to 1, ``[N]``.
        threshold: above this it is believed.

    >>> at = np.array([0, 0, 0, 1, 0, 0, 0, 0], np.float32)
    >>> transitions(at, at, 0.5)
    (Change(before=3, after=4),)
    >>> transitions(at, np.array([0, 1, 1, 1, 1, 1, 0, 0], np.float32), 0.5)
    (Change(before=0, after=6),)
    """
    if middle.shape != part.shape or middle.ndim != 1:
        raise ShapeError(f"expected two arrays [N]; got {middle.shape} and {part.shape}")
    found: list[Change] = []
    for first, last in _runs(np.maximum(middle, part) > threshold):
        before = first if first == last else max(0, first - 1)
        after = min(last + 1, len(middle) - 1)
        if before < after:
            found.append(Change(before, after))
    return tuple(found)


def _runs(marked: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of places that follow one another."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    yield from ((int(first), int(end) - 1) for first, end in edges.reshape(-1, 2))
