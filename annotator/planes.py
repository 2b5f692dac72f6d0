"""What is painted on a keyframe: the target and the Ignore region, two planes of their own.

They are composed only where masks leave the project, so that erasing Ignore shows the target that
was below it, and tracking the target again leaves Ignore as it was painted.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from refvps.errors import DataError, ShapeError
from refvps.mask_png import VOID_LABEL, decode_labels
from refvps.packed import PackedMask, Size, UInt8Array, empty, pack

TARGET_LABEL = 1
COVERED_LABEL = 254
"""On the wire: a pixel of the target that lies below Ignore. It never reaches a release."""

WIRE_LABELS = (0, TARGET_LABEL, COVERED_LABEL, VOID_LABEL)


@dataclass(frozen=True, slots=True)
class Planes:
    """The two planes of one keyframe, of one size; they may overlap.

    Attributes:
        target: the target's pixels.
        ignore: the pixels that are not scored.
    """

    target: PackedMask
    ignore: PackedMask

    def __post_init__(self) -> None:
        """Check that both have one size."""
        if self.target.size != self.ignore.size:
            raise ShapeError(
                f"target is {self.target.size} and Ignore {self.ignore.size}; expected one size"
            )

    @property
    def size(self) -> Size:
        """Height and width."""
        return self.target.size

    def composed(self) -> UInt8Array:
        """Return labels, uint8 ``[H, W]``: 0 background, 1 target, 255 Ignore, which wins."""
        labels = self.target.dense().astype(np.uint8)
        labels[self.ignore.dense()] = VOID_LABEL
        return labels

    def wire(self) -> bytes:
        """Return one byte a pixel, by rows: composed, but 254 where Ignore covers the target."""
        labels = self.composed()
        labels[self.ignore.dense() & self.target.dense()] = COVERED_LABEL
        return labels.tobytes()


def blank(size: Size) -> Planes:
    """Return planes with nothing painted."""
    return Planes(empty(size), empty(size))


def split(labels: UInt8Array) -> Planes:
    """Return the planes of composed labels or of labels from the wire.

    Args:
        labels: uint8 ``[H, W]`` of 0, 1, 254 and 255.

    Raises:
        ShapeError: another value, or another shape.
    """
    if labels.dtype != np.uint8 or labels.ndim != 2:
        raise ShapeError(f"labels are uint8 [H, W]; got {labels.dtype} {list(labels.shape)}")
    strange = set(np.flatnonzero(np.bincount(labels.ravel(), minlength=256)).tolist())
    strange -= set(WIRE_LABELS)
    if strange:
        raise ShapeError(f"label {min(strange)} is not one of 0, 1, 254 and 255")
    covered = labels == COVERED_LABEL
    return Planes(pack((labels == TARGET_LABEL) | covered), pack((labels == VOID_LABEL) | covered))


def from_wire(content: bytes, size: Size) -> Planes:
    """Return the planes of a label map from the wire; see ``Planes.wire``.

    Raises:
        ShapeError: it has not one byte a pixel, or holds another value.
    """
    if len(content) != size.height * size.width:
        expected = size.height * size.width
        raise ShapeError(f"a label map of {size} has {expected} bytes; got {len(content)}")
    return split(np.frombuffer(content, np.uint8).reshape(size))


def encode_plane(mask: PackedMask) -> bytes:
    """Return a mask as a 1-bit PNG; the same mask always gives the same bytes."""
    buffer = io.BytesIO()
    Image.fromarray(mask.dense()).save(buffer, format="PNG", compress_level=4)
    return buffer.getvalue()


def decode_plane(path: Path, content: bytes) -> PackedMask:
    """Return the mask of a 1-bit PNG; ``path`` names it in errors.

    Raises:
        DataError: it is damaged, or no mask.
    """
    labels = decode_labels(path, content).labels
    if labels.size and labels.max() > 1:
        raise DataError(path, "is no plane: expected a 1-bit PNG")
    return pack(labels.astype(bool))
