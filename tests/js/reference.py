"""Answers a question about masks with NumPy, SciPy and pycocotools: JSON in, JSON out."""

import json
import sys

import numpy as np
from pycocotools import mask as coco
from scipy import ndimage


def swept(q: dict) -> list:
    """The pixels whose centre lies within the radius of a path."""
    rows, columns = np.mgrid[: q["height"], : q["width"]]
    x, y = columns + 0.5, rows + 0.5
    away = np.full(x.shape, np.inf)
    path = q["path"]
    for (ax, ay), (bx, by) in zip(path, path[1:] or path, strict=False):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        along = 0.0 if length == 0 else ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length
        along = np.clip(along, 0, 1)
        away = np.minimum(away, np.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
    return (away <= q["radius"]).astype(int).ravel().tolist()


def polygon(q: dict) -> list:
    """Even-odd: whether a ray to the right from the pixel's centre crosses an odd number."""
    rows, columns = np.mgrid[: q["height"], : q["width"]]
    x, y = columns + 0.5, rows + 0.5
    inside = np.zeros(x.shape, bool)
    points = q["points"]
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True):
        if ay == by:
            continue
        spans = (ay <= y) != (by <= y)
        inside ^= spans & (x < ax + (y - ay) * (bx - ax) / (by - ay))
    return inside.astype(int).ravel().tolist()


def plane(q: dict) -> np.ndarray:
    return np.array(q["plane"], np.uint8).reshape(q["height"], q["width"])


def counts(q: dict) -> str:
    return coco.encode(np.asfortranarray(plane(q)))["counts"].decode()


def area(q: dict) -> int:
    return int(coco.area({"size": [q["height"], q["width"]], "counts": q["counts"].encode()}))


def distance(q: dict) -> list:
    """The distance of every pixel to the nearest one that is 1."""
    return ndimage.distance_transform_edt(plane(q) == 0).ravel().tolist()


def pieces(q: dict) -> list:
    """Components, holes, pixels of the smallest component."""
    labelled, count = ndimage.label(plane(q))
    sizes = np.bincount(labelled.ravel())[1:]
    ground, grounds = ndimage.label(plane(q) == 0)
    border = set(np.concatenate((ground[0], ground[-1], ground[:, 0], ground[:, -1])).tolist())
    holes = sum(number not in border for number in range(1, grounds + 1))
    return [int(count), holes, int(sizes.min()) if count else 0]


def halves(q: dict) -> list:
    """The bytes of half-precision numbers."""
    return list(np.array(q["values"], "<f2").tobytes())


ANSWERS = {each.__name__: each for each in (swept, polygon, counts, area, distance, pieces, halves)}

if __name__ == "__main__":
    for line in sys.stdin:
        question = json.loads(line)
        sys.stdout.write(json.dumps(ANSWERS[question["ask"]](question)) + "\n")
        sys.stdout.flush()
