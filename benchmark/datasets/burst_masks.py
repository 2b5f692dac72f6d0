"""Masks of BURST: the tracks of one category, joined frame by frame."""

from collections.abc import Collection
from pathlib import Path

import numpy as np

from benchmark.datasets.burst_file import SequenceEntry
from refvps.errors import DataError, ShapeError
from refvps.packed import Order, PackedMask, Size, words_a_line
from refvps.rle import read_counts
from refvps.types import MaskTrack


def category_track(path: Path, entry: SequenceEntry, category: int) -> MaskTrack:
    """Return the union of a category's tracks on every annotated frame of a sequence.

    A frame that none of them is in is annotated as empty.

    Raises:
        DataError: a mask is damaged; names the frame and the track.

    Source: ``burst/eval_burst.py`` of miccooper9/ReferEverything.
    """
    tracks = {track for track, found in entry.track_category_ids.items() if found == category}
    masks = [_empty(entry.size).words.copy() for _ in entry.annotated_image_paths]
    for frame, mask in _masks(path, entry, tracks):
        masks[frame] |= mask.words
    packed = tuple(PackedMask(entry.size, words, Order.COLUMNS) for words in masks)
    frame_ids = tuple(name.rpartition(".")[0] for name in entry.annotated_image_paths)
    return MaskTrack(frame_ids, packed, (None,) * len(packed))


def damaged_masks(entry: SequenceEntry) -> tuple[str, ...]:
    """Return what is wrong with the masks of a sequence, one text a damaged mask."""
    problems = []
    for name, masks in zip(entry.annotated_image_paths, entry.segmentations, strict=True):
        for track, mask in masks.items():
            try:
                read_counts([mask.rle.encode()], entry.size)
            except ShapeError as error:
                problems.append(f"{entry.title}, frame {name}, track {track}: {error.message}")
    return tuple(problems)


def _masks(
    path: Path, entry: SequenceEntry, tracks: Collection[str]
) -> list[tuple[int, PackedMask]]:
    """Return every mask of some tracks with the place of its frame."""
    found = [
        (frame, mask.rle.encode())
        for frame, masks in enumerate(entry.segmentations)
        for track, mask in masks.items()
        if track in tracks
    ]
    try:
        runs = read_counts([counts for _, counts in found], entry.size) if found else None
    except ShapeError as error:
        first = (*damaged_masks(entry), f"{entry.title}: {error.message}")[0]
        raise DataError(path, f"{first}; get the file again") from error
    return [(frame, runs.packed(k)) for k, (frame, _) in enumerate(found)] if runs else []


def _empty(size: Size) -> PackedMask:
    lines, pixels = Order.COLUMNS.lines(size)
    return PackedMask(size, np.zeros((lines, words_a_line(pixels)), np.uint64), Order.COLUMNS)
