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

MOST_JUMPS = 4
"""So many places are named."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From which numbers on something is proposed.

    Attributes:
        no_change: residuals below this at every distance are no change.
        least_frames: frames at 6 a second that must show the event.
        least_shot: seconds that hold an event with context before and after it.
        compilation: so many long shots are a compilation that can be split.
    """

    no_change: float = NO_CHANGE
    least_frames: int = LEAST_FRAMES
    least_shot: Fraction = LEAST_SHOT
    compilation: int = COMPILATION


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


def proposals(
    found: Dynamics, shots: Sequence[Span], limits: Limits | None = None
) -> tuple[Proposal, ...]:
    """Return what a video's change and shots propose, before anything is trimmed."""
    limits = limits or Limits()
    made = (_no_change(found, limits), _rapid(found, limits), _shots(shots, limits))
    return tuple(each for each in made if each is not None)


def may_jump(times: Sequence[Fraction]) -> Proposal | None:
    """Propose "shot changes" where a picture may jump within one shot."""
    if not times:
        return None
    shown = ", ".join(f"{float(time):.1f}" for time in times[:MOST_JUMPS])
    more = f" and {len(times) - MOST_JUMPS} more" if len(times) > MOST_JUMPS else ""
    return Proposal("shot-changes", f"the picture may jump within a shot at {shown} s{more}")


def _no_change(found: Dynamics, limits: Limits) -> Proposal | None:
    most = max((each for each in found.residuals if each is not None), default=None)
    if most is None or most >= limits.no_change:
        return None
    return Proposal(
        "no-change", f"pictures differ by {most:.1%} at most once the camera is held still"
    )


def _rapid(found: Dynamics, limits: Limits) -> Proposal | None:
    run = longest_run(found.curve)
    # Where something changes all the time, a stronger moment is no burst.
    usual = float(np.median(found.curve))
    if not 0 < run < limits.least_frames or usual >= limits.no_change:
        return None
    return Proposal("too-rapid", f"all but {run} frames at 6 a second are nearly still")


def _shots(shots: Sequence[Span], limits: Limits) -> Proposal | None:
    lengths = [(shot.end or shot.start) - shot.start for shot in shots]
    long = [length for length in lengths if length >= limits.least_shot]
    if len(long) >= limits.compilation:
        return Proposal(
            "split", f"{len(long)} shots of {seconds_text(limits.least_shot)} s and more"
        )
    longest = max(lengths, default=Fraction(0))
    if longest < limits.least_shot and len(shots) != 1:
        return Proposal("shot-changes", f"no shot is longer than {float(longest):.1f} s")
    return None
