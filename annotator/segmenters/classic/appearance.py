"""What the target and what is around it look like: colours, told apart by their neighbours."""

import numpy as np

from annotator.segmenters.classic.regions import Regions
from refvps.types import FloatArray

SPREAD = 7.0
"""Two colours of Lab count as alike within about this distance."""

FLOOR = 0.02
"""Density of a colour that was never seen."""


def likeness(regions: Regions, inside: FloatArray, outside: FloatArray) -> FloatArray:
    """Return how much more each superpixel looks like the inside, float64 ``[N]`` in [0, 1].

    Args:
        regions: of the frame.
        inside: float64 ``[N]``, how much each superpixel counts as an example of the target.
        outside: the same for what is around it.
    """
    return compared(regions.colours, (regions.colours, inside), (regions.colours, outside))


def compared(
    colours: FloatArray,
    inside: tuple[FloatArray, FloatArray],
    outside: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Return the same from examples of colours, each with its weight, of this or another frame."""
    target, around = _density(colours, *inside), _density(colours, *outside)
    found: FloatArray = (target + FLOOR) / (target + around + 2 * FLOOR)
    return found


def _density(colours: FloatArray, examples: FloatArray, weights: FloatArray) -> FloatArray:
    used = weights > 1e-3
    if not used.any():
        return np.zeros(len(colours))
    squares = ((colours[:, None, :] - examples[used][None, :, :]) ** 2).sum(axis=-1)
    kernel = np.exp(-squares / (2 * SPREAD**2))
    density: FloatArray = kernel @ (weights[used] / weights[used].sum())
    return density
