"""Memory of a segmenter over a clip of 60 seconds, and with ten clips open.

    python benchmarks/segmenter_memory.py [--segmenter NAME [--option KEY=VALUE]...] [--toy]

Frames are noise of 1024x576, made when they are asked for, 6 a second. ``--toy`` is SAM 2's real
code at toy size with random weights: it shows that nothing grows, not what a real network takes.
"""

import argparse
import resource
import sys
from pathlib import Path

import numpy as np

from annotator.segmenters.choice import choose
from annotator.segmenters.protocol import Segmenter
from refvps.options import split_options
from refvps.types import Size, UInt8Array

SECONDS = 60
RATE = 6


class Noise:
    """A clip that takes no memory of its own."""

    size = Size(576, 1024)

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __len__(self) -> int:
        return SECONDS * RATE

    def frame(self, k: int) -> UInt8Array:
        """Return a keyframe: blocks of noise that drift."""
        rng = np.random.default_rng(self._seed)
        small = rng.integers(0, 255, (36, 64, 3), np.uint8)
        return np.roll(np.kron(small, np.ones((16, 16, 1), np.uint8)), 2 * k, axis=1)


def chosen(given: argparse.Namespace) -> Segmenter:
    """Return the segmenter that was asked for."""
    if not given.toy:
        return choose(given.segmenter, split_options(given.option)).segmenter
    sys.path.append(str(Path(__file__).parents[1] / "tests"))
    from support import sam2

    return sam2.segmenter("sam2", feature_bytes=16 << 20)


def resident() -> float:
    """Return the most memory that the process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the peak after parts of a clip, then with more and more clips open."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--segmenter", default="classic")
    parser.add_argument("--option", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--toy", action="store_true")
    given = parser.parse_args()
    segmenter = chosen(given)
    mask = np.zeros(Noise.size, bool)
    mask[200:300, 400:600] = True
    print(f"{'keyframes':>12} {'peak MB':>8}")
    session = segmenter.open(Noise(0))
    for k, _ in session.propagate(1, len(Noise(0)), {0: mask}, {0}):
        if k in {1, 30, 90, 180, 270, 359}:
            print(f"{k:>12} {resident():8.0f}", flush=True)
    print(f"{'open clips':>12} {'peak MB':>8}")
    sessions = [session]
    for count in range(2, 11):
        sessions.append(segmenter.open(Noise(count)))
        for one in sessions:
            for _ in one.propagate(1, 13, {0: mask}, {0}):
                pass
        if count in {2, 5, 10}:
            print(f"{count:>12} {resident():8.0f}", flush=True)


if __name__ == "__main__":
    main()
