"""Which frames go together, under which seed, and what the words become. No framework needed."""

from __future__ import annotations

import hashlib
import math
from typing import Any

WHOLE = "video"
"""The window length that means the whole clip at once."""


def window_length(value: Any, default: int, frames: int) -> int:
    """Return how many frames a window holds: a positive number, or all of them.

    Raises:
        ValueError: it is neither.
    """
    if value in (None, ""):
        return default
    if value == WHOLE:
        return frames
    try:
        length = int(value)
    except (TypeError, ValueError):
        length = 0
    if length < 1:
        raise ValueError("window must be a positive number or %r, not %r" % (WHOLE, value))
    return length


def chunks(frames: int, length: int) -> list[range]:
    """Return windows one after the other; the last holds what is left."""
    return [range(at, min(at + length, frames)) for at in range(0, frames, length)]


def seed_of(seed: int, clip: str, expression: str, first: int) -> int:
    """Return the seed of one window, 0 to 2**31 - 1: the same wherever and whenever it runs."""
    text = "\n".join((str(seed), clip, expression, str(first)))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:4], "big") >> 1


def text_of(expression: str, policy: Any) -> str:
    """Return an expression as it is given to the model.

    ``official`` leaves it as it is, as the official inference does; ``train_lower`` lower-cases it
    and folds its spaces, as the official training does.

    Raises:
        ValueError: there is no such policy.
    """
    if policy in (None, "", "official"):
        return expression
    if policy == "train_lower":
        return " ".join(expression.lower().split())
    raise ValueError("text must be official or train_lower, not %r" % (policy,))


def context_frames(frames: int, count: int = 4) -> list[int]:
    """Return the frames GLUS looks at for context: one a segment, half a segment in.

    The official script's rule, not the notebook's: ``count`` segments begin at multiples of
    frames / count, rounded down; a frame past the end of its segment is the segment's last.
    """
    starts = [frames * index // count for index in range(count + 1)]
    into = math.ceil(frames / count) // 2
    return [min(starts[i] + into, starts[i + 1] - 1) for i in range(count)]


def filled(frames: list[str], least: int) -> list[str]:
    """Return the frames, the last one repeated until there are enough."""
    return frames + [frames[-1]] * max(0, least - len(frames))


def without_full_stop(expression: str) -> str:
    """Return the expression without one full stop at its end, as GLUS's script takes it."""
    return expression[:-1] if expression.endswith(".") else expression
