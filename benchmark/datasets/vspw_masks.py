"""Masks of VSPW: all classes of a video decoded once, held as runs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmark.datasets.vspw_classes import VOID_LABELS
from refvps.errors import DataError
from refvps.mask_png import decode_label_planes, read_file
from refvps.packed import PackedMask, Size
from refvps.runs import RunTrack, runs_of
from refvps.types import MaskTrack


@dataclass(frozen=True, slots=True)
class VideoMasks:
    """Some classes of one video.

    A frame of 1920x1080 takes 259 kB a class as bits, so that twelve classes of 200 frames would
    take 620 MB; runs take a few. Bits are made of them for the one class that is asked for.

    Attributes:
        frame_ids: the frames in order.
        classes: one mask a frame by label; a track of one frame each.
        voids: pixels to ignore, one a frame, or None where none are to be ignored at all.
    """

    frame_ids: tuple[str, ...]
    classes: dict[int, list[RunTrack]]
    voids: list[RunTrack] | None

    def track(self, label: int) -> MaskTrack:
        """Return the masks of one class; a frame that does not show it is annotated as empty."""
        masks = tuple(runs.packed(0) for runs in self.classes[label])
        voids = tuple(map(_void, self.voids)) if self.voids else (None,) * len(masks)
        return MaskTrack(self.frame_ids, masks, voids)


def read_masks(paths: Sequence[Path], labels: Collection[int], *, keep_void: bool) -> VideoMasks:
    """Decode some classes of the masks of a video, every file once.

    Args:
        paths: the masks in order, at least one.
        labels: the classes.
        keep_void: whether pixels of no class are to be ignored.

    Raises:
        DataError: a mask cannot be read or has another size than the first.
    """
    classes: dict[int, list[RunTrack]] = {label: [] for label in labels}
    voids: list[RunTrack] = []
    wanted = [*labels, *(VOID_LABELS if keep_void else ())]
    size: Size | None = None
    for path in paths:
        planes = decode_label_planes(path, read_file(path), wanted).masks
        found = next(iter(planes.values())).size
        size = size or found
        if found != size:
            raise DataError(path, f"mask is {found}; the video's first one is {size}")
        for label, tracks in classes.items():
            tracks.append(runs_of([planes[label]], size))
        if keep_void:
            void = np.bitwise_or.reduce([planes[label].words for label in VOID_LABELS])
            order = planes[VOID_LABELS[0]].order
            voids.append(runs_of([PackedMask(size, void, order)], size))
    return VideoMasks(tuple(path.stem for path in paths), classes, voids if keep_void else None)


def _void(runs: RunTrack) -> PackedMask | None:
    return runs.packed(0) if len(runs.starts) else None
