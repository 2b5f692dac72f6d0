"""Which frames of a video one sample shows."""

import numpy as np


def sample_frames(length: int, count: int, random: np.random.Generator) -> list[int]:
    """Return ``count`` frame indices in order.

    A uniform random subset of the whole video, not a stretch of it. A video that is too short is
    shown as often as it fits, then its first frames once more.

    Args:
        length: frames of the video, at least 1.
        count: frames wanted.
        random: drawn from only if the video is long enough.

    Source: ``YTVOSDatasetVid.__getitem__`` of the official code. Where ``count`` is more than
    twice ``length`` it repeats as here; up to twice, it shows the first ``count - length`` frames
    again, which is the same.

    >>> sample_frames(3, 8, np.random.default_rng(0))
    [0, 0, 0, 1, 1, 1, 2, 2]
    """
    if length < count:
        return sorted(place % length for place in range(count))
    return sorted(int(place) for place in random.choice(length, count, replace=False))


def even_frames(length: int, count: int) -> list[int]:
    """Return at most ``count`` distinct frame indices, evenly spread, the first and last included.

    >>> even_frames(9, 3)
    [0, 4, 8]
    >>> even_frames(2, 8)
    [0, 1]
    """
    if length <= count:
        return list(range(length))
    if count == 1:
        return [0]
    return [round(place * (length - 1) / (count - 1)) for place in range(count)]
