"""How much a video changes when the camera's own motion is taken out.

Raw motion puts a zoom into a photograph above a candle that melts. Here two frames are laid over
each other by the similarity that most corners agree on, and what still differs is change. A slow
process needs frames far apart, so three distances are used. Parallax looks like change: the
scores propose, a person decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from refvps.errors import ShapeError
from refvps.types import UInt8Array

Float32Array = NDArray[np.float32]

BASELINES = (1, 6, 12)
"""Stills between compared frames: a sixth of a second, one and two seconds."""

MOST_PAIRS = 60
QUANTILE = 0.9
"""A process may fill a small part of a video: scores are of the strongest tenth of pairs."""

CHANGED = 12 / 255
"""From this difference on a pixel has changed; coding noise is below."""

NO_CHANGE = 0.01
"""Residuals below this at every baseline propose "no significant dynamic change"."""


@dataclass(frozen=True, slots=True, eq=False)
class Dynamics:
    """What changes in a video.

    Attributes:
        residuals: mean absolute difference after registration, a fraction of full range, at each
            of ``BASELINES``; None where the video is shorter than that.
        changed: the share of pixels that changed, likewise.
        curve: float32 ``[M]``, the residual from each still to the next; the last is 0.
        heat: float32 ``[H, W]``, in [0, 1]: where it changes, at the longest baseline there is.
    """

    residuals: tuple[float | None, ...]
    changed: tuple[float | None, ...]
    curve: Float32Array
    heat: Float32Array

    def __post_init__(self) -> None:
        """Check lengths."""
        if not len(self.residuals) == len(self.changed) == len(BASELINES):
            raise ShapeError(f"expected a score for each of {len(BASELINES)} baselines")

    @property
    def seems_still(self) -> bool:
        """Whether all scores are so low that nothing seems to happen."""
        known = [each for each in self.residuals if each is not None]
        return bool(known) and max(known) < NO_CHANGE


def dynamics(stills: UInt8Array, shot_starts: Sequence[int] = ()) -> Dynamics:
    """Return what changes between stills of one shot.

    Args:
        stills: grey, uint8 ``[M, H, W]``, six a second, M at least 1.
        shot_starts: places of first stills of further shots; no pair spans one.
    """
    shot = np.zeros(len(stills), int)
    shot[[place for place in shot_starts if place < len(stills)]] = 1
    shot = shot.cumsum()
    curve = np.zeros(len(stills), np.float32)
    heat = np.zeros(stills.shape[1:], np.float32)
    residuals: list[float | None] = []
    changed: list[float | None] = []
    for baseline in BASELINES:
        starts = [
            place
            for place in range(len(stills) - baseline)
            if shot[place] == shot[place + baseline]
        ]
        if baseline != 1:
            starts = _thinned(starts, MOST_PAIRS)
        maps = [(place, difference(stills[place], stills[place + baseline])) for place in starts]
        if not maps:
            residuals.append(None)
            changed.append(None)
            continue
        means = np.array([each.mean() for _, each in maps], np.float32)
        residuals.append(float(np.quantile(means, QUANTILE)))
        changed.append(float(np.quantile([(each > CHANGED).mean() for _, each in maps], QUANTILE)))
        if baseline == 1:
            curve[starts] = means
        heat = np.mean([each for _, each in maps], axis=0, dtype=np.float32)
    return Dynamics(tuple(residuals), tuple(changed), curve, heat)


def difference(one: UInt8Array, other: UInt8Array) -> Float32Array:
    """Return how two grey frames differ once the camera's motion is undone: float32 ``[H, W]``.

    Fractions of full range; 0 where they do not overlap.
    """
    import cv2

    motion = _motion(one, other)
    height, width = one.shape
    warped = cv2.warpAffine(one, motion, (width, height), flags=cv2.INTER_LINEAR)
    seen = cv2.warpAffine(np.full_like(one, 255), motion, (width, height), flags=cv2.INTER_NEAREST)
    pair = [cv2.GaussianBlur(each, (5, 5), 0).astype(np.float32) for each in (warped, other)]
    apart = np.abs(pair[0] - pair[1]) / np.float32(255)
    # The blur mixes the black outside into the rim of the overlap.
    inside = cv2.erode(seen, np.ones((7, 7), np.uint8), borderValue=0)
    return np.asarray(np.where(inside > 0, apart, 0), np.float32)


def longest_run(curve: Float32Array) -> int:
    """Return over how many stills in a row it changes more than usual: a burst lasts few.

    >>> longest_run(np.array([0, 0, 0.2, 0.3, 0, 0, 0, 0], np.float32))
    2
    """
    usual = float(np.median(curve))
    spread = float(np.median(np.abs(curve - usual)))
    above = curve > usual + max(3 * spread, NO_CHANGE)
    best = run = 0
    for each in above.tolist():
        run = run + 1 if each else 0
        best = max(best, run)
    return best


def _motion(one: UInt8Array, other: UInt8Array) -> NDArray[np.float64]:
    """Return the similarity, ``[2, 3]``, that moves most corners of a frame to the other."""
    import cv2

    identity = np.eye(2, 3)
    # OpenCV answers None where there is nothing to see; its types do not say so.
    corners: Any = cv2.goodFeaturesToTrack(one, 200, 0.01, 5)
    if corners is None or len(corners) < 6:
        return identity
    moved, good, _ = cv2.calcOpticalFlowPyrLK(one, other, corners, None)  # type: ignore[call-overload]
    kept = good.ravel() == 1
    if kept.sum() < 6:
        return identity
    # RANSAC draws from OpenCV's generator: started anew, so that results repeat.
    cv2.setRNGSeed(0)
    found, inliers = cv2.estimateAffinePartial2D(
        corners[kept], moved[kept], ransacReprojThreshold=1.0
    )
    motion = np.asarray(found, np.float64)
    return motion if motion.shape == (2, 3) and inliers.sum() >= 6 else identity


def _thinned(places: list[int], most: int) -> list[int]:
    if len(places) <= most:
        return places
    return [places[each] for each in np.linspace(0, len(places) - 1, most).astype(int).tolist()]
