"""BURST in its own layout, drawn small: JSON with run lengths, JPEG frames, predictions."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pycocotools import mask as coco

CATEGORIES = {805: "zebra", 211: "cap_(headwear)", 95: "beer_bottle"}
ANNOTATED = (0, 2, 4)
FRAMES = 5


@dataclass
class Drawn:
    """One sequence. A track is its category and its mask on each annotated frame, or None."""

    split: str
    dataset: str
    name: str
    size: tuple[int, int]
    tracks: dict[str, tuple[int, list[np.ndarray | None]]] = field(default_factory=dict)
    not_exhaustive: tuple[int, ...] = ()

    @property
    def clip_id(self) -> str:
        return f"{self.split}__{self.dataset}__{self.name}"

    def file_name(self, frame: int) -> str:
        return f"frame{frame:04d}.jpg"

    def entry(self) -> dict[str, Any]:
        return {
            "id": 7,
            "width": self.size[1],
            "height": self.size[0],
            "seq_name": self.name,
            "dataset": self.dataset,
            "fps": 30,
            "all_image_paths": [self.file_name(frame) for frame in range(FRAMES)],
            "annotated_image_paths": [self.file_name(frame) for frame in ANNOTATED],
            "neg_category_ids": [95],
            "not_exhaustive_category_ids": list(self.not_exhaustive),
            "track_category_ids": {track: found[0] for track, found in self.tracks.items()},
            "segmentations": [
                {
                    track: {"rle": encoded(masks[place]), "is_gt": True, "score": 1.0}
                    for track, (_, masks) in self.tracks.items()
                    if masks[place] is not None
                }
                for place in range(len(ANNOTATED))
            ],
        }


def encoded(mask: np.ndarray) -> str:
    return coco.encode(np.asfortranarray(mask, np.uint8))["counts"].decode()


def box(size: tuple[int, int], top: int, left: int, height: int, width: int) -> np.ndarray:
    mask = np.zeros(size, bool)
    mask[top : top + height, left : left + width] = True
    return mask


def sequences() -> list[Drawn]:
    """Four sequences: overlapping tracks, absent frames, a track that never shows."""
    small, wide = (24, 40), (70, 130)
    return [
        Drawn(
            "val",
            "LaSOT",
            "zebra-1",
            small,
            {
                "1": (805, [box(small, 2, 2 + k, 8, 9) for k in range(3)]),
                "2": (805, [box(small, 6, 8, 9, 9), None, box(small, 0, 30, 24, 10)]),
                "3": (211, [None, box(small, 3, 3, 2, 4), None]),
            },
            not_exhaustive=(211,),
        ),
        Drawn(
            "val",
            "AVA",
            "-5KQ66BBWC4_scene_4",
            wide,
            {"1": (211, [box(wide, 5, 60, 64, 10 + k) for k in range(3)])},
        ),
        Drawn(
            "test",
            "YFCC100M",
            "v_25",
            wide,
            {"4": (95, [None, None, None]), "9": (805, [box(wide, 0, 0, 70, 130), None, None])},
        ),
        Drawn(
            "test",
            "BDD",
            "b1c66a42-6f7d68ca",
            small,
            {"1": (805, [box(small, 4, 4, 5, 5)] * 3), "2": (211, [box(small, 9, 9, 3, 3)] * 3)},
        ),
    ]


def sequences_of_one_name() -> list[Drawn]:
    """The same, but one of BDD's test is called as one of LaSOT's val."""
    drawn = sequences()
    drawn[3].name = drawn[0].name
    return drawn


def write_burst(root: Path, drawn: list[Drawn]) -> Path:
    """Write annotations and frames."""
    for split in ("val", "test"):
        found = [each for each in drawn if each.split == split]
        document = {
            "sequences": [each.entry() for each in found],
            "categories": [
                {"id": number, "name": name, "synset": "x.n.01", "def": "Ⓐ zèbre", "synonyms": []}
                for number, name in CATEGORIES.items()
            ],
            "split": split,
        }
        write_annotations(root, split, document)
        for each in found:
            folder = root / "frames" / split / each.dataset / each.name
            folder.mkdir(parents=True)
            for frame in range(FRAMES):
                picture = np.full((*each.size, 3), 40 * frame, np.uint8)
                Image.fromarray(picture).save(folder / each.file_name(frame))
    return root


def annotations(root: Path, split: str) -> dict[str, Any]:
    return json.loads((root / "annotations_burst" / split / "all_classes.json").read_text())


def write_annotations(root: Path, split: str, document: dict[str, Any]) -> None:
    path = root / "annotations_burst" / split / "all_classes.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False))


def truth(each: Drawn, category: int) -> np.ndarray:
    """The union of a category's tracks, bool [T, H, W]."""
    union = np.zeros((len(ANNOTATED), *each.size), bool)
    for found, masks in each.tracks.values():
        for place, mask in enumerate(masks):
            if found == category and mask is not None:
                union[place] |= mask
    return union


def predicted(each: Drawn, category: int, place: int) -> np.ndarray:
    """What a method answers: the truth, moved and frayed, and now and then nothing."""
    random = np.random.default_rng([category, place, *map(ord, each.name)])
    if random.random() < 0.2:
        return np.zeros(each.size, bool)
    moved = np.roll(truth(each, category)[place], int(random.integers(0, 5)), axis=1)
    return moved ^ (random.random(each.size) < 0.02)


def write_predictions(folder: Path, drawn: list[Drawn]) -> Path:
    """Write predictions of the annotated frames as images, a folder a query."""
    for each in drawn:
        for category in sorted({found for found, _ in each.tracks.values()}):
            target = folder / each.clip_id / str(category)
            target.mkdir(parents=True)
            for place, frame in enumerate(ANNOTATED):
                mask = predicted(each, category, place)
                name = Path(each.file_name(frame)).stem
                Image.fromarray(mask.astype(np.uint8)).save(target / f"{name}.png")
    return folder
