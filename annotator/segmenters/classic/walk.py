"""The random walk: how likely each superpixel is the target, from those that are known.

Source: L. Grady, "Random walks for image segmentation", PAMI 2006; with priors, CVPR 2005.
"""

import numpy as np
from scipy.sparse import coo_matrix, diags
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from annotator.segmenters.classic.regions import Regions
from refvps.types import BoolArray, FloatArray

CONTRAST_SHARE = 1.0
"""How much the step of colour at the shared edge counts beside that of the mean colours."""

FAINTEST = 1e-4
"""Neighbours hang together at least this much, so that every question has an answer."""


def weights_of(regions: Regions) -> FloatArray:
    """Return how strongly neighbours hang together, float64 ``[E]``."""
    if not len(regions.pairs):
        return np.zeros(0)
    one, other = regions.pairs.T
    means = np.linalg.norm(regions.colours[one] - regions.colours[other], axis=1)
    distance = means + CONTRAST_SHARE * regions.contrasts
    usual = max(float(np.mean(distance**2)), 1e-9)
    kept: FloatArray = np.exp(-2 * distance**2 / usual) + FAINTEST
    return kept * regions.lengths / max(float(regions.lengths.mean()), 1e-9)


def walk(
    regions: Regions, known: BoolArray, values: FloatArray, prior: FloatArray, trust: FloatArray
) -> FloatArray:
    """Return how likely each superpixel is the target, float64 ``[N]`` in [0, 1].

    Args:
        regions: of the frame.
        known: bool ``[N]``, decided superpixels.
        values: float64 ``[N]``, 1 or 0 for them.
        prior: float64 ``[N]`` in [0, 1], what the others look like by themselves.
        trust: float64 ``[N]``, how much that counts against the neighbours.
    """
    count = len(known)
    one, other = regions.pairs.T
    weights = weights_of(regions)
    links = coo_matrix((weights, (one, other)), shape=(count, count))
    links = (links + links.T).tocsr()
    degree = np.asarray(links.sum(axis=1)).ravel()
    laplacian = (diags(degree + trust) - links).tocsr()
    free = ~known
    if not free.any():
        return values.copy()
    right = (trust * prior)[free] + links[free][:, known] @ values[known]
    found = values.astype(np.float64).copy()
    found[free] = spsolve(laplacian[free][:, free].tocsc(), right)
    return np.clip(found, 0, 1)


def piece(regions: Regions, chosen: BoolArray, here: int) -> BoolArray:
    """Return the superpixels that hang together with one through chosen ones, bool ``[N]``."""
    one, other = regions.pairs[chosen[regions.pairs].all(axis=1)].T
    links = coo_matrix((np.ones(len(one)), (one, other)), shape=(len(chosen), len(chosen)))
    _, pieces = connected_components(links, directed=False)
    found: BoolArray = chosen & (pieces == pieces[here])
    return found
