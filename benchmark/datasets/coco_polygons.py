"""``instances.json`` of RefCOCO: outlines of objects in COCO images."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from refvps.errors import DataError
from refvps.mask_png import MOST_PIXELS
from refvps.packed import PackedMask, Size, pack
from refvps.strict_json import read_json

Outlines = tuple[tuple[float, ...], ...] | tuple[int, ...]
"""Polygons as x, y, x, y, …; or, of a crowd, plain run lengths down the columns."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One object.

    Attributes:
        image_id: the image it is in.
        size: of that image.
        outlines: polygons, whose union it is, or run lengths.
    """

    image_id: int
    size: Size
    outlines: Outlines = field(repr=False)

    def mask(self) -> PackedMask:
        """Return the object's pixels, rasterised as COCO does."""
        from pycocotools import mask as coco

        height, width = self.size
        if isinstance(self.outlines[0], tuple):
            parts = coco.frPyObjects([list(polygon) for polygon in self.polygons], height, width)
            encoded = coco.merge(parts)
        else:
            runs = {"size": [height, width], "counts": list(self.outlines)}
            encoded = coco.frPyObjects(runs, height, width)
        return pack(coco.decode(encoded).astype(np.bool_))

    @property
    def polygons(self) -> tuple[tuple[float, ...], ...]:
        """Its outlines where they are polygons; else none."""
        return tuple(part for part in self.outlines if isinstance(part, tuple))


def read_annotations(path: Path, wanted: Collection[int]) -> dict[int, Annotation]:
    """Return some annotations of the file by id.

    Raises:
        DataError: missing, not of that form, an id occurs twice, one that is wanted is not there,
            or its outline is damaged.
    """
    document = read_json(path)
    try:
        sizes = _sizes(path, document["images"])
        found: dict[int, Annotation] = {}
        for entry in document["annotations"]:
            number = entry["id"]
            if number not in wanted:
                continue
            if number in found:
                raise DataError(path, f"annotation {number} occurs twice")
            found[number] = _annotation(path, entry, sizes)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            path, f"not the instances of COCO ({type(error).__name__}: {error})"
        ) from error
    absent = sorted(set(wanted) - set(found))
    if absent:
        more = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
        raise DataError(path, f"has no annotation {absent[0]}{more}, which expressions refer to")
    return found


def _sizes(path: Path, images: Any) -> dict[int, Size]:  # noqa: ANN401 - JSON
    sizes: dict[int, Size] = {}
    for image in images:
        number, size = image["id"], Size(int(image["height"]), int(image["width"]))
        if number in sizes:
            raise DataError(path, f"image {number} occurs twice")
        if min(size) < 1 or size.height * size.width > MOST_PIXELS:
            raise DataError(path, f"image {number}: size {size} is not right")
        sizes[number] = size
    return sizes


def _annotation(path: Path, entry: Mapping[str, Any], sizes: Mapping[int, Size]) -> Annotation:
    number, image_id, outlines = entry["id"], entry["image_id"], entry["segmentation"]
    if image_id not in sizes:
        raise DataError(path, f"annotation {number} is in image {image_id}, which is not listed")
    size = sizes[image_id]
    if isinstance(outlines, dict):
        runs = tuple(map(int, outlines["counts"]))
        if list(outlines["size"]) != list(size) or sum(runs) != size.height * size.width:
            raise DataError(path, f"annotation {number}: its run lengths do not cover {size}")
        if min(runs) < 0:
            raise DataError(path, f"annotation {number}: a run length is negative")
        return Annotation(image_id, size, runs)
    polygons = tuple(tuple(map(float, polygon)) for polygon in outlines)
    if not polygons or not all(_is_polygon(polygon, size) for polygon in polygons):
        raise DataError(
            path,
            f"annotation {number}: expected polygons of three points or more, in the image",
        )
    return Annotation(image_id, size, polygons)


def _is_polygon(polygon: tuple[float, ...], size: Size) -> bool:
    # A point far outside would make the rasteriser walk there pixel by pixel.
    furthest = 2 * max(size)
    return (
        len(polygon) >= 6
        and len(polygon) % 2 == 0
        and all(math.isfinite(value) and abs(value) <= furthest for value in polygon)
    )
