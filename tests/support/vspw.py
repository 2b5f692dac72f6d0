"""VSPW in its own layout, drawn small: JPEG frames, label images, the list of classes."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

STUFF = {1: "wall", 8: "handrail_or_fence", 29: "sky", 40: "water"}
PERSON = 61
VIDEOS = {"127_-hIVCYO4C90": 3, "2_two": 4, "30_three": 2}
SIZES = {"127_-hIVCYO4C90": (20, 33), "2_two": (70, 130), "30_three": (9, 16)}


def labels(video: str, frame: int) -> np.ndarray:
    """A label image, uint8 [H, W]: stuff, a person, both kinds of void; water comes and goes."""
    height, width = SIZES[video]
    image = np.full((height, width), 29, np.uint8)
    image[height // 2 :] = 1
    image[-3:, : width // 2] = 40 if frame % 2 else PERSON
    image[:2, frame : frame + 4] = 0
    image[2:4, frame + 2 : frame + 6] = 255
    if video == "2_two":
        image[20:40, 10 + frame : 90] = 8
    return image


def stuff_of(video: str) -> list[int]:
    seen = {int(x) for frame in range(VIDEOS[video]) for x in np.unique(labels(video, frame))}
    return sorted(seen & set(STUFF))


def name(frame: int) -> str:
    return f"{frame + 1:08d}"


def write_vspw(root: Path, *, listed: bool = True) -> Path:
    """Write the folder; grey masks for one video, palette masks for the others."""
    for video, frames in VIDEOS.items():
        folder = root / "data" / video
        (folder / "origin").mkdir(parents=True)
        (folder / "mask").mkdir()
        for frame in range(frames):
            image = Image.fromarray(labels(video, frame))
            if video != "30_three":
                image.putpalette([k // 3 for k in range(768)])
            image.save(folder / "mask" / f"{name(frame)}.png")
            picture = np.full((*SIZES[video], 3), 30 * frame, np.uint8)
            Image.fromarray(picture).save(folder / "origin" / f"{name(frame)}.jpg")
    # No end of line after the last video: code that cuts off the last character loses one.
    (root / "val.txt").write_text("\n".join(sorted(VIDEOS)))
    if listed:
        write_classes(root, {video: stuff_of(video) for video in VIDEOS})
    return root


def write_classes(root: Path, found: dict[str, list[int]]) -> None:
    """Write the list as the official code ships it: texts, from 0, things and void among them."""
    texts = {
        video: [str(label - 1) for label in [*stuff, PERSON]] + ["124", "252"]
        for video, stuff in found.items()
    }
    (root / "val_vid2classes.json").write_text(json.dumps(texts))


def predicted(video: str, label: int, frame: int) -> np.ndarray:
    """What a method answers: the class moved and frayed, and now and then nothing."""
    random = np.random.default_rng([label, frame, *map(ord, video)])
    if random.random() < 0.2:
        return np.zeros(SIZES[video], bool)
    moved = np.roll(labels(video, frame) == label, int(random.integers(0, 4)), axis=1)
    return moved ^ (random.random(SIZES[video]) < 0.02)


def write_predictions(folder: Path) -> Path:
    """Write predictions of all frames as images, a folder a query."""
    for video, frames in VIDEOS.items():
        for label in stuff_of(video):
            target = folder / video / STUFF[label]
            target.mkdir(parents=True)
            for frame in range(frames):
                mask = predicted(video, label, frame).astype(np.uint8)
                Image.fromarray(mask).save(target / f"{name(frame)}.png")
    return folder
