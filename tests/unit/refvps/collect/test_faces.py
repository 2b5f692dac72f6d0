"""Faces are looked for with what scikit-image ships: pictures of its own tests."""

from pathlib import Path

import cv2
import numpy as np
import skimage

from refvps.collect.faces import CASCADE, face_share

DATA = Path(skimage.__file__).parent / "data"


def patches() -> np.ndarray:
    """A hundred faces and then a hundred other things, 25x25."""
    return (np.load(DATA / "lfw_subset.npy") * 255).astype(np.uint8)


def still(patch: np.ndarray) -> np.ndarray:
    picture = np.full((144, 256), 128, np.uint8)
    picture[30:110, 80:160] = cv2.resize(patch, (80, 80))
    return picture


def test_the_cascade_comes_with_the_package() -> None:
    assert (DATA / CASCADE).is_file()


def test_faces_are_found_and_other_things_are_not() -> None:
    found = [face_share(still(patch)[None]) for patch in patches()[::5]]
    assert sum(found[:20]) >= 18
    assert sum(found[20:]) == 0


def test_one_still_a_second_is_looked_at() -> None:
    face, other = still(patches()[0]), still(patches()[150])
    stills = np.stack([face, *[other] * 5, other, *[face] * 5])
    assert face_share(stills) == 0.5
    assert face_share(np.stack([face] * 6 * 30)) == 1.0
    assert face_share(np.zeros((3, 10, 10), np.uint8)) == 0.0
