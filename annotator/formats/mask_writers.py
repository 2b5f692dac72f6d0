"""Masks in the formats of the field, one target a clip, named by frame index."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotator.formats.mask_readers import MOTS_IGNORE
from annotator.planes import TARGET_LABEL, Planes
from annotator.schedule import FPS
from refvps.errors import ConfigError
from refvps.exchange import encode_counts
from refvps.mask_png import encode_labels
from refvps.packed import PackedMask, pack

log = logging.getLogger(__name__)

MOTS_CLASS = 1
BURST_DATASET = "refvps"
"""Stands where BURST names the data set that a video is from."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The masks of one clip.

    Attributes:
        clip_id: its name.
        planes: by frame index, in order.
        frames: of the clip at the full rate; 0 where only the annotated ones are known.
        decided: the frames whose masks a person finished; a model made the others.
    """

    clip_id: str
    planes: Mapping[int, Planes]
    frames: int = 0
    decided: frozenset[int] = frozenset()


def write_masks(form: str, folder: Path, drawn: Drawn) -> None:
    """Write the masks of a clip below a folder that is not finished yet.

    Raises:
        ConfigError: no such form.
    """
    require_form(form)
    FORMS[form](folder, drawn)


def require_form(form: str) -> None:
    """Raise ``ConfigError`` unless masks can be written in a form of this name."""
    if form not in FORMS:
        raise ConfigError(f"no form of masks is called {form!r}; there are {', '.join(FORMS)}")


def _write_davis(folder: Path, drawn: Drawn) -> None:
    """``Annotations/CLIP/FRAME.png``, void 255, which evaluators leave out."""
    for index, planes in drawn.planes.items():
        content = encode_labels(planes.composed())
        _put(folder / "Annotations" / drawn.clip_id / f"{index:05}.png", content)


def _write_youtube(folder: Path, drawn: Drawn) -> None:
    """The format has no void: it goes to ``Ignore/CLIP/FRAME.png``."""
    clip_id, lost = drawn.clip_id, False
    for index, planes in drawn.planes.items():
        target = planes.target.dense() & ~planes.ignore.dense()
        name = f"{clip_id}/{index:05}.png"
        _put(folder / "Annotations" / name, encode_labels(target.astype(np.uint8)))
        if planes.ignore.area:
            lost = True
            ignored = encode_labels(planes.ignore.dense().astype(np.uint8))
            _put(folder / "Ignore" / name, ignored)
    if lost:
        log.warning("%s: YouTube-VOS has no void; Ignore is written to Ignore/ beside", clip_id)


def _write_coco(folder: Path, drawn: Drawn) -> None:
    """One JSON file a clip; Ignore is an annotation with ``iscrowd`` and ``ignore``."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, (index, planes) in enumerate(drawn.planes.items(), 1):
        height, width = planes.size
        name = f"{drawn.clip_id}/{index:05}.jpg"
        images.append({"id": number, "file_name": name, "height": height, "width": width})
        for mask, ignore in ((_scored(planes), 0), (planes.ignore, 1)):
            if mask.area:
                entry = {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": 1,
                    "track_id": TARGET_LABEL,
                    "iscrowd": ignore,
                    "ignore": ignore,
                    "area": mask.area,
                    "bbox": _box(mask),
                    "segmentation": {"size": [height, width], "counts": _counts(mask)},
                }
                annotations.append(entry)
    value = {
        "images": images,
        "categories": [{"id": 1, "name": "target"}],
        "annotations": annotations,
    }
    _put_json(folder / f"{drawn.clip_id}.json", value)


def _write_mots(folder: Path, drawn: Drawn) -> None:
    """``CLIP.txt``: frame, id, class, height, width, run lengths; class 10 is Ignore.

    Frames whose planes are both empty have no line in this format.
    """
    lines = []
    for index, planes in drawn.planes.items():
        height, width = planes.size
        tracks = ((_scored(planes), MOTS_CLASS * 1000 + TARGET_LABEL), (planes.ignore, MOTS_IGNORE))
        for mask, track in tracks:
            if mask.area:
                place = f"{index} {track} {track // 1000} {height} {width}"
                lines.append(f"{place} {_counts(mask)}\n")
    _put(folder / f"{drawn.clip_id}.txt", "".join(lines).encode())


def _write_burst(folder: Path, drawn: Drawn) -> None:
    """``CLIP.json``: one sequence; ``ignore_rle``, beside its segmentations, is ours.

    ``is_gt`` tells the masks that a person finished from those that a model made.
    """
    count = max(drawn.frames, max(drawn.planes, default=-1) + 1)
    size = next(iter(drawn.planes.values())).size
    masks = [
        {str(TARGET_LABEL): {"rle": _counts(scored), "is_gt": index in drawn.decided}}
        if (scored := _scored(planes)).area
        else {}
        for index, planes in drawn.planes.items()
    ]
    sequence = {
        "id": 1,
        "seq_name": drawn.clip_id,
        "dataset": BURST_DATASET,
        "height": size.height,
        "width": size.width,
        "fps": FPS,
        "all_image_paths": [f"{index:05}.jpg" for index in range(count)],
        "annotated_image_paths": [f"{index:05}.jpg" for index in drawn.planes],
        "track_category_ids": {str(TARGET_LABEL): 1},
        "neg_category_ids": [],
        "not_exhaustive_category_ids": [],
        "segmentations": masks,
        "ignore_rle": [
            _counts(planes.ignore) if planes.ignore.area else None
            for planes in drawn.planes.values()
        ],
    }
    value = {
        "split": "val",
        "categories": [{"id": 1, "name": "target"}],
        "sequences": [sequence],
    }
    _put_json(folder / f"{drawn.clip_id}.json", value)


def _scored(planes: Planes) -> PackedMask:
    """Return the target without what Ignore covers, for formats where masks may not overlap."""
    return pack(planes.target.dense() & ~planes.ignore.dense())


def _counts(mask: PackedMask) -> str:
    return encode_counts(mask).decode("ascii")


def _box(mask: PackedMask) -> list[int]:
    dense = mask.dense()
    rows, columns = np.flatnonzero(dense.any(1)), np.flatnonzero(dense.any(0))
    left, top = int(columns[0]), int(rows[0])
    return [left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1]


def _put_json(path: Path, value: Mapping[str, Any]) -> None:
    _put(path, (json.dumps(value, indent=1) + "\n").encode())


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


FORMS: Mapping[str, Callable[[Path, Drawn], None]] = {
    "davis": _write_davis,
    "youtube-vos": _write_youtube,
    "coco": _write_coco,
    "mots": _write_mots,
    "burst": _write_burst,
}
