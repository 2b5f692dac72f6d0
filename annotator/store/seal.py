"""Digests of what a person labelled: the same labels always have the same one."""

import hashlib

from annotator.keyframe import State
from annotator.schedule import Schedule
from annotator.store.head import Head


def masks_digest(head: Head, schedule: Schedule) -> str:
    """Return SHA-256 over one line a labelled keyframe: its frame index and its two planes.

    Marks, flags and revisions do not count, so it changes when a pixel does and not otherwise.
    """
    lines = [
        f"{schedule.index(k):05} {keyframe.target or '-'} {keyframe.ignore or '-'}\n"
        for k, keyframe in sorted(head.keyframes.items())
        if keyframe.state is not State.EMPTY
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def expressions_digest(head: Head) -> str:
    """Return SHA-256 over the expressions, one a line, in order."""
    return hashlib.sha256("".join(f"{text}\n" for text in head.expressions).encode()).hexdigest()
