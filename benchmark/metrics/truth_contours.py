"""The contours of a target over a clip, drawn once for all predictions they are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmark.metrics.contour_accuracy import BOUND, contour_counts, f_measure
from benchmark.metrics.truth_track import TruthTrack
from refvps.contours import Contour, tolerance
from refvps.errors import ShapeError
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels
from refvps.packed import Order, PackedMask
from refvps.runs import Int64Array, RunTrack
from refvps.types import FloatArray


@dataclass(frozen=True, slots=True)
class TrackContourCounts:
    """The boundary pixels of every frame that F is made of; int64 ``[F]`` each.

    The fields are those of ``ContourCounts``.
    """

    n_pred: Int64Array
    n_truth: Int64Array
    matched_pred: Int64Array
    matched_truth: Int64Array

    def f(self) -> FloatArray:
        """Return F of every frame, float64 ``[F]``; see ``f_measure``."""
        columns = (self.n_pred, self.n_truth, self.matched_pred, self.matched_truth)
        frames = zip(*(column.tolist() for column in columns), strict=True)
        return np.array([f_measure(*counts) for counts in frames], np.float64)


class TruthContours:
    """A target's contours on the annotated frames of a clip.

    A frame's contour is drawn the first time it is needed, in the order the prediction is in.
    """

    def __init__(self, truth: TruthTrack, bound: float = BOUND) -> None:
        """Take the masks and the tolerance; see ``contour_accuracy``."""
        self.truth, self.radius = truth, tolerance(truth.size, bound)
        self._drawn: dict[tuple[int, Order], tuple[Contour, PackedMask | None]] = {}

    def counts(
        self, pred: RunTrack | Sequence[PackedMask], kernels: Kernels = NUMPY_KERNELS
    ) -> TrackContourCounts:
        """Count the boundary pixels of every frame.

        Args:
            pred: the predicted masks of the annotated frames, in their order.
            kernels: draw the contours.

        Raises:
            ShapeError: sizes or numbers of frames differ.
        """
        frames = len(self.truth.frame_ids)
        if len(pred) != frames:
            raise ShapeError(f"{len(pred)} masks for {frames} annotated frames")
        rows = []
        for frame in range(frames):
            mask = kernels.packed(pred, frame) if isinstance(pred, RunTrack) else pred[frame]
            wanted, void = self._frame(frame, mask.order, kernels)
            counts = contour_counts(kernels.contour(mask, void, self.radius), wanted)
            rows.append((counts.n_pred, counts.n_truth, counts.matched_pred, counts.matched_truth))
        return TrackContourCounts(*np.array(rows, np.int64).reshape(-1, 4).T)

    def _frame(
        self, frame: int, order: Order, kernels: Kernels
    ) -> tuple[Contour, PackedMask | None]:
        """Return a frame's contour and void with lines in one order."""
        if (frame, order) not in self._drawn:
            mask, void = self.truth.bits_at(frame, order, kernels)
            self._drawn[frame, order] = kernels.contour(mask, void, self.radius), void
        return self._drawn[frame, order]
