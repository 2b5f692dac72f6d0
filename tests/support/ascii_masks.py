"""Masks written out, so that a reader sees them."""

import numpy as np


def mask(text: str) -> np.ndarray:
    """bool [H, W]: rows separated by ``/``, ``#`` is set."""
    return np.array([[pixel == "#" for pixel in row] for row in text.split("/")])


def labels(text: str) -> np.ndarray:
    """uint8 [H, W]: a digit is a label, ``#`` is 1, ``v`` is void, all else 0."""
    values = {"#": 1, "v": 255}
    return np.array(
        [
            [int(pixel) if pixel.isdigit() else values.get(pixel, 0) for pixel in row]
            for row in text.split("/")
        ],
        np.uint8,
    )


def track(frames: list[list[str]] | None) -> np.ndarray | None:
    """bool [T, H, W] of the rows of each frame, ``#`` set; None for none, as golden files say."""
    return None if frames is None else np.stack([mask("/".join(rows)) for rows in frames])
