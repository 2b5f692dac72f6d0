"""COCO run-length encoding, the way scoring reads predictions.

Exchange, that is writing and anything off the scoring path, goes through pycocotools
(``refvps.exchange``); this reader exists because scoring needs no dense mask, and reads all
frames of a track in one go. The tests hold both equal to pycocotools.
"""

from collections.abc import Sequence

import numpy as np

from refvps.errors import ShapeError
from refvps.packed import Size
from refvps.runs import Int64Array, RunTrack

_FIRST_CHARACTER = 48
_DATA_BITS = 5
_MORE = 0x20
_SIGN = 0x10
_MOST_GROUPS = 7
"""Groups of five bits in one number; seven hold any run of a mask below 2**34 pixels."""


def read_counts(counts: Sequence[bytes], size: Size) -> RunTrack:
    """Return the masks that compressed COCO strings encode, one string a frame.

    Raises:
        ShapeError: a string is malformed, or its runs do not cover the mask exactly.
    """
    runs, last = _decoded(counts)
    if runs.size and runs.min() < 0:
        raise ShapeError("run-length counts hold a negative run")
    pixels = size.height * size.width
    # Every frame's runs add up to its pixels, so one sum over all gives places over all.
    changes = np.cumsum(runs)
    wrong = np.flatnonzero(changes[last] != np.arange(1, len(counts) + 1) * pixels)
    if wrong.size:
        frame = int(wrong[0])
        total = int(changes[last[frame]]) - frame * pixels
        raise ShapeError(f"run-length counts cover {total} pixels; a mask of {size} has {pixels}")
    before = np.concatenate((np.full(min(len(counts), 1), -1), last[:-1]))
    foreground = np.flatnonzero((np.arange(runs.size) - np.repeat(before, last - before)) % 2 == 0)
    first = np.zeros(len(counts) + 1, np.int64)
    np.cumsum((last - before) // 2, out=first[1:])
    return RunTrack(size, changes[foreground - 1], changes[foreground], first)


def decode_counts(counts: bytes) -> Int64Array:
    """Return the run lengths of one compressed COCO string, background first; see ``_decoded``.

    >>> decode_counts(b"132").tolist()
    [1, 3, 2]
    """
    return _decoded([counts])[0]


def _decoded(counts: Sequence[bytes]) -> tuple[Int64Array, Int64Array]:
    """Return the run lengths of all strings, and the index of each string's last one.

    Each run is a little-endian chain of five-bit groups with a sign; from the fourth of a string
    on it is stored as the difference from the run two places before.

    Raises:
        ShapeError: a character outside the alphabet, or a number cut off or too long.

    Source: the format of ``rleToString`` in pycocotools' ``maskApi.c``.
    """
    lengths = np.array([len(string) for string in counts], np.int64)
    if lengths.size and lengths.min() == 0:
        raise ShapeError("run-length counts are empty")
    groups = np.frombuffer(b"".join(counts), np.uint8) - np.uint8(_FIRST_CHARACTER)
    if groups.size and groups.max() > _MORE + (_MORE - 1):
        raise ShapeError("run-length counts hold a character that the encoding does not use")
    closing = groups < _MORE
    if not closing[np.cumsum(lengths) - 1].all():
        raise ShapeError("run-length counts end in the middle of a number")
    ends = np.flatnonzero(closing)
    values = _numbers(groups, ends)
    last = np.cumsum(np.add.reduceat(closing, np.cumsum(lengths) - lengths, dtype=np.int64)) - 1
    return _undone_differences(values, last), last


def _numbers(groups: np.ndarray, ends: Int64Array) -> Int64Array:
    """Return the signed numbers whose last groups are given."""
    places = np.diff(ends, prepend=-1)
    if places.size and places.max() > _MOST_GROUPS:
        raise ShapeError("run-length counts hold a number too large for any mask")
    values = (groups[ends] & (_MORE - 1)).astype(np.int64)
    # The sign is the highest data bit of the last group.
    values -= (values & _SIGN) << 1
    # Numbers of one group are most; longer ones take their lower groups one by one.
    longer = np.flatnonzero(places > 1)
    below = 1
    while longer.size:
        lower = (groups[ends[longer] - below] & (_MORE - 1)).astype(np.int64)
        values[longer] = (values[longer] << _DATA_BITS) | lower
        below += 1
        longer = longer[places[longer] > below]
    return values


def _undone_differences(values: Int64Array, last: Int64Array) -> Int64Array:
    """Return the runs of strings that store each, from the fourth on, less the run two before."""
    first = np.concatenate((np.zeros(min(len(last), 1), np.int64), last[:-1] + 1))
    runs = last - first + 1
    offset = np.arange(values.size) - np.repeat(first, runs)
    for chosen, counts in (
        (np.flatnonzero(offset & 1), runs // 2),
        (np.flatnonzero((offset & 1 == 0) & (offset > 0)), (runs - 1) // 2),
    ):
        sums = np.zeros(len(chosen) + 1, np.int64)
        np.cumsum(values[chosen], out=sums[1:])
        values[chosen] = sums[1:] - np.repeat(sums[np.cumsum(counts) - counts], counts)
    return values
