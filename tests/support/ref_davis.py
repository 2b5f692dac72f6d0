"""Ref-DAVIS in its own layout, drawn small, with predictions that matching has to sort out."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from refvps.mask_png import encode_labels
from support.referring import expressions, write_json

SETS = 4


@dataclass(frozen=True)
class Drawn:
    """One video of moving discs.

    Attributes:
        size: height and width.
        frames: how many.
        targets: labels, all but those of ``late`` from the first frame on.
        asked: the labels with expressions, in the order of the file.
        late: the first frame of labels that come later.
        swapped: in these sets each prediction shows the next asked target.
        silent: labels for which nothing is predicted.
    """

    size: tuple[int, int]
    frames: int
    targets: tuple[int, ...]
    asked: tuple[int, ...]
    late: tuple[tuple[int, int], ...] = ()
    swapped: tuple[int, ...] = ()
    silent: tuple[int, ...] = ()


VIDEOS = {
    # More targets than predictions, and overlapping ones; the third is best for none asked.
    "crowd": Drawn((41, 67), 9, (1, 2, 3, 4), (1, 3)),
    # Two labels come later; the official code counts the first of them and not the second.
    "late": Drawn((33, 130), 8, (1, 2, 3), (1, 2), late=((1, 3), (3, 5))),
    "long": Drawn((24, 31), 260, (1,), (1,)),
    "silent": Drawn((40, 40), 6, (1, 2), (2, 1), late=((1, 2),), silent=(1,)),
    "swap": Drawn((50, 64), 7, (1, 2, 3), (1, 2, 3), swapped=(0, 2)),
}


def names(drawn: Drawn) -> list[str]:
    return [f"{frame:05}" for frame in range(drawn.frames)]


def disc(drawn: Drawn, label: int, frame: int, shift: float = 0) -> np.ndarray:
    """A target as it is drawn, bool [H, W]; ``shift`` moves and shrinks it."""
    height, width = drawn.size
    rows, columns = np.mgrid[:height, :width]
    time = frame / drawn.frames
    row = height * (0.25 + 0.5 * ((label * 0.37 + 0.4 * time) % 1)) + shift
    column = width * (0.2 + 0.6 * ((label * 0.61 + 0.8 * time) % 1)) - 2 * shift
    radius = min(height, width) * (0.14 + 0.03 * label) - abs(shift) / 3
    return (rows - row) ** 2 + ((columns - column) / 1.4) ** 2 < radius**2


def labels(drawn: Drawn, frame: int) -> np.ndarray:
    """The labels of a frame, uint8 [H, W]: later targets before earlier ones, and a void band."""
    found = np.zeros(drawn.size, np.uint8)
    start = dict(drawn.late)
    for label in drawn.targets:
        if frame >= start.get(label, 0):
            found[disc(drawn, label, frame)] = label
    found[drawn.size[0] // 2 :: 9, : drawn.size[1] // 2 + frame % 5] = 255
    return found


def predicted(drawn: Drawn, place: int, chosen: int, frame: int) -> np.ndarray:
    """What is predicted in a set for the asked target at a place of its order, bool [H, W]."""
    label = drawn.asked[place]
    if label in drawn.silent:
        return np.zeros(drawn.size, bool)
    if chosen in drawn.swapped:
        label = drawn.asked[(place + 1) % len(drawn.asked)]
    mask = disc(drawn, label, frame, shift=chosen - 1.3 + 0.2 * place)
    # A piece of a neighbour as well, so that predictions overlap and scores are not round.
    neighbour = drawn.targets[(drawn.targets.index(label) + 1) % len(drawn.targets)]
    if (frame + chosen) % 3 == 0:
        mask |= disc(drawn, neighbour, frame, shift=1.5)
    return mask


def write_ref_davis(root: Path, videos: Collection[str] = VIDEOS.keys()) -> Path:
    entries = {}
    for video in videos:
        drawn = VIDEOS[video]
        masks = root / "DAVIS/Annotations_unsupervised/480p" / video
        frames = root / "DAVIS/JPEGImages/480p" / video
        masks.mkdir(parents=True)
        frames.mkdir(parents=True)
        for frame, name in enumerate(names(drawn)):
            (masks / f"{name}.png").write_bytes(encode_labels(labels(drawn, frame)))
            Image.new("RGB", drawn.size[::-1], (9, 90, 30)).save(frames / f"{name}.jpg")
        texts = [f"disc {label}, said {k}" for label in drawn.asked for k in range(SETS)]
        targets = [str(label) for label in drawn.asked for _ in range(SETS)]
        entries[video] = {
            "expressions": expressions(texts, obj_id=targets),
            "frames": names(drawn),
        }
    write_json(root / "meta_expressions/valid/meta_expressions.json", {"videos": entries})
    listed = root / "DAVIS/ImageSets/2017/val.txt"
    listed.parent.mkdir(parents=True)
    listed.write_text("".join(f"{video}\n" for video in videos))
    return root


def write_predictions(preds: Path, videos: Collection[str] = VIDEOS.keys()) -> Path:
    """Write the predictions of method "m", one folder an expression."""
    for video in videos:
        drawn = VIDEOS[video]
        for place in range(len(drawn.asked)):
            for chosen in range(SETS):
                folder = preds / "m/ref-davis" / video / str(SETS * place + chosen)
                folder.mkdir(parents=True)
                for frame, name in enumerate(names(drawn)):
                    mask = predicted(drawn, place, chosen, frame)
                    Image.fromarray(mask.astype(np.uint8) * 255).save(folder / f"{name}.png")
    return preds
