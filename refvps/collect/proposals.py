"""What the numbers of a video propose: the paper's three reasons to exclude it, and splitting."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from refvps.collect.cut import Part, annotated_frames
from refvps.collect.dynamics import NO_CHANGE, Dynamics, longest_run
from refvps.errors import ShapeError
from refvps.video.times import Span, seconds_text

LEAST_FRAMES = 5
"""Frames at 6 a second that must show the event."""

LEAST_SHOT = Fraction(2)
"""Seconds that hold an event with context before and after it."""

COMPILATION = 3
"""So many long shots are a compilation that can be split."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a number speaks for; a person decides.

    Attributes:
        reason: one of the paper's three criteria, by its code in the store;
            "split" for compilations.
        text: why, in words.
    """

    reason: Literal["no-change", "too-rapid", "shot-changes", "split"]
    text: str

    def __post_init__(self) -> None:
        """Check that there are words."""
        if not self.text:
            raise ShapeError("a proposal says why")


def too_rapid(part: Part, least: int = LEAST_FRAMES) -> Proposal | None:
    """Propose "too rapid" where too few annotated frames show the event; arithmetic, no vision."""
    shown = annotated_frames(part)
    if shown >= least:
        return None
    return Proposal("too-rapid", f"the event is on {shown} frames at 6 a second; at least {least}")


def proposals(found: Dynamics, shots: Sequence[Span]) -> tuple[Proposal, ...]:
    """Return what a video's change and shots propose, before anything is trimmed."""
    return tuple(
        each for each in (_no_change(found), _rapid(found), _shots(shots)) if each is not None
    )


def _no_change(found: Dynamics) -> Proposal | None:
    if not found.seems_still:
        return None
    most = max(each for each in found.residuals if each is not None)
    return Proposal(
        "no-change", f"pictures differ by {most:.1%} at most once the camera is held still"
    )


def _rapid(found: Dynamics) -> Proposal | None:
    run = longest_run(found.curve)
    # Where something changes all the time, a stronger moment is no burst.
    if not 0 < run < LEAST_FRAMES or float(np.median(found.curve)) >= NO_CHANGE:
        return None
    return Proposal("too-rapid", f"all but {run} frames at 6 a second are nearly still")


def _shots(shots: Sequence[Span]) -> Proposal | None:
    lengths = [(shot.end or shot.start) - shot.start for shot in shots]
    long = [length for length in lengths if length >= LEAST_SHOT]
    if len(long) >= COMPILATION:
        return Proposal("split", f"{len(long)} shots of {seconds_text(LEAST_SHOT)} s and more")
    longest = max(lengths, default=Fraction(0))
    if longest < LEAST_SHOT and len(shots) != 1:
        return Proposal("shot-changes", f"no shot is longer than {float(longest):.1f} s")
    return None
