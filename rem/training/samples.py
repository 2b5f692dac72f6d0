"""Samples: frames, masks and an expression, of the size and number that the network takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from refvps.errors import DataError
from refvps.frames import read_frame
from refvps.types import BoolArray, MaskTrack, UInt8Array
from rem.preprocessing import squeeze
from rem.training.frames import sample_frames
from rem.training.keys import numbers
from rem.training.pool import Item
from rem.training.pseudo_video import pseudo_video
from rem.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Sample:
    """What one sample shows.

    Attributes:
        frames: uint8 ``[T, S, S, 3]``, RGB.
        masks: uint8 ``[T, S, S]``, 0 or 1; void counts as 0.
        text: the expression.
        position: its place in the run; see ``stream.Place``.
    """

    frames: UInt8Array
    masks: UInt8Array
    text: str
    position: int


def read_sample(item: Item, position: int, recipe: Recipe, count: int) -> Sample:
    """Read one sample; all its draws are keyed by its position.

    Args:
        item: what it shows.
        position: its place in the run.
        recipe: size, image form, spelling.
        count: frames of a sample from a video.

    Raises:
        DataError: a frame or mask cannot be read, or a mask is not of its frame's size.
    """
    random = numbers(recipe.seed, "frames", position)
    track = item.dataset.truth(item.query)
    if item.still:
        frames, masks = _image_frames(item, track, recipe, count, random)
    else:
        chosen = sample_frames(len(track.frame_ids), count, random)
        frames, masks = read_frames_of(item, track, chosen)
    size = recipe.model.size
    return Sample(
        np.stack([squeeze(frame, size) for frame in frames]),
        np.stack([squeeze_mask(mask, size) for mask in masks]),
        spelled(item.query.expression.text, lower_case=recipe.data.lower_case),
        position,
    )


def read_frames_of(
    item: Item, track: MaskTrack, chosen: Sequence[int]
) -> tuple[list[UInt8Array], list[BoolArray]]:
    """Read some annotated frames with their masks.

    Args:
        item: whose.
        track: its truth.
        chosen: indices into the track's frames; one may come several times and is read once.
    """
    paths = dict(zip(item.query.clip.frame_ids, item.query.clip.frame_paths, strict=True))
    read: dict[int, tuple[UInt8Array, BoolArray]] = {}
    for index in chosen:
        if index not in read:
            path = paths[track.frame_ids[index]]
            frame, mask = read_frame(path), track.masks[index].dense()
            if frame.shape[:2] != mask.shape:
                raise DataError(path, f"frame is {frame.shape[:2]}; its mask is {mask.shape}")
            read[index] = (frame, mask)
    return [read[index][0] for index in chosen], [read[index][1] for index in chosen]


def squeeze_mask(mask: BoolArray, size: int) -> UInt8Array:
    """Return the mask squeezed to a square, uint8 ``[S, S]``, 0 or 1, by the nearest pixel."""
    image = Image.fromarray(mask.astype(np.uint8)).resize((size, size), Image.Resampling.NEAREST)
    return np.asarray(image)


def spelled(text: str, *, lower_case: bool) -> str:
    """Return an expression as the network is given it.

    >>> spelled(" A  Dog ", lower_case=True)
    'a dog'
    """
    return " ".join(text.lower().split()) if lower_case else text


def _image_frames(
    item: Item, track: MaskTrack, recipe: Recipe, count: int, random: np.random.Generator
) -> tuple[list[UInt8Array], list[BoolArray]]:
    frames, masks = read_frames_of(item, track, [0])
    form = recipe.data.image_form
    if form == "still":
        return frames, masks
    if form == "repeated":
        return frames * count, masks * count
    return pseudo_video(frames[0], masks[0], count, random)
