"""J and F of every prediction with every truth, as matching predictions to targets needs them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmark.metrics.contour_accuracy import BOUND, f_measure
from benchmark.metrics.region_similarity import jaccard, require_same_size
from refvps.contours import Contour, tolerance
from refvps.errors import ShapeError
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels
from refvps.packed import Order, PackedMask, WordArray, count_bits
from refvps.runs import Int64Array
from refvps.types import FloatArray

Track = Sequence[PackedMask]
"""One mask a frame."""


@dataclass(frozen=True, slots=True)
class PairCounts:
    """The pixels of every prediction, truth and frame that J and F are made of.

    Void is left out of all. ``P`` predictions, ``T`` truths, ``F`` frames; int64.

    Attributes:
        intersection: ``[P, T, F]``, predicted and in the target.
        predicted: ``[P, F]``, predicted.
        target: ``[T, F]``, in the target.
        n_pred: ``[P, F]``, pixels of the prediction's boundary.
        n_truth: ``[T, F]``, pixels of the truth's boundary.
        matched_pred: ``[P, T, F]``, of ``n_pred`` those within the tolerance of the truth's.
        matched_truth: ``[P, T, F]``, of ``n_truth`` those within the tolerance of the prediction's.
    """

    intersection: Int64Array
    predicted: Int64Array
    target: Int64Array
    n_pred: Int64Array
    n_truth: Int64Array
    matched_pred: Int64Array
    matched_truth: Int64Array

    def j(self) -> FloatArray:
        """Return J, float64 ``[P, T, F]``; see ``jaccard``."""
        union = self.predicted[:, None] + self.target[None] - self.intersection
        pairs = zip(self.intersection.ravel().tolist(), union.ravel().tolist(), strict=True)
        values = [jaccard(both, either) for both, either in pairs]
        return np.array(values, np.float64).reshape(self.intersection.shape)

    def f(self) -> FloatArray:
        """Return F, float64 ``[P, T, F]``; see ``f_measure``."""
        shape = self.matched_pred.shape
        counts = (
            np.broadcast_to(self.n_pred[:, None], shape),
            np.broadcast_to(self.n_truth[None], shape),
            self.matched_pred,
            self.matched_truth,
        )
        pairs = zip(*(each.ravel().tolist() for each in counts), strict=True)
        return np.array([f_measure(*each) for each in pairs], np.float64).reshape(shape)


class ClipTruths:
    """The targets of a clip, drawn once for all predictions they are compared with.

    A frame's contours are drawn the first time they are needed, in the order of the predictions.
    """

    def __init__(
        self,
        truths: Sequence[Track],
        voids: Sequence[PackedMask | None] | None = None,
        *,
        bound: float = BOUND,
    ) -> None:
        """Take the masks.

        Args:
            truths: the targets' tracks, at least one with at least one frame.
            voids: what to ignore, one a frame; None ignores nothing.
            bound: the tolerance; see ``contour_accuracy``.

        Raises:
            ShapeError: there is no truth, or sizes or numbers of frames differ.
        """
        if not truths or not truths[0]:
            raise ShapeError("no truth to compare with; expected at least one target and one frame")
        self.frames, self.size = len(truths[0]), truths[0][0].size
        self.truths = truths
        self.voids = [None] * self.frames if voids is None else voids
        self.radius = tolerance(self.size, bound)
        self._drawn: dict[tuple[int, Order], _Frame] = {}
        self._require_frames((*truths, self.voids))

    def counts(self, preds: Sequence[Track], kernels: Kernels = NUMPY_KERNELS) -> PairCounts:
        """Count the pixels of every prediction with every truth.

        Each mask's boundary is drawn and widened once, so the cost of F grows with ``P + T`` and
        not with ``P * T``.

        Args:
            preds: the predicted tracks.
            kernels: draw the contours.

        Raises:
            ShapeError: sizes or numbers of frames differ.
        """
        self._require_frames(preds)
        counts = _nothing_counted(len(preds), len(self.truths), self.frames)
        for frame in range(self.frames):
            masks = [track[frame] for track in preds]
            # Masks made of runs are by columns; truth turns once, predictions never.
            order = masks[0].order if masks else Order.ROWS
            found = self._frame(masks, frame, order, kernels)
            if (frame, order) not in self._drawn:
                targets = [track[frame] for track in self.truths]
                self._drawn[frame, order] = self._frame(targets, frame, order, kernels)
            wanted = self._drawn[frame, order]
            counts.predicted[:, frame], counts.n_pred[:, frame] = found.sums()
            counts.target[:, frame], counts.n_truth[:, frame] = wanted.sums()
            _count_shared(counts, frame, found, wanted)
        return counts

    def _frame(self, masks: Track, frame: int, order: Order, kernels: Kernels) -> "_Frame":
        for mask in masks:
            require_same_size(mask.size, self.size)
        void = self.voids[frame]
        ignored = None if void is None else void.by(order)
        return _Frame([mask.by(order) for mask in masks], ignored, self.radius, kernels)

    def _require_frames(self, tracks: Sequence[Sequence[object]]) -> None:
        for track in tracks:
            if len(track) != self.frames:
                raise ShapeError(f"{len(track)} masks for {self.frames} frames")


def pairwise_counts(
    preds: Sequence[Track],
    truths: Sequence[Track],
    voids: Sequence[PackedMask | None] | None = None,
    *,
    bound: float = BOUND,
    kernels: Kernels = NUMPY_KERNELS,
) -> PairCounts:
    """Count the pixels of every prediction with every truth, once; see ``ClipTruths``."""
    return ClipTruths(truths, voids, bound=bound).counts(preds, kernels)


class _Frame:
    """Several masks of one frame, in one order, without void."""

    def __init__(
        self, masks: Track, void: PackedMask | None, radius: int, kernels: Kernels
    ) -> None:
        self.contours: list[Contour] = [kernels.contour(mask, void, radius) for mask in masks]
        self.words: list[WordArray] = [
            mask.words if void is None else mask.words & ~void.words for mask in masks
        ]
        self.areas = [count_bits(words) for words in self.words]

    def sums(self) -> tuple[list[int], list[int]]:
        """Return the pixels of each mask, and of its boundary."""
        return self.areas, [contour.pixels for contour in self.contours]


def _count_shared(counts: PairCounts, frame: int, found: _Frame, wanted: _Frame) -> None:
    """Count what the masks of one frame share."""
    for p, contour in enumerate(found.contours):
        for t, other in enumerate(wanted.contours):
            shared = found.words[p] & wanted.words[t]
            counts.intersection[p, t, frame] = count_bits(shared)
            counts.matched_pred[p, t, frame] = contour.near_to(other)
            counts.matched_truth[p, t, frame] = other.near_to(contour)


def _nothing_counted(preds: int, truths: int, frames: int) -> PairCounts:
    pairs, found, wanted = (preds, truths, frames), (preds, frames), (truths, frames)
    shapes = (pairs, found, wanted, found, wanted, pairs, pairs)
    return PairCounts(*(np.zeros(shape, np.int64) for shape in shapes))
