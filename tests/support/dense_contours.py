"""Contour accuracy from its definition, pixel by pixel; nothing is shared with the product."""

import math

import numpy as np


def dense_boundary(mask: np.ndarray) -> set[tuple[int, int]]:
    """Pixels that differ from their right, lower or lower right neighbour inside the image.

    In the last row that is the right one alone, in the last column the lower one.
    """
    height, width = mask.shape
    found = set()
    for row in range(height):
        for column in range(width):
            for down, across in ((0, 1), (1, 0), (1, 1)):
                below, beside = row + down, column + across
                inside = below < height and beside < width
                if inside and mask[below, beside] != mask[row, column]:
                    found.add((row, column))
    return found


def dense_counts(
    pred: np.ndarray, truth: np.ndarray, void: np.ndarray | None, radius: int
) -> tuple[int, int, int, int]:
    """Boundary pixels of one frame: predicted, true, and of either those matched."""
    kept = np.ones_like(pred) if void is None else ~void
    found, wanted = dense_boundary(pred & kept), dense_boundary(truth & kept)
    return len(found), len(wanted), _near(found, wanted, radius), _near(wanted, found, radius)


def dense_f(counts: tuple[int, int, int, int]) -> float:
    n_pred, n_truth, matched_pred, matched_truth = counts
    precision = matched_pred / n_pred if n_pred else 1.0
    recall = matched_truth / n_truth if n_truth else 1.0
    if n_truth == 0 < n_pred:
        precision, recall = 0.0, 1.0
    if n_pred == 0 < n_truth:
        precision, recall = 1.0, 0.0
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


def dense_radius(height: int, width: int) -> int:
    return math.ceil(0.008 * math.sqrt(height**2 + width**2))


def _near(pixels: set[tuple[int, int]], others: set[tuple[int, int]], radius: int) -> int:
    if not pixels or not others:
        return 0
    one, other = np.array(sorted(pixels)), np.array(sorted(others))
    squared = ((one[:, None] - other[None]) ** 2).sum(2)
    return int((squared.min(1) <= radius**2).sum())
