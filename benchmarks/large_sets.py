"""Data sets of any number of clips, shaped as BURST, VSPW and Ref-VPS; see ``memory.py``.

Clips are many and files are few: frames, masks and stored predictions are links to a handful of
drawn ones, at half the height and width of real ones. How many frames, targets and expressions a
clip has is as in the real data sets, and with it what an evaluation keeps of a clip.
"""

import gzip
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from scoring_sets import clip_entry, seal_release

from refvps.exchange import encode_counts
from refvps.mask_png import write_labels
from refvps.packed import pack
from refvps.types import BoolArray

METHOD = "generated"
POOL = 24
"""How many masks there are; the frames of a clip take them in turn."""


@dataclass(frozen=True)
class LargeSet:
    """A generated data set.

    Attributes:
        name: of the data set.
        root: its folder.
        preds: the folder of the stored masks of ``METHOD``.
        options: of the data set.
    """

    name: str
    root: Path
    preds: Path
    options: tuple[str, ...] = ()

    @property
    def asked(self) -> str:
        """The data set as commands take it: its name and options."""
        return f"{self.name}:{','.join(self.options)}" if self.options else self.name


def drawn_masks(size: tuple[int, int]) -> list[BoolArray]:
    """Return blobs with torn outlines."""
    random = np.random.default_rng(0)
    height, width = size
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    found = []
    for _ in range(POOL):
        down, across = random.uniform(0.3, 0.7, 2)
        noise = random.standard_normal((height // 24 + 2, width // 24 + 2))
        torn = cv2.resize(noise.astype(np.float32), (width, height))
        far = np.hypot(rows / height - down, columns / width - across)
        found.append(far / random.uniform(0.15, 0.3) + 0.1 * torn < 1)
    return found


def make_burst(root: Path, sequences: int, frames: int = 1100) -> LargeSet:
    """Make a BURST of one split: 36 annotated frames, 4 categories and 6 tracks a sequence."""
    size, names = (240, 320), [f"frame{frame:07d}.jpg" for frame in range(frames)]
    texts = [encode_counts(pack(mask)).decode() for mask in drawn_masks(size)]
    shown = names[:: max(frames // 36, 1)][:36]
    pool = _pool(root / "pool", names, lambda path, _: _write_frame(path, size))
    tracks = range(1, 7)
    path = root / "annotations_burst" / "val" / "all_classes.json"
    path.parent.mkdir(parents=True)
    with path.open("w") as file:
        file.write('{"split": "val", "categories": ')
        json.dump([{"id": n, "name": f"thing {n}"} for n in range(1, 405)], file)
        file.write(', "sequences": [')
        for number in range(sequences):
            name, first = f"sequence-{number:05}", 1 + number % 400
            _link(root / "frames" / "val" / "LaSOT" / name, pool)
            _links(
                root / "preds" / METHOD / "burst" / f"val__LaSOT__{name}",
                [f"{first + k}.json.gz" for k in range(4)],
                _track(root, size, [Path(name).stem for name in shown]),
            )
            entry = {
                "width": size[1],
                "height": size[0],
                "seq_name": name,
                "dataset": "LaSOT",
                "fps": 30,
                "all_image_paths": names,
                "annotated_image_paths": shown,
                "track_category_ids": {str(track): first + track % 4 for track in tracks},
                "segmentations": [
                    {str(track): {"rle": texts[(number + k + track) % POOL]} for track in tracks}
                    for k in range(len(shown))
                ],
            }
            file.write((",\n" if number else "") + json.dumps(entry))
        file.write("]}")
    return LargeSet("burst", root, root / "preds", ("split=val",))


def make_vspw(root: Path, videos: int, frames: int = 71) -> LargeSet:
    """Make a VSPW: five kinds of stuff in a video, two of them often empty."""
    size, ids = (240, 427), [f"{frame:08d}" for frame in range(frames)]
    masks, stuff = drawn_masks(size), _stuff()[:5]
    shown = _pool(
        root / "pool" / "f", [f"{k}.jpg" for k in ids], lambda p, _: _write_frame(p, size)
    )

    def write(path: Path, place: int) -> None:
        labels = np.full(size, stuff[0][0], np.uint8)
        labels[masks[place]] = stuff[1][0]
        labels[masks[(place + 7) % POOL]] = stuff[2][0]
        write_labels(path, labels)

    drawn = _pool(root / "pool" / "m", [f"{frame_id}.png" for frame_id in ids], write)
    names = [f"video-{number:05}" for number in range(videos)]
    (root / "val.txt").write_text("\n".join(names))
    listed = {name: [label - 1 for label, _ in stuff] for name in names}
    (root / "val_vid2classes.json").write_text(json.dumps(listed))
    track = _track(root, size, ids)
    for name in names:
        _link(root / "data" / name / "origin", shown)
        _link(root / "data" / name / "mask", drawn)
        folder = root / "preds" / METHOD / "vspw" / name
        _links(folder, [f"{kind}.json.gz" for _, kind in stuff], track)
    return LargeSet("vspw", root, root / "preds")


def make_ref_vps(root: Path, clips: int, annotated: int = 40, stride: int = 4) -> LargeSet:
    """Make a release: four expressions a clip, predicted at the full rate."""
    size, frames = (288, 512), stride * (annotated - 1) + 1
    masks = drawn_masks(size)

    def write(path: Path, place: int) -> None:
        labels = masks[place].astype(np.uint8)
        labels[masks[(place + 1) % POOL] & ~masks[place]] = 255
        write_labels(path, labels)

    ids = [f"{frame:05d}" for frame in range(frames)]
    pool = _pool(root / "pool", [f"{frame_id}.png" for frame_id in ids[::stride]], write)
    track, entries = _track(root, size, ids), {}
    for number in range(clips):
        clip_id = f"clip-{number:05}"
        _links(root / "release" / "Annotations" / clip_id, [p.name for p in pool.iterdir()], pool)
        folder = root / "preds" / METHOD / "ref-vps-shape" / clip_id
        _links(folder, [f"{k}.json.gz" for k in range(4)], track)
        entries[clip_id] = clip_entry(clip_id, frames, ["1"] * 4, stride=stride)
    seal_release(root / "release", "ref-vps-shape", entries, stride=stride)
    return LargeSet("release", root / "release", root / "preds")


def _stuff() -> list[tuple[int, str]]:
    from benchmark.datasets.vspw_classes import vspw_classes

    return sorted(vspw_classes().stuff.items())


def _pool(folder: Path, names: Sequence[str], write: Callable[[Path, int], None]) -> Path:
    """Fill a folder with as many links as there are names to a handful of files."""
    folder.mkdir(parents=True)
    for place, name in enumerate(names):
        if place < POOL:
            write(folder / name, place)
        else:
            os.link(folder / names[place % POOL], folder / name)
    return folder


def _write_frame(path: Path, size: tuple[int, int]) -> None:
    Image.fromarray(np.zeros((*size, 3), np.uint8)).save(path)


def _track(root: Path, size: tuple[int, int], frame_ids: Sequence[str]) -> Path:
    """Write masks of some frames once, in the form that names no clip."""
    path = root / "pool.json.gz"
    if not path.exists():
        texts = [encode_counts(pack(mask)).decode() for mask in drawn_masks(size)]
        document = {
            frame_id: {"size": list(size), "counts": texts[(place + 3) % POOL]}
            for place, frame_id in enumerate(frame_ids)
        }
        path.write_bytes(gzip.compress(json.dumps(document).encode(), mtime=0))
    return path


def _link(path: Path, target: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target.resolve())


def _links(folder: Path, names: Sequence[str], source: Path) -> None:
    """Link names in a folder to one file, or to the files of those names in another folder."""
    folder.mkdir(parents=True)
    for name in names:
        os.link(source / name if source.is_dir() else source, folder / name)


LARGE_SETS = {"burst": make_burst, "vspw": make_vspw, "ref-vps": make_ref_vps}
