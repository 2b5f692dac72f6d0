"""Masks made elsewhere, read as planes by frame index: where a job starts from."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from annotator.planes import Planes
from refvps.errors import ConfigError, DataError, ShapeError
from refvps.exchange import from_coco
from refvps.mask_png import VOID_LABEL, read_labels
from refvps.packed import PackedMask, Size, empty, pack
from refvps.strict_json import read_json

Masks = Mapping[int, Planes]
"""Planes by frame index at the full rate; an index that is absent was not annotated."""

MOTS_IGNORE = 10_000
"""Class 10 of MOTS: regions that are not scored. Source: the MOTS challenge's format."""

_NUMBER = re.compile(r"\d+")


def read_masks(form: str, path: Path, size: Size, target: int = 1) -> dict[int, Planes]:
    """Read masks of one target.

    Args:
        form: of ``FORMS``.
        path: a folder of PNG files, or a JSON or text file.
        size: of the clip.
        target: the label, or track, of the target.

    Raises:
        ConfigError: no such form.
        DataError: a file is missing, damaged or of another size, or no frame is annotated.
    """
    if form not in FORMS:
        raise ConfigError(f"no form of masks is called {form!r}; there are {', '.join(FORMS)}")
    found = FORMS[form](path, size, target)
    if not found:
        raise DataError(path, "holds no masks")
    for index, planes in found.items():
        if planes.size != size:
            raise DataError(path, f"frame {index} is {planes.size}; the clip is {size}")
    return found


def _read_davis(path: Path, _size: Size, target: int) -> dict[int, Planes]:
    """DAVIS and releases: ``FRAME.png``, the palette index is the target, 255 is void."""
    return {
        index: _planes(read_labels(file).labels, target, VOID_LABEL)
        for index, file in _png_files(path)
    }


def _read_youtube(path: Path, _size: Size, target: int) -> dict[int, Planes]:
    """YouTube-VOS: ids alone; void is in a folder ``Ignore`` beside, where there is one."""
    beside = path.parent.parent / "Ignore" / path.name
    ignored = dict(_png_files(beside)) if beside.is_dir() else {}
    found = {}
    for index, file in _png_files(path):
        mask = pack(read_labels(file).labels == target)
        if index in ignored:
            ignore = pack(read_labels(ignored[index]).labels != 0)
        else:
            ignore = empty(mask.size)
        found[index] = Planes(mask, ignore)
    return found


def _read_coco(path: Path, size: Size, target: int) -> dict[int, Planes]:
    """COCO JSON: one annotation a frame and object; ``ignore`` with ``iscrowd`` is void."""
    value = read_json(path)
    try:
        frames = {image["id"]: _index(path, image["file_name"]) for image in value["images"]}
        masks: dict[int, PackedMask] = {}
        voids: dict[int, PackedMask] = {}
        for entry in value["annotations"]:
            kind = voids if entry.get("ignore") else masks
            if kind is masks and int(entry.get("track_id", entry["category_id"])) != target:
                continue
            kind[frames[entry["image_id"]]] = _coco_mask(entry["segmentation"])
    except (KeyError, TypeError, ValueError, ShapeError) as error:
        raise DataError(path, f"is no COCO file of masks: {error!r}") from error
    nothing = empty(size)
    return {
        index: Planes(masks.get(index, nothing), voids.get(index, nothing))
        for index in sorted(frames.values())
    }


def _read_mots(path: Path, size: Size, target: int) -> dict[int, Planes]:
    """MOTS: a text file of ``frame id class height width rle``, or 16-bit PNG files."""
    return _mots_text(path, size, target) if path.is_file() else _mots_png(path, target)


def _mots_text(path: Path, size: Size, target: int) -> dict[int, Planes]:
    masks: dict[int, PackedMask] = {}
    voids: dict[int, PackedMask] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            frame, track, _, height, width, counts = line.split(" ")
            mask = from_coco(Size(int(height), int(width)), counts.encode())
            frame_index, track_id = int(frame), int(track)
        except (ValueError, ShapeError) as error:
            problem = f"line {number} is no 'frame id class height width rle': {error}"
            raise DataError(path, problem) from error
        if track_id == MOTS_IGNORE:
            voids[frame_index] = mask
        elif track_id % 1000 == target:
            masks[frame_index] = mask
    nothing = empty(size)
    return {
        index: Planes(masks.get(index, nothing), voids.get(index, nothing))
        for index in sorted(masks.keys() | voids.keys())
    }


def _mots_png(path: Path, target: int) -> dict[int, Planes]:
    from PIL import Image

    found = {}
    for index, file in _png_files(path):
        try:
            with Image.open(file) as image:
                labels = np.asarray(image).astype(np.int64)
        except (OSError, SyntaxError, ValueError) as error:
            raise DataError(file, f"image is damaged ({error}); copy it again") from error
        if labels.ndim != 2:
            raise DataError(file, "is no 16-bit MOTS image")
        mask = (labels != MOTS_IGNORE) & (labels > 0) & (labels % 1000 == target)
        found[index] = Planes(pack(mask), pack(labels == MOTS_IGNORE))
    return found


def _read_burst(path: Path, _size: Size, target: int) -> dict[int, Planes]:
    """BURST: a file of one sequence."""
    value = read_json(path)
    try:
        (sequence,) = value["sequences"]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(path, f"is no BURST file of one sequence: {error!r}") from error
    return burst_planes(path, sequence, target)


def burst_planes(path: Path, sequence: Any, target: int) -> dict[int, Planes]:  # noqa: ANN401 - JSON
    """Return one track of a sequence of BURST; ``ignore_rle``, where there is one, is ours.

    Raises:
        DataError: it is none.
    """
    try:
        own = Size(int(sequence["height"]), int(sequence["width"]))
        nothing = empty(own)
        names, masks = sequence["annotated_image_paths"], sequence["segmentations"]
        ignored = sequence.get("ignore_rle", [None] * len(names))
        found = {}
        for name, tracks, ignore in zip(names, masks, ignored, strict=True):
            counts = tracks.get(str(target), {}).get("rle")
            found[_index(path, name)] = Planes(
                *(from_coco(own, rle.encode()) if rle else nothing for rle in (counts, ignore))
            )
    except (KeyError, TypeError, ValueError, AttributeError, ShapeError) as error:
        raise DataError(path, f"holds a damaged BURST sequence: {error!r}") from error
    return found


def _planes(labels: np.ndarray, target: int, void: int) -> Planes:
    return Planes(pack(labels == target), pack(labels == void))


def _png_files(folder: Path) -> Iterator[tuple[int, Path]]:
    if not folder.is_dir():
        raise DataError(folder, "folder is missing; expected FRAME.png files")
    for file in sorted(folder.glob("*.png")):
        yield _index(folder, file.name), file


def _index(path: Path, name: str) -> int:
    """Return the frame index in a file's name: the last number of its stem."""
    numbers = _NUMBER.findall(Path(name).stem)
    if not numbers:
        raise DataError(path, f"{name!r} has no frame number in its name")
    return int(numbers[-1])


def _coco_mask(segmentation: Any) -> PackedMask:  # noqa: ANN401 - JSON
    height, width = segmentation["size"]
    counts = segmentation["counts"]
    return from_coco(Size(height, width), counts.encode() if isinstance(counts, str) else counts)


FORMS: Mapping[str, Callable[[Path, Size, int], dict[int, Planes]]] = {
    "davis": _read_davis,
    "release": _read_davis,
    "youtube-vos": _read_youtube,
    "coco": _read_coco,
    "mots": _read_mots,
    "burst": _read_burst,
}
