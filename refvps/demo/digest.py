"""Digests that prove a machine rendered the very pixels the demo was made with."""

import hashlib
import json
from importlib.resources import files

from refvps.demo.catalogue import catalogue_bytes
from refvps.demo.video import DemoVideo, Part
from refvps.errors import DataError
from refvps.types import UInt8Array

VOID_LABEL = 255


def part_labels(part: Part) -> list[UInt8Array]:
    """Return the label images of a part, uint8 ``[H, W]``: 0 elsewhere, 1 target, 255 void."""
    labels = []
    for mask, void in zip(part.masks, part.voids, strict=True):
        image = mask.dense().astype("uint8")
        image[void.dense()] = VOID_LABEL
        labels.append(image)
    return labels


def frames_digest(video: DemoVideo) -> bytes:
    """Return the SHA-256 of the frames' shape and pixels, before any encoding."""
    digest = hashlib.sha256(repr(video.frames.shape).encode())
    digest.update(video.frames.data)
    return digest.digest()


def clip_digest(frames: bytes, labels: list[UInt8Array]) -> str:
    """Return the SHA-256, in hexadecimal, of a clip's frames (as digested) and labels."""
    digest = hashlib.sha256(frames)
    for image in labels:
        digest.update(image.tobytes())
    return digest.hexdigest()


def committed_digests() -> dict[str, str]:
    """Return the digest of every clip, from ``digests.json``."""
    digests: dict[str, str] = json.loads(_digests_bytes())
    return digests


def release_key() -> str:
    """Return twelve hexadecimal digits that change with any pixel or word of the demo."""
    return hashlib.sha256(_digests_bytes() + catalogue_bytes()).hexdigest()[:12]


def require_digest(clip_id: str, found: str) -> None:
    """Check a rendered clip against the digest in the package.

    Raises:
        DataError: it differs or is not listed.
    """
    expected = committed_digests().get(clip_id)
    if found != expected:
        raise DataError(
            f"demo clip {clip_id}",
            f"rendered pixels have digest {found[:12]}, expected {(expected or 'none')[:12]}; "
            "NumPy on this machine does not round as IEEE 754 asks, so scores on the demo would "
            "not compare",
        )


def _digests_bytes() -> bytes:
    return (files("refvps.demo") / "digests.json").read_bytes()
