"""``mask_dict.json`` of MeViS: run-length encoded masks of every annotation, frame by frame."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from refvps.errors import DataError, ShapeError
from refvps.mask_png import MOST_PIXELS
from refvps.packed import Order, PackedMask, Size, empty
from refvps.rle import read_counts
from refvps.strict_json import read_json


@dataclass(frozen=True, slots=True)
class MaskDict:
    """The masks of a split, still encoded; every one has been checked.

    Attributes:
        path: the file.
        counts: by annotation id, one compressed COCO string a frame; None where the annotation
            is not drawn.
        sizes: of the annotations that are drawn at all.
    """

    path: Path
    counts: Mapping[str, tuple[bytes | None, ...]] = field(repr=False)
    sizes: Mapping[str, Size] = field(repr=False)

    def size(self, annotation: str) -> Size | None:
        """Return the size of an annotation's masks; None where it is never drawn."""
        return self.sizes.get(annotation)

    def union(self, annotations: Sequence[str], frames: int, size: Size) -> tuple[PackedMask, ...]:
        """Return the union of some annotations on every frame, empty where none is drawn."""
        nothing = empty(size).by(Order.COLUMNS)
        masks = [nothing] * frames
        for annotation in annotations:
            drawn = [(place, text) for place, text in enumerate(self.counts[annotation]) if text]
            track = read_counts([text for _, text in drawn], size)
            for index, (place, _) in enumerate(drawn):
                found, before = track.packed(index).by(Order.COLUMNS), masks[place]
                masks[place] = PackedMask(size, found.words | before.words, Order.COLUMNS)
        return tuple(masks)


def read_mask_dict(path: Path) -> MaskDict:
    """Read and check the file; one that has not changed is read once in a process.

    Raises:
        DataError: missing, not of that form, or a mask's run lengths are damaged; names the
            annotation and the frame.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise DataError(path, f"cannot be read: {error.strerror or error}") from error
    return _read(path, stat.st_size, stat.st_mtime_ns)


@functools.lru_cache(maxsize=1)
def _read(path: Path, _size: int, _time: int) -> MaskDict:
    document = read_json(path)
    if not isinstance(document, dict):
        raise DataError(path, "expected a JSON object of masks by annotation id")
    counts: dict[str, tuple[bytes | None, ...]] = {}
    sizes: dict[str, Size] = {}
    for annotation, frames in document.items():
        if not isinstance(frames, list):
            raise DataError(path, f"annotation {annotation}: expected a list of masks")
        parsed = [_parsed(path, annotation, place, entry) for place, entry in enumerate(frames)]
        found = {entry[0] for entry in parsed if entry}
        if len(found) > 1:
            listed = " and ".join(sorted(map(str, found)))
            raise DataError(path, f"annotation {annotation} has masks of {listed}")
        counts[annotation] = tuple(entry[1] if entry else None for entry in parsed)
        for size in found:
            sizes[annotation] = size
            _require_sound(path, annotation, counts[annotation], size)
    return MaskDict(path, counts, sizes)


def _parsed(
    path: Path,
    annotation: str,
    place: int,
    entry: Any,  # noqa: ANN401 - JSON
) -> tuple[Size, bytes] | None:
    if not entry:
        return None
    try:
        height, width = entry["size"]
        size, counts = Size(int(height), int(width)), entry["counts"].encode("ascii")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            path,
            f"annotation {annotation}, frame {place}: expected null or a compressed COCO mask "
            f"({type(error).__name__}: {error})",
        ) from error
    if min(size) < 1 or size.height * size.width > MOST_PIXELS:
        raise DataError(path, f"annotation {annotation}, frame {place}: size {size} is not right")
    return size, counts


def _require_sound(
    path: Path, annotation: str, counts: tuple[bytes | None, ...], size: Size
) -> None:
    try:
        read_counts([text for text in counts if text is not None], size)
    except ShapeError:
        # One by one, to name the frame.
        for place, text in enumerate(counts):
            if text is not None:
                _require_sound_frame(path, f"annotation {annotation}, frame {place}", text, size)
        raise


def _require_sound_frame(path: Path, where: str, counts: bytes, size: Size) -> None:
    try:
        read_counts([counts], size)
    except ShapeError as error:
        raise DataError(path, f"{where}: {error}; get the file again") from error
