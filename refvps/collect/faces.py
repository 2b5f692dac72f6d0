"""Whether a video shows faces, so that a person looks twice at what is private.

The detector and its cascade are scikit-image's own and come with the package: nothing is fetched.
It finds faces that look at the camera, and misses others.
"""

from pathlib import Path
from typing import Any

import numpy as np

from refvps.errors import MissingExtraError
from refvps.types import UInt8Array

CASCADE = "lbpcascade_frontalface_opencv.xml"
EVERY = 6
"""Of six stills a second: one a second is looked at."""

MOST_LOOKS = 20
AGREEING = 6
"""Overlapping finds that make a face; with 4 a third of drawn clips had a false one."""

LEAST_SIDE = 24
"""Pixels; the cascade was trained on faces of this size."""


def face_share(stills: UInt8Array) -> float:
    """Return the share of looks, one a second and 20 at most, that show a face: 0 to 1.

    Args:
        stills: grey, uint8 ``[M, H, W]``, six a second, M at least 1.

    Raises:
        MissingExtraError: scikit-image is not installed.
    """
    detector = _detector()
    looks = stills[::EVERY]
    if len(looks) > MOST_LOOKS:
        looks = looks[np.linspace(0, len(looks) - 1, MOST_LOOKS).astype(int)]
    return sum(_shows_face(detector, each) for each in looks) / len(looks)


def _shows_face(detector: Any, picture: UInt8Array) -> bool:  # noqa: ANN401 - no types upstream
    if min(picture.shape) < LEAST_SIDE:
        return False
    found = detector.detect_multi_scale(
        img=np.ascontiguousarray(picture),
        scale_factor=1.1,
        step_ratio=1,
        min_neighbor_number=AGREEING,
        min_size=(LEAST_SIDE, LEAST_SIDE),
        max_size=picture.shape,
    )
    return bool(found)


def _detector() -> Any:  # noqa: ANN401 - no types upstream
    try:
        import skimage
        from skimage.feature import Cascade
    except ImportError as error:
        raise MissingExtraError("looking for faces", "collect") from error
    return Cascade(str(Path(skimage.__file__).parent / "data" / CASCADE))
