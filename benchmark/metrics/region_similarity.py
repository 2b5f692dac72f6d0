"""Region similarity J, the Jaccard index of two masks, with void."""

from dataclasses import dataclass

import numpy as np

from refvps.errors import ShapeError
from refvps.packed import count_bits, pack
from refvps.types import BoolArray, FloatArray, PackedMask, Size


@dataclass(frozen=True, slots=True)
class RegionCounts:
    """Pixel counts of one frame, void left out of all but ``void``.

    Whole numbers, so that any aggregate can be derived later without the masks.
    """

    intersection: int
    union: int
    predicted: int
    target: int
    void: int

    @property
    def j(self) -> float:
        """J of the frame, a fraction in [0, 1]; see ``jaccard``."""
        return jaccard(self.intersection, self.union)


def jaccard(intersection: int, union: int) -> float:
    """Return ``intersection / union``; 1 for an empty union: absent and predicted absent."""
    return intersection / union if union else 1.0


def region_counts(pred: PackedMask, truth: PackedMask, void: PackedMask | None) -> RegionCounts:
    """Count one frame's pixels for J.

    Raises:
        ShapeError: the masks differ in size.
    """
    require_same_size(pred.size, truth.size)
    predicted, target, ignored = pred.words, truth.by(pred.order).words, 0
    if void is not None:
        require_same_size(void.size, truth.size)
        kept = ~void.by(pred.order).words
        predicted, target, ignored = predicted & kept, target & kept, void.area
    n_predicted, n_target = count_bits(predicted), count_bits(target)
    intersection = count_bits(predicted & target)
    union = n_predicted + n_target - intersection
    return RegionCounts(intersection, union, n_predicted, n_target, ignored)


def require_same_size(found: Size, expected: Size) -> None:
    """Raise ``ShapeError`` if two masks differ in size."""
    if found != expected:
        raise ShapeError(f"masks differ in size: {found} and {expected}")


def region_similarity(
    pred: BoolArray, truth: BoolArray, *, void: BoolArray | None = None
) -> FloatArray:
    """Return J of every frame of two dense mask tracks.

    Void pixels belong to neither mask. A frame whose union is empty scores 1: the target is
    absent and was predicted absent. This is a view for people on the packed kernel that scoring
    uses, frame by frame.

    Args:
        pred: bool ``[T, H, W]``.
        truth: bool ``[T, H, W]``.
        void: bool ``[T, H, W]``, True = ignore; None ignores nothing.

    Returns:
        float64 ``[T]``, each a fraction in [0, 1].

    Raises:
        ShapeError: an array is not bool ``[T, H, W]``, or they differ in shape.

    Source: Perazzi et al., CVPR 2016, section 3.1; equals ``db_eval_iou`` of DAVIS 2017.

    >>> region_similarity(np.ones((1, 2, 2), bool), np.eye(2, dtype=bool)[None])
    array([0.5])
    """
    require_tracks(pred, truth, void)
    scores = np.empty(len(truth))
    for index in range(len(truth)):
        ignored = None if void is None else pack(void[index])
        scores[index] = region_counts(pack(pred[index]), pack(truth[index]), ignored).j
    return scores


def require_tracks(pred: BoolArray, truth: BoolArray, void: BoolArray | None) -> None:
    """Raise ``ShapeError`` for anything but bool ``[T, H, W]`` of one shape."""
    for name, array in (("pred", pred), ("truth", truth), ("void", void)):
        if array is None:
            continue
        if array.dtype != np.bool_ or array.ndim != 3:
            raise ShapeError(
                f"{name} is {array.dtype} {list(array.shape)}; expected bool [T, H, W]"
            )
        if array.shape != truth.shape:
            raise ShapeError(
                f"{name} is {list(array.shape)}; truth is {list(truth.shape)}: "
                "expected the same shape"
            )
