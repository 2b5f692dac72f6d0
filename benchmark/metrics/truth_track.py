"""The truth of one target over a clip, prepared once for all predictions it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmark.metrics.region_similarity import region_counts
from refvps.errors import ShapeError
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels
from refvps.packed import Order, PackedMask, Size
from refvps.runs import Int64Array, RunTrack, runs_of
from refvps.types import MaskTrack

Runs = tuple[RunTrack, RunTrack]
"""A target's masks and its voids."""

Bits = tuple[PackedMask, PackedMask | None]
"""A frame's mask and its void; None where nothing is ignored."""


@dataclass(frozen=True, slots=True)
class TrackCounts:
    """The pixels of every frame that J is made of, void left out; int64 ``[F]`` each.

    Attributes:
        intersection: predicted and in the target.
        union: predicted or in the target.
        predicted: predicted.
        target: in the target.
        void: ignored.
    """

    intersection: Int64Array
    union: Int64Array
    predicted: Int64Array
    target: Int64Array
    void: Int64Array


class TruthTrack:
    """A target's masks and voids on the annotated frames of a clip.

    Truth is held as bits, as runs, or as both: predictions made of runs are counted against runs,
    and those made of bits against bits, each converted the first time it is needed.
    """

    def __init__(self, frame_ids: Sequence[str], size: Size, source: MaskTrack | Runs) -> None:
        """Take the masks in the form they come in; see ``of_track`` and ``of_runs``."""
        self.frame_ids, self.size, self._source = tuple(frame_ids), size, source
        self._turned: dict[Order, tuple[Bits, ...]] = {}

    @classmethod
    def of_track(cls, track: MaskTrack) -> "TruthTrack":
        """Prepare masks as a data set gives them."""
        return cls(track.frame_ids, track.masks[0].size, track)

    @classmethod
    def of_runs(cls, frame_ids: Sequence[str], target: RunTrack, void: RunTrack) -> "TruthTrack":
        """Prepare masks that were kept as runs, no pixel in both.

        Raises:
            ShapeError: they are not of one size with one mask a frame each.
        """
        if not len(frame_ids) == len(target) == len(void) or target.size != void.size:
            raise ShapeError(f"{len(frame_ids)} frame ids, {len(target)} and {len(void)} masks")
        return cls(frame_ids, target.size, (target, void))

    @cached_property
    def runs(self) -> Runs:
        """The target's masks and the voids as runs."""
        source = self._source
        if isinstance(source, MaskTrack):
            return runs_of(source.masks, self.size), runs_of(source.voids, self.size)
        return source

    @cached_property
    def bits(self) -> tuple[Bits, ...]:
        """The target's masks and the voids as bits, None where a frame ignores nothing."""
        source = self._source
        if isinstance(source, MaskTrack):
            return tuple(zip(source.masks, source.voids, strict=True))
        target, void = source
        ignored = void.areas() > 0
        return tuple(
            (target.packed(frame), void.packed(frame) if ignored[frame] else None)
            for frame in range(len(target))
        )

    def bits_at(self, frame: int, order: Order, kernels: Kernels = NUMPY_KERNELS) -> Bits:
        """Return one frame of ``bits`` with its lines in an order."""
        if order in self._turned:
            return self._turned[order][frame]
        source = self._source
        if isinstance(source, MaskTrack):
            mask, void = source.masks[frame], source.voids[frame]
        else:
            target, ignored = source
            mask = kernels.packed(target, frame)
            some = ignored.first[frame] < ignored.first[frame + 1]
            void = kernels.packed(ignored, frame) if some else None
        return kernels.turned(mask, order), None if void is None else kernels.turned(void, order)

    def counts(
        self, pred: RunTrack | Sequence[PackedMask], kernels: Kernels = NUMPY_KERNELS
    ) -> TrackCounts:
        """Count the pixels of every frame; see ``region_counts``.

        Args:
            pred: the predicted masks of the annotated frames, in their order.
            kernels: count what runs share.

        Raises:
            ShapeError: sizes or numbers of frames differ.
        """
        if isinstance(pred, RunTrack):
            return self._counts_of_runs(pred, kernels)
        if len(pred) != len(self.frame_ids):
            raise ShapeError(f"{len(pred)} masks for {len(self.frame_ids)} annotated frames")
        by_frame = [
            region_counts(mask, *truth)
            for mask, truth in zip(pred, self._bits_by(pred[0].order, kernels), strict=True)
        ]
        rows = [
            (each.intersection, each.union, each.predicted, each.target, each.void)
            for each in by_frame
        ]
        return TrackCounts(*np.array(rows, np.int64).reshape(-1, 5).T)

    def _bits_by(self, order: Order, kernels: Kernels) -> tuple[Bits, ...]:
        """Return the bits in an order, turned once for all predictions that are in it."""
        if order not in self._turned:
            frames = range(len(self.frame_ids))
            self._turned[order] = tuple(self.bits_at(frame, order, kernels) for frame in frames)
        return self._turned[order]

    def _counts_of_runs(self, pred: RunTrack, kernels: Kernels) -> TrackCounts:
        target, void = self.runs
        intersection = kernels.shared(target, pred)
        predicted = pred.areas() - kernels.shared(void, pred)
        wanted, ignored = self._areas
        return TrackCounts(
            intersection, predicted + wanted - intersection, predicted, wanted, ignored
        )

    @cached_property
    def _areas(self) -> tuple[Int64Array, Int64Array]:
        target, void = self.runs
        return target.areas(), void.areas()
