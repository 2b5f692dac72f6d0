"""Checks of what a session is asked, the same for every segmenter."""

from collections.abc import Mapping, Set

import numpy as np

from annotator.segmenters.protocol import Conditioning, FrameSource, PromptError, Prompts
from refvps.types import BoolArray, Size


def require_frame(frames: FrameSource, k: int) -> None:
    """Raise ``PromptError`` unless the clip has keyframe ``k``."""
    if not 0 <= k < len(frames):
        raise PromptError(f"keyframe {k} is not in the clip, which has {len(frames)}: 0 and up")


def require_prompts(frames: FrameSource, k: int, prompts: Prompts) -> None:
    """Raise ``PromptError`` unless prompts say something and lie inside keyframe ``k``."""
    require_frame(frames, k)
    if prompts.empty:
        raise PromptError(f"no prompt left on keyframe {k}: click, draw a box, or give a mask")
    height, width = frames.size
    for points in (prompts.points, () if prompts.box is None else prompts.box.reshape(2, 2)):
        for x, y in points:
            if not (0 <= x <= width and 0 <= y <= height):
                raise PromptError(f"({x:g}, {y:g}) is outside the image of {frames.size}")
    if prompts.mask is not None:
        require_mask(frames.size, k, prompts.mask)


def require_mask(size: Size, k: int, mask: BoolArray) -> None:
    """Raise ``PromptError`` unless a mask has the size of the frames."""
    if mask.shape != tuple(size) or mask.dtype != np.bool_:
        raise PromptError(
            f"the mask of keyframe {k} is {mask.dtype} {mask.shape}; expected bool {tuple(size)}"
        )


def require_conditioning(frames: FrameSource, conditioning: Conditioning) -> None:
    """Raise ``PromptError`` unless there is something to go by, and all of it is usable."""
    if not conditioning:
        raise PromptError("no prompt left to propagate from: click or draw on a frame first")
    for k, known in conditioning.items():
        if isinstance(known, Prompts):
            require_prompts(frames, k, known)
        else:
            require_frame(frames, k)
            require_mask(frames.size, k, known)


def travelled(frames: FrameSource, start: int, stop: int, keep: Set[int]) -> list[int]:
    """Return the keyframes of a range in the order of travel, without those that are kept.

    Raises:
        PromptError: the range leaves the clip.
    """
    if start == stop:
        return []
    step = 1 if stop > start else -1
    require_frame(frames, start)
    require_frame(frames, stop - step)
    return [k for k in range(start, stop, step) if k not in keep]


def certain_mask(known: Prompts | BoolArray) -> BoolArray | None:
    """Return the mask a person gave for a frame, or None where a segmenter has to find it."""
    if isinstance(known, Prompts):
        return None if known.has_marks else known.mask
    return known


def as_prompts(conditioning: Conditioning) -> Mapping[int, Prompts]:
    """Return conditioning with masks as prompts."""
    return {
        k: known if isinstance(known, Prompts) else Prompts(mask=known)
        for k, known in conditioning.items()
    }
