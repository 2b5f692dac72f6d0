"""Contour accuracy F: how well the boundaries of two masks match, with void."""

from dataclasses import dataclass

import numpy as np

from benchmark.metrics.region_similarity import require_tracks
from refvps.contours import Contour, contour, tolerance
from refvps.packed import pack
from refvps.types import BoolArray, FloatArray, Size

BOUND = 0.008
"""The tolerance of DAVIS, as a share of the image's diagonal."""


@dataclass(frozen=True, slots=True)
class ContourCounts:
    """Boundary pixels of one frame; whole numbers, from which any aggregate can be derived.

    Attributes:
        n_pred: pixels of the prediction's boundary.
        n_truth: pixels of the truth's boundary.
        matched_pred: of the former, those within the tolerance of the latter.
        matched_truth: of the latter, those within the tolerance of the former.
    """

    n_pred: int
    n_truth: int
    matched_pred: int
    matched_truth: int

    @property
    def f(self) -> float:
        """F of the frame, a fraction in [0, 1]; see ``f_measure``."""
        return f_measure(self.n_pred, self.n_truth, self.matched_pred, self.matched_truth)


def f_measure(n_pred: int, n_truth: int, matched_pred: int, matched_truth: int) -> float:
    """Return the harmonic mean of boundary precision and recall.

    It is 1 if neither mask has a boundary, and 0 if one has none. A mask that fills the frame has
    no boundary either, so it and an empty one score 1.

    >>> f_measure(4, 2, 2, 2)
    0.6666666666666666
    """
    if n_pred == 0 or n_truth == 0:
        return float(n_pred == n_truth)
    # In the official code's order of operations, so that no digit differs.
    precision, recall = matched_pred / n_pred, matched_truth / n_truth
    if precision + recall == 0:
        return 0.0
    return 2 * precision * recall / (precision + recall)


def contour_counts(pred: Contour, truth: Contour) -> ContourCounts:
    """Count one frame's boundary pixels for F.

    Raises:
        ShapeError: the masks differ in size, or in order.
    """
    return ContourCounts(pred.pixels, truth.pixels, pred.near_to(truth), truth.near_to(pred))


def contour_accuracy(
    pred: BoolArray, truth: BoolArray, *, void: BoolArray | None = None, bound: float = BOUND
) -> FloatArray:
    """Return F of every frame of two dense mask tracks.

    Void pixels are taken out of both masks before their boundaries are drawn, so the edge of void
    inside a mask is a boundary. This is a view for people on the packed kernel that scoring uses,
    frame by frame.

    Args:
        pred: bool ``[T, H, W]``.
        truth: bool ``[T, H, W]``.
        void: bool ``[T, H, W]``, True = ignore; None ignores nothing.
        bound: how far apart boundaries may lie: below 1 a share of the diagonal, rounded up to
            whole pixels, from 1 on pixels.

    Returns:
        float64 ``[T]``, each a fraction in [0, 1].

    Raises:
        ShapeError: an array is not bool ``[T, H, W]``, or they differ in shape.
        ValueError: bound is negative, or a fraction above 1.

    Source: Perazzi et al., CVPR 2016, section 3.2; equals ``db_eval_boundary`` of DAVIS 2017.

    >>> contour_accuracy(np.eye(3, dtype=bool)[None], np.eye(3, dtype=bool)[None])
    array([1.])
    """
    require_tracks(pred, truth, void)
    scores = np.empty(len(truth))
    if not len(truth):
        return scores
    radius = tolerance(Size(*truth.shape[1:]), bound)
    for index in range(len(truth)):
        ignored = None if void is None else pack(void[index])
        found, wanted = (contour(pack(each[index]), ignored, radius) for each in (pred, truth))
        scores[index] = contour_counts(found, wanted).f
    return scores
