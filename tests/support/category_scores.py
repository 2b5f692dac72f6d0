"""The rule of BURST and VSPW written down plainly: pixels, frames, clips, categories."""

import math

import numpy as np


def j_of_pixels(truth: np.ndarray, predicted: np.ndarray, void: np.ndarray | None = None) -> float:
    counted = np.ones(truth.shape, bool) if void is None else ~void
    union = int(((truth | predicted) & counted).sum())
    return int((truth & predicted & counted).sum()) / union if union else 1.0


def mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def mean_over_categories(frames: dict[tuple[str, str], list[float]]) -> float:
    """J of frames by category and clip, averaged in that order."""
    clips: dict[str, list[float]] = {}
    for (category, _), scores in frames.items():
        clips.setdefault(category, []).append(mean(scores))
    return mean([mean(scores) for scores in clips.values()])
