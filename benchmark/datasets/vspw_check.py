"""Reads a video of VSPW as a whole and says what is wrong with it."""

from collections.abc import Sequence

from benchmark.datasets.check import ClipCheck
from benchmark.datasets.vspw_classes import VOID_LABELS, labels_in, vspw_classes
from benchmark.datasets.vspw_folder import VideoFolder
from refvps.errors import DataError
from refvps.frames import frame_size
from refvps.mask_png import read_labels
from refvps.types import Size


def check_video(clip_id: str, video: VideoFolder, stuff: Sequence[int]) -> ClipCheck:
    """Decode every mask, compare it with its frame, and with the stuff the video is to show."""
    seen: set[int] = set()
    problems: list[str] = []
    with_void = 0
    sizes: set[Size] = set()
    for frame, mask in zip(video.frames, video.masks, strict=True):
        try:
            expected, labels = frame_size(frame), read_labels(mask).labels
        except DataError as error:
            problems.append(error.message)
            continue
        size = Size(*labels.shape)
        sizes.add(size)
        if size != expected:
            problems.append(f"{mask}: mask is {size}; its frame is {expected}")
        found = labels_in(labels)
        seen.update(found)
        with_void += not set(VOID_LABELS).isdisjoint(found)
        unknown = [label for label in found if not vspw_classes().known(label)]
        if unknown:
            problems.append(f"{mask}: label {unknown[0]} is not of VSPW; expected 0 to 124, 255")
    if len(sizes) > 1:
        problems.append(f"{video.path}: masks differ in size: {' and '.join(map(str, sizes))}")
    counts = {
        "videos": 1,
        "frames": len(video.frame_ids),
        "masks with void": with_void,
        "queries": len(stuff),
        "videos without stuff": int(not stuff),
    }
    return ClipCheck(clip_id, counts, tuple(problems), tuple(_notes(video, stuff, seen)))


def _notes(video: VideoFolder, stuff: Sequence[int], seen: set[int]) -> list[str]:
    names = vspw_classes().stuff
    never = [names[label] for label in stuff if label not in seen]
    left_out = [names[label] for label in sorted(seen) if label in names and label not in stuff]
    notes = []
    if never:
        notes.append(f"{video.name}: listed, but in no mask: {', '.join(never)}")
    if left_out:
        notes.append(f"{video.name}: in masks, but not listed: {', '.join(left_out)}")
    return notes
