"""The classes of VSPW, and which of them the videos show."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from refvps.errors import DataError
from refvps.mask_png import VOID_LABEL, read_labels
from refvps.strict_json import read_json
from refvps.types import UInt8Array

TABLE = Path(__file__).with_name("vspw_classes.json")
VOID_LABELS = (0, VOID_LABEL)
"""Pixels of no class; README of VSPW-dataset/VSPW-dataset-download."""


@dataclass(frozen=True, slots=True)
class VspwClasses:
    """The names of the labels of VSPW's masks.

    Attributes:
        stuff: names of the 66 classes that are scored, by label.
        things: names of the 58 others.
    """

    stuff: Mapping[int, str]
    things: Mapping[int, str]

    def known(self, label: int) -> bool:
        """Return whether masks may hold a label."""
        return label in VOID_LABELS or label in self.stuff or label in self.things


@cache
def vspw_classes() -> VspwClasses:
    """Return the table that comes with the package; its sources stand in the file."""
    found: dict[str, dict[str, str]] = json.loads(TABLE.read_text("utf-8"))
    return VspwClasses(
        *({int(label): name for label, name in found[kind].items()} for kind in ("stuff", "things"))
    )


def listed_stuff(path: Path, videos: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return the labels of the stuff of each video, as ``val_vid2classes.json`` lists them.

    The file counts classes from 0, that is label - 1. Things, void (124) and a stray 252 stand in
    it too and are passed over, as in the official code.

    Raises:
        DataError: the file is malformed, or lacks a video.
    """
    found = read_json(path)
    if not isinstance(found, dict):
        raise DataError(path, "expected an object of lists of class numbers by video")
    stuff = vspw_classes().stuff
    labels = {}
    for video in videos:
        if video not in found:
            raise DataError(path, f"lists no classes of video {video}, which val.txt names")
        numbers = _numbers(path, video, found[video])
        labels[video] = tuple(sorted({number + 1 for number in numbers if number + 1 in stuff}))
    return labels


def stuff_in(masks: Iterable[Path]) -> tuple[int, ...]:
    """Return the labels of the stuff that some mask files hold.

    Raises:
        DataError: a file cannot be read.
    """
    seen = np.zeros(256, bool)
    for path in masks:
        seen[labels_in(read_labels(path).labels)] = True
    return tuple(label for label in np.flatnonzero(seen).tolist() if label in vspw_classes().stuff)


def labels_in(labels: UInt8Array) -> list[int]:
    """Return the labels that an image holds, sorted."""
    counts = np.bincount(labels.reshape(-1), minlength=256)
    found: list[int] = np.flatnonzero(counts).tolist()
    return found


def _numbers(path: Path, video: str, listed: Any) -> list[int]:  # noqa: ANN401 - JSON
    texts = listed if isinstance(listed, list) else [listed]
    try:
        return [int(text) for text in texts]
    except (TypeError, ValueError) as error:
        raise DataError(path, f"video {video}: expected a list of class numbers") from error
