"""Random numbers that are the same on every machine: splitmix64 on a counter."""

import numpy as np
from numpy.typing import NDArray

from refvps.packed import WordArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_WORD = 1 << 64


def words(seed: int, start: int, count: int) -> WordArray:
    """Return 64 random bits for each of ``count`` counters from ``start`` on, uint64 ``[count]``.

    Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.

    >>> hex(words(0, 0, 1)[0])
    '0xe220a8397b1dcdaf'
    """
    counters = np.arange(start + 1, start + count + 1, dtype=np.uint64)
    state = counters * _GOLDEN + np.uint64(seed % _WORD)
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    state ^= state >> np.uint64(31)
    return state


def draws(seed: int, start: int, count: int, below: int) -> NDArray[np.int64]:
    """Return whole numbers in [0, below), one a counter, int64 ``[count]``."""
    # The high half times the bound, shifted down: no modulo bias that a table could show.
    picked = ((words(seed, start, count) >> np.uint64(32)) * np.uint64(below)) >> np.uint64(32)
    return picked.astype(np.int64)
