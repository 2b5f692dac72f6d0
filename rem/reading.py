"""Frames of a clip, window by window, decoded in threads ahead of the network."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from refvps.errors import DataError
from refvps.frames import read_frame
from refvps.types import Clip, Size, UInt8Array
from rem.preprocessing import squeeze
from rem.windows import Window

THREADS = 4
"""Decoding and resizing release the interpreter's lock, so threads are enough."""


@dataclass(frozen=True, slots=True, eq=False)
class WindowFrames:
    """The frames of a window.

    Attributes:
        window: which they are.
        frames: uint8 ``[T, S, S, 3]``, squeezed.
        size: of the clip's own frames.
    """

    window: Window
    frames: UInt8Array
    size: Size


def read_windows(clip: Clip, windows: Sequence[Window], size: int) -> Iterator[WindowFrames]:
    """Yield the frames of each window; those of the next are decoded meanwhile.

    Frames that neighbouring windows share are decoded once; two windows are in memory.

    Raises:
        DataError: a frame cannot be read, or its size differs from the first one's.
    """
    waiting: dict[int, Future[tuple[UInt8Array, Size]]] = {}
    first: Size | None = None
    with ThreadPoolExecutor(THREADS, thread_name_prefix="frames") as pool:
        try:
            for window, following in zip(windows, [*windows[1:], None], strict=True):
                for index in (*window.read, *(following.read if following else ())):
                    if index not in waiting:
                        waiting[index] = pool.submit(_read, clip, index, size)
                read = [waiting[frame].result() for frame in window.read]
                first = first or read[0][1]
                _require_one_size(clip, window, [found for _, found in read], first)
                yield WindowFrames(window, np.stack([frame for frame, _ in read]), first)
                needed = set(following.read) if following else set()
                waiting = {index: read for index, read in waiting.items() if index in needed}
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read(clip: Clip, index: int, size: int) -> tuple[UInt8Array, Size]:
    frame = read_frame(clip.frame_paths[index])
    return squeeze(frame, size), Size(*frame.shape[:2])


def _require_one_size(clip: Clip, window: Window, sizes: Sequence[Size], expected: Size) -> None:
    for index, found in zip(window.read, sizes, strict=True):
        if found != expected:
            raise DataError(
                clip.frame_paths[index], f"frame is {found}; the clip's first frame is {expected}"
            )
