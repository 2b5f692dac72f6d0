"""How to store predicted masks: run lengths in one gzip file a query, or a PNG file a mask.

    python benchmarks/storage.py [--masks FOLDER …] [--frames 40]

FOLDER holds sequences of label images, SEQUENCE/FRAME.png, as davis2017-evaluation has its results;
every label is a target. Without one, torn blobs of 640x480 are drawn as in ``large_sets.py``. Each
target's track is written and read, in memory, in three forms: our store (COCO run lengths in one
gzip file), 1-bit PNG by Pillow as other tools write it, and palette PNG as DAVIS has it. Figures
are a mask's: bytes, what it takes on a disk in blocks of 4 kB, and CPU µs to write it and to read
it into the form that is scored; the least of three rounds.
"""

import argparse
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from large_sets import drawn_masks
from PIL import Image

from refvps.kernels.backends import COMPILED, NUMPY, kernels_named
from refvps.kernels.kernels import Kernels
from refvps.mask_png import decode_label_planes, encode_labels, read_labels
from refvps.packed import PackedMask, pack
from refvps.predictions.track_file import encode_track, read_track
from refvps.settings import read_settings
from refvps.types import Clip, Expression, Prediction, Query

BLOCK = 4096
ROUNDS = 3


@dataclass(frozen=True)
class Track:
    """Masks of one target, packed."""

    masks: tuple[PackedMask, ...]

    @property
    def prediction(self) -> Prediction:
        """The masks as what a method answers."""
        ids = tuple(f"{place:05}" for place in range(len(self.masks)))
        paths = tuple(Path(f"{frame_id}.jpg") for frame_id in ids)
        query = Query(Clip("c", paths, Fraction(24), "c"), Expression("0", "it", "1"))
        return Prediction(query, ids, self.masks)


def tracks_in(folder: Path, most: int) -> Iterator[Track]:
    """Yield the tracks of label images: one a sequence and label."""
    for sequence in sorted(path for path in folder.iterdir() if path.is_dir()):
        images = [read_labels(path).labels for path in sorted(sequence.glob("*.png"))[:most]]
        labels = {int(label) for image in images for label in np.unique(image)} - {0, 255}
        for label in sorted(labels):
            yield Track(tuple(pack(image == label) for image in images))


def one_bit(mask: PackedMask) -> bytes:
    """Return a 1-bit PNG."""
    buffer = io.BytesIO()
    Image.fromarray(mask.dense()).save(buffer, format="PNG")
    return buffer.getvalue()


def palette(mask: PackedMask) -> bytes:
    """Return a palette PNG of one label."""
    return encode_labels(mask.dense().astype(np.uint8))


def timed(work: Callable[[], object]) -> float:
    """Return the CPU seconds of the cheapest round."""
    found = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def report(name: str, tracks: list[Track], folder: Path) -> None:
    """Measure and print the forms of some tracks."""
    masks = [mask for track in tracks for mask in track.masks]
    print(f"\n{name}: {len(tracks)} tracks, {len(masks)} masks of {masks[0].size}")
    files = []
    for place, track in enumerate(tracks):
        files.append(folder / f"{place}.json.gz")
        files[-1].write_bytes(encode_track(track.prediction))
    writing = timed(lambda: [encode_track(track.prediction) for track in tracks])
    sizes = [file.stat().st_size for file in files]
    for backend in (NUMPY, COMPILED):
        kernels = kernels_named(backend, read_settings().cache_folder)
        reading = timed(lambda chosen=kernels: [_read(file, chosen) for file in files])
        _line(f"run lengths, gzip; {backend}", sizes, len(masks), writing, reading)
    for title, write in (("1-bit PNG", one_bit), ("palette PNG", palette)):
        contents = [write(mask) for mask in masks]
        writing = timed(lambda chosen=write: [chosen(mask) for mask in masks])
        reading = timed(lambda found=contents: [_decoded(content) for content in found])
        _line(title, list(map(len, contents)), len(masks), writing, reading)


def _read(file: Path, kernels: Kernels) -> None:
    found = read_track(file)
    found.masks(list(found.counts), kernels)


def _decoded(content: bytes) -> None:
    decode_label_planes(Path("mask.png"), content, [1, 255])


def _line(title: str, sizes: list[int], masks: int, writing: float, reading: float) -> None:
    on_disk = sum(-(-size // BLOCK) * BLOCK for size in sizes)
    print(
        f"  {title:<30}{sum(sizes) / masks:8.0f} bytes{on_disk / masks:8.0f} on disk"
        f"{1e6 * writing / masks:8.0f} µs to write{1e6 * reading / masks:8.0f} µs to read"
    )


def main() -> None:
    """Measure what was asked for."""
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--masks", type=Path, nargs="*", default=[])
    parser.add_argument("--frames", type=int, default=40, help="of a sequence, at most")
    options = parser.parse_args()
    drawn = [Track(tuple(map(pack, drawn_masks((480, 640)))))]
    found = {"drawn": drawn, **{str(f): list(tracks_in(f, options.frames)) for f in options.masks}}
    for name, tracks in found.items():
        with tempfile.TemporaryDirectory() as folder:
            report(name, tracks, Path(folder))


if __name__ == "__main__":
    main()
