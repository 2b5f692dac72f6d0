"""Small referring data sets in the layouts they are distributed in, to be used or broken."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from pycocotools import mask as coco

from refvps.mask_png import encode_labels
from refvps.protocols import DatasetSource

SIZE = (20, 30)
FRAMES = ("00000", "00005", "00010")


def source(root: Path, **options: str) -> DatasetSource:
    return DatasetSource(root=root, cache=root / "cache", options=options)


def box(top: int, left: int) -> np.ndarray:
    """A square of 6 by 6, bool [H, W]."""
    mask = np.zeros(SIZE, bool)
    mask[top : top + 6, left : left + 6] = True
    return mask


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


def edit_json(path: Path, edit: Callable[[dict], object]) -> None:
    document = json.loads(path.read_text("utf-8"))
    edit(document)
    write_json(path, document)


def write_frames(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in FRAMES:
        Image.new("RGB", SIZE[::-1], (9, 90, 30)).save(folder / f"{name}.jpg")


def labels(frame: int, *, objects: int = 2) -> np.ndarray:
    """Labels of a frame, uint8 [H, W]: objects that move right; void right of the first."""
    found = np.zeros(SIZE, np.uint8)
    for place in range(objects):
        found[box(1 + 9 * place, 2 + 3 * frame)] = place + 1
    found[3:5, 26:] = 255
    return found


def write_labels(folder: Path, *, objects: int = 2) -> None:
    folder.mkdir(parents=True)
    for place, name in enumerate(FRAMES):
        (folder / f"{name}.png").write_bytes(encode_labels(labels(place, objects=objects)))


def expressions(texts: list[str], **keys: list) -> dict:
    """Expressions by id; ``keys`` are lists of further values, one an expression."""
    return {
        str(place): {"exp": text, **{key: values[place] for key, values in keys.items()}}
        for place, text in enumerate(texts)
    }


def ref_davis(root: Path, videos: tuple[str, ...] = ("dogs", "judo")) -> Path:
    """As ReferFormer's converter leaves it, DAVIS unpacked a second time beside it."""
    entries = {}
    for video in videos:
        write_frames(root / "valid/JPEGImages" / video)
        write_labels(root / "DAVIS/Annotations_unsupervised/480p" / video)
        texts = [f"{video} {target} of {k}" for target in (1, 2) for k in range(4)]
        entries[video] = {
            "expressions": expressions(texts, obj_id=["1"] * 4 + ["2"] * 4),
            "frames": list(FRAMES),
        }
    write_json(root / "meta_expressions/valid/meta_expressions.json", {"videos": entries})
    lists = root / "DAVIS/ImageSets/2017"
    lists.mkdir(parents=True)
    (lists / "val.txt").write_text("".join(f"{video}\n" for video in videos))
    return root


def ref_youtube_vos(root: Path, videos: int = 3) -> Path:
    """Validation and test videos in one file, as distributed; and two training videos."""
    entries = {}
    for number in range(videos + 2):
        if number < videos:
            write_frames(root / f"valid/JPEGImages/v{number}")
        entries[f"v{number}"] = {"expressions": expressions(["a", "b"]), "frames": list(FRAMES)}
    write_json(root / "meta_expressions/valid/meta_expressions.json", {"videos": entries})
    tests = {key: entries[key] for key in (f"v{videos}", f"v{videos + 1}")}
    write_json(root / "meta_expressions/test/meta_expressions.json", {"videos": tests})
    train = {}
    for name in ("t0", "t1"):
        write_frames(root / "train/JPEGImages" / name)
        write_labels(root / "train/Annotations" / name)
        train[name] = {
            "expressions": expressions(["top", "bottom", "upper"], obj_id=["1", "2", "1"]),
            "frames": list(FRAMES),
        }
    write_json(root / "meta_expressions/train/meta_expressions.json", {"videos": train})
    return root


def rle(mask: np.ndarray) -> dict:
    encoded = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": list(SIZE), "counts": encoded["counts"].decode()}


def mevis(root: Path, videos: tuple[str, ...] = ("m0", "m1")) -> Path:
    """``valid_u`` with two annotations a video, absent at times, and ``valid`` without truth."""
    entries, masks = {}, {}
    for place, video in enumerate(videos):
        one, two, never = (str(10 * place + k) for k in range(3))
        write_frames(root / "valid_u/JPEGImages" / video)
        masks[one] = [rle(box(1, 2)), rle(box(1, 5)), None]
        masks[two] = [rle(box(4, 4)), None, None]
        masks[never] = [None, None, None]
        entries[video] = {
            "expressions": expressions(
                ["both", "the first", "never there"],
                obj_id=[[0, 1], [0], [2]],
                anno_id=[[int(one), int(two)], [int(one)], [int(never)]],
            ),
            "vid_id": place,
            "frames": list(FRAMES),
        }
    write_json(root / "valid_u/meta_expressions.json", {"videos": entries})
    write_json(root / "valid_u/mask_dict.json", masks)
    write_frames(root / "valid/JPEGImages/w0")
    served = {"w0": {"expressions": expressions(["a", "b"]), "frames": list(FRAMES)}}
    write_json(root / "valid/meta_expressions.json", {"videos": served})
    return root


def refcoco(root: Path) -> Path:
    """Two images: one with two objects, one of two parts, the other with a crowd."""
    refs, annotations, images = [], [], []
    outlines = {
        10: (1, [[2, 2, 10, 2, 10, 9, 2, 9], [15.5, 4, 20, 4, 18, 12]]),
        11: (1, [[20, 10, 28, 10, 24, 18]]),
        12: (2, {"size": list(SIZE), "counts": [45, 100, 455]}),
        13: (2, [[0, 0, 5, 0, 5, 5]]),
    }
    for number, (image_id, outline) in outlines.items():
        annotations.append({"id": number, "image_id": image_id, "segmentation": outline})
    (root / "train2014").mkdir(parents=True)
    for image_id in (1, 2):
        images.append({"id": image_id, "height": SIZE[0], "width": SIZE[1]})
        name = f"COCO_train2014_{image_id:012d}.jpg"
        Image.new("RGB", SIZE[::-1], (9, 90, 30)).save(root / "train2014" / name)
    for place, number in enumerate(outlines):
        sentences = [
            {"sent_id": 2 * place + k, "sent": f"object {number} {k}", "raw": "x", "tokens": ["x"]}
            for k in range(2)
        ]
        refs.append(
            {
                "ref_id": place,
                "ann_id": number,
                "image_id": outlines[number][0],
                "split": "testA" if number == 13 else "val",
                "sentences": sentences,
                "sent_ids": [2 * place, 2 * place + 1],
                "file_name": "x.jpg",
                "category_id": 1,
            }
        )
    (root / "refcoco").mkdir()
    (root / "refcoco/refs(unc).p").write_bytes(pickle.dumps(refs, protocol=0))
    write_json(root / "refcoco/instances.json", {"images": images, "annotations": annotations})
    return root
