"""What a backend of the scoring path does, and the one that is always there: NumPy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from refvps.contours import Contour, contour
from refvps.packed import Order, PackedMask, Size
from refvps.rle import read_counts
from refvps.runs import Int64Array, RunTrack


class Kernels(Protocol):
    """A backend; picklable, to travel to workers."""

    def read_counts(self, counts: Sequence[bytes], size: Size) -> RunTrack:
        """Decode compressed COCO strings; see ``refvps.rle.read_counts``."""
        ...

    def shared(self, one: RunTrack, other: RunTrack) -> Int64Array:
        """Count the pixels two tracks share; see ``RunTrack.shared_with``."""
        ...

    def packed(self, track: RunTrack, frame: int) -> PackedMask:
        """Return one frame's mask as bits, by columns; see ``RunTrack.packed``."""
        ...

    def turned(self, mask: PackedMask, order: Order) -> PackedMask:
        """Return a mask with its lines in an order; see ``PackedMask.by``."""
        ...

    def contour(self, mask: PackedMask, void: PackedMask | None, radius: int) -> Contour:
        """Find a mask's boundary and what lies near it; see ``refvps.contours.contour``."""
        ...


@dataclass(frozen=True, slots=True)
class NumpyKernels:
    """NumPy alone."""

    def read_counts(self, counts: Sequence[bytes], size: Size) -> RunTrack:
        """See ``Kernels.read_counts``."""
        return read_counts(counts, size)

    def shared(self, one: RunTrack, other: RunTrack) -> Int64Array:
        """See ``Kernels.shared``."""
        return one.shared_with(other)

    def packed(self, track: RunTrack, frame: int) -> PackedMask:
        """See ``Kernels.packed``."""
        return track.packed(frame)

    def turned(self, mask: PackedMask, order: Order) -> PackedMask:
        """See ``Kernels.turned``."""
        return mask.by(order)

    def contour(self, mask: PackedMask, void: PackedMask | None, radius: int) -> Contour:
        """See ``Kernels.contour``."""
        return contour(mask, void, radius)


NUMPY_KERNELS = NumpyKernels()
