"""From a person's marks to the target, on the superpixels of one frame."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from annotator.segmenters.classic.appearance import likeness
from annotator.segmenters.classic.regions import Regions, work_shape
from annotator.segmenters.classic.walk import piece, walk
from annotator.segmenters.protocol import Prompts
from refvps.types import BoolArray, FloatArray

REACH = 0.22
"""Without a box or a no-click, the target is thought to reach about this far from its clicks, as
a fraction of the longer side."""

ROUNDS = 3
"""Times that colours are learned from the answer and the answer from colours."""

TRUST = 0.03
"""How much a superpixel's own colour counts against its neighbours."""


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """Superpixels that a person decided.

    Attributes:
        inside: bool ``[N]``.
        outside: bool ``[N]``; never both.
        allowed: float64 ``[N]`` in [0, 1], how far each may be the target at all by its place.
    """

    inside: BoolArray
    outside: BoolArray
    allowed: FloatArray


FREE = 2
"""Clicks that decide everything together; each further one corrects their answer."""

FIRMNESS = 0.02
"""How much the answer so far counts against a further click's neighbours, for each such click."""

KEPT = 0.7
"""How much the answer so far counts beside colours, where a further click changes it."""


def answer(regions: Regions, prompts: Prompts, before: FloatArray | None = None) -> FloatArray:
    """Return how likely each superpixel is the target, float64 ``[N]``.

    The first clicks are answered together. Each further one may change the answer around itself
    alone: asked anew for everything, one click on a thin part of the target, in a superpixel that
    is mostly something else, would give all of that to the target.

    Args:
        regions: of the frame.
        prompts: a person's marks.
        before: the answer to the same marks without the last click, where it is known.
    """
    count = len(prompts.points)
    if before is not None and count > FREE:
        return _corrected(regions, prompts, before)
    first = first_clicks(prompts, FREE)
    seeds = seeds_of(regions, first)
    base = None if prompts.mask is None else share_of(regions, prompts.mask)
    found = _first_guess(regions, seeds, base)
    for _ in range(ROUNDS):
        found = _round(regions, seeds, base, found)
    for number in range(FREE + 1, count + 1):
        found = _corrected(regions, first_clicks(prompts, number), found)
    return found


def first_clicks(prompts: Prompts, count: int) -> Prompts:
    """Return the prompts with the first clicks alone."""
    return replace(prompts, points=prompts.points[:count], labels=prompts.labels[:count])


def _corrected(regions: Regions, prompts: Prompts, found: FloatArray) -> FloatArray:
    """Return an answer as the last click corrects it: in the one piece around it that changes."""
    seeds = seeds_of(regions, prompts)
    here, positive = under(regions, prompts.points[-1]), bool(prompts.labels[-1])
    inside, outside = regions.pixels * found**2, regions.pixels * (1 - found) ** 2
    prior = KEPT * found + (1 - KEPT) * likeness(regions, inside, outside)
    trust = np.full(len(found), FIRMNESS * (len(prompts.points) - FREE + 1))
    known = seeds.inside | seeds.outside
    asked = walk(regions, known, seeds.inside.astype(float), prior, trust)
    changed = ((asked > 0.5) != (found > 0.5)) & ((asked > 0.5) == positive)
    changed[here] = True
    corrected = np.where(piece(regions, changed, here), asked, found)
    return np.where(seeds.inside, 1.0, np.where(seeds.outside, 0.0, corrected))


def _first_guess(regions: Regions, seeds: Seeds, base: FloatArray | None) -> FloatArray:
    if base is not None:
        return np.where(seeds.inside, 1.0, np.where(seeds.outside, 0.0, base))
    inside = seeds.inside.astype(float)
    if not seeds.inside.any():  # a box alone: its middle is an example
        inside = seeds.allowed * regions.pixels
    outside = np.where(seeds.outside, 4.0, 1 - seeds.allowed) * regions.pixels
    return likeness(regions, inside, outside) * seeds.allowed


def _round(
    regions: Regions, seeds: Seeds, base: FloatArray | None, found: FloatArray
) -> FloatArray:
    sure = regions.pixels * np.where(seeds.inside | seeds.outside, 4.0, 1.0)
    alike = likeness(regions, sure * found**2, sure * (1 - found) ** 2)
    prior = alike * seeds.allowed
    if base is not None:
        prior = 0.3 * prior + 0.7 * base
    known = seeds.inside | seeds.outside
    trust = np.full(len(prior), TRUST)
    trust[regions.border & (seeds.allowed < 0.5)] *= 2
    return walk(regions, known, seeds.inside.astype(float), prior, trust)


def seeds_of(regions: Regions, prompts: Prompts) -> Seeds:
    """Return what marks say of each superpixel."""
    count = len(regions.colours)
    inside, outside = np.zeros(count, bool), np.zeros(count, bool)
    for point, positive in zip(prompts.points, prompts.labels, strict=True):
        (inside if positive else outside)[under(regions, point)] = True
    # Of two that say different things of one superpixel, the later holds.
    for point, positive in zip(prompts.points, prompts.labels, strict=True):
        here = under(regions, point)
        inside[here], outside[here] = positive, not positive
    allowed = _allowed(regions, prompts)
    if prompts.box is not None:
        outside |= (allowed <= 0) & ~inside
    return Seeds(inside, outside, allowed)


def under(regions: Regions, point: FloatArray) -> int:
    """Return the superpixel at a point of the frame."""
    height, width = regions.labels.shape
    x = min(int(point[0] * width / regions.size.width), width - 1)
    y = min(int(point[1] * height / regions.size.height), height - 1)
    return int(regions.labels[y, x])


def share_of(regions: Regions, mask: BoolArray) -> FloatArray:
    """Return which share of each superpixel a mask covers, float64 ``[N]``."""
    small = cv2.resize(
        mask.astype(np.float32), work_shape(regions.size), interpolation=cv2.INTER_AREA
    )
    return mean_of(regions, np.asarray(small, np.float64))


def mean_of(regions: Regions, values: FloatArray) -> FloatArray:
    """Return the mean of values ``[h, w]`` over each superpixel, float64 ``[N]``."""
    sums = np.bincount(regions.labels.ravel(), values.ravel(), len(regions.pixels))
    return np.asarray(sums / regions.pixels)


def _allowed(regions: Regions, prompts: Prompts) -> FloatArray:
    height, width = regions.labels.shape
    scale = width / regions.size.width
    if prompts.box is not None:
        place = np.zeros((height, width))
        left, top, right, bottom = (round(edge * scale) for edge in prompts.box)
        place[top : max(bottom, top + 1), left : max(right, left + 1)] = 1.0
        return (mean_of(regions, place) > 0.4).astype(float)
    positive = prompts.points[prompts.labels]
    if prompts.mask is not None or not len(positive):
        return np.ones(len(regions.pixels))
    marked = np.full((height, width), 255, np.uint8)
    for x, y in positive * scale:
        marked[min(int(y), height - 1), min(int(x), width - 1)] = 0
    distance = cv2.distanceTransform(marked, cv2.DIST_L2, 5) / max(height, width)
    return mean_of(regions, np.exp(-((distance / REACH) ** 2) / 2))
