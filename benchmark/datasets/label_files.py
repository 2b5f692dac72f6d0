"""Truth as palette files ``FOLDER/VIDEO/FRAME.png``: the label of a pixel is its target's id."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from refvps.errors import DataError
from refvps.mask_png import VOID_LABEL, decode_label_planes, read_file, read_labels
from refvps.types import MaskTrack, PackedMask, Size


def is_label(text: str) -> bool:
    """Return whether an id is a label that a mask file can hold: 1 to 254.

    >>> is_label("3"), is_label("255"), is_label("03"), is_label("x")
    (True, False, False, False)
    """
    return text.isascii() and text.isdigit() and str(int(text[:4])) == text and 0 < int(text) < 255


def highest_label(path: Path) -> int:
    """Return the highest label of a mask file but void; 0 where there is none.

    Raises:
        DataError: the file is missing or damaged.
    """
    values = np.flatnonzero(np.bincount(read_labels(path).labels.ravel(), minlength=256))
    return int(max((value for value in values.tolist() if value != VOID_LABEL), default=0))


def read_targets(
    folder: Path, frame_ids: Sequence[str], labels: Sequence[int]
) -> tuple[dict[int, MaskTrack], int]:
    """Return the masks of some labels of a video, each file read once, and strangers.

    Args:
        folder: the video's.
        frame_ids: the annotated frames.
        labels: the labels asked for.

    Returns:
        A mask track by label, pixels of label 255 void; and on how many frames there are labels
        that were not asked for.

    Raises:
        DataError: a file is missing, damaged, or of another size than the first.
    """
    masks: dict[int, list[PackedMask]] = {label: [] for label in labels}
    voids: list[PackedMask | None] = []
    size: Size | None = None
    strangers = 0
    for frame_id in frame_ids:
        path = folder / f"{frame_id}.png"
        planes = decode_label_planes(path, read_file(path), [*labels, VOID_LABEL])
        void = planes.masks[VOID_LABEL]
        size = size or void.size
        if void.size != size:
            raise DataError(path, f"mask is {void.size}; the first one is {size}")
        voids.append(void if void.area else None)
        strangers += planes.others > 0
        for label in labels:
            masks[label].append(planes.masks[label])
    frames = tuple(frame_ids)
    tracks = {
        label: MaskTrack(frames, tuple(found), tuple(voids)) for label, found in masks.items()
    }
    return tracks, strangers


def stamp_of(paths: Sequence[Path]) -> str:
    """Return a digest of the names, sizes and times of files; see ``KeepableTruth``.

    Raises:
        DataError: one is missing.
    """
    digest = hashlib.sha256()
    for path in paths:
        try:
            stat = path.stat()
        except OSError as error:
            raise DataError(path, f"cannot be read: {error.strerror or error}") from error
        digest.update(f"{path.name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
