"""COCO run-length encoding for exchange, through pycocotools."""

import numpy as np

from refvps.errors import ShapeError
from refvps.packed import PackedMask, Size, pack


def encode_counts(mask: PackedMask) -> bytes:
    """Return the mask as a compressed COCO string, column by column, ASCII only."""
    from pycocotools import mask as coco

    # The transposed view of contiguous columns is the Fortran order that pycocotools asks for.
    encoded = coco.encode(mask.columns().view(np.uint8).T)
    counts: bytes = encoded["counts"]
    return counts


def from_coco(size: Size, counts: bytes | list[int]) -> PackedMask:
    """Return the mask of a COCO object: a compressed string, or plain run lengths.

    Raises:
        ShapeError: the runs do not cover the mask exactly.
    """
    from pycocotools import mask as coco

    height, width = size
    if isinstance(counts, list):
        if sum(counts) != height * width or min(counts, default=0) < 0:
            raise ShapeError(f"run lengths cover {sum(counts)} pixels; {size} has {height * width}")
        counts = coco.frPyObjects({"size": [height, width], "counts": counts}, height, width)[
            "counts"
        ]
    dense = coco.decode({"size": [height, width], "counts": counts})
    return pack(dense.view(np.bool_))
