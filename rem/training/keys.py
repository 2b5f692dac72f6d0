"""Random numbers that depend on what they are for, never on who draws them or when.

Every draw of training is keyed: by the seed, by what it is for, and by the sample's place in the
run. So a run is the same with one process or eight, and goes on exactly where it was killed.
"""

import hashlib

import numpy as np

Key = int | str


def key_number(seed: int, *keys: Key) -> int:
    """Return 63 bits that are a function of the seed and the keys alone.

    >>> key_number(42, "noise", 7) == key_number(42, "noise", 7)
    True
    >>> key_number(42, "noise", 7) == key_number(42, "noise", 8)
    False
    """
    text = "\0".join(map(repr, (seed, *keys)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def numbers(seed: int, *keys: Key) -> np.random.Generator:
    """Return NumPy's stream for a purpose; see ``key_number``."""
    return np.random.Generator(np.random.PCG64(key_number(seed, *keys)))
