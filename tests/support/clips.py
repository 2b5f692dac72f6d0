"""Clips of coloured blocks, as files."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from refvps.frames import encode_frame
from refvps.types import Clip


def drawn_clip(folder: Path, name: str, frames: int) -> Clip:
    """Draw a clip of 40 x 56 pixels below a folder; another one for a name of another length."""
    random = np.random.default_rng(len(name))
    paths = []
    (folder / name).mkdir(parents=True, exist_ok=True)
    for index in range(frames):
        blocks = random.integers(0, 256, (5, 7, 3), dtype=np.uint8)
        path = folder / name / f"{index:05}.jpg"
        path.write_bytes(encode_frame(np.kron(blocks, np.ones((8, 8, 1), np.uint8))))
        paths.append(path)
    return Clip(name, tuple(paths), Fraction(24), video=name)
