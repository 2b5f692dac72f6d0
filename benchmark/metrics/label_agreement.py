"""What two people's labels of one keyframe share: nine whole numbers, and IoU from them.

Labels are background, target and Ignore. Every rule for Ignore, and every average, is derived
from the nine counts, so nothing has to be read twice and anybody can compute another.
"""

from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np

from benchmark.metrics.region_similarity import jaccard, require_same_size
from refvps.packed import PackedMask, count_bits


class IgnoreRule(StrEnum):
    """What becomes of pixels that somebody labelled Ignore."""

    UNION = "union"
    """Left out where either of the two ignores: the headline."""
    FIRST = "first"
    """Left out where the first ignores; the second's Ignore is background."""
    SECOND = "second"
    """Left out where the second ignores; the first's Ignore is background."""
    BACKGROUND = "background"
    """Nothing is left out; Ignore is background."""
    FOREGROUND = "foreground"
    """Nothing is left out; Ignore is target."""


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Pixels of one keyframe by what the first and what the second labelled them.

    The names say both labels, the first's first: ``target_ignore`` are pixels that the first
    labelled as the target and the second as Ignore.
    """

    target_target: int = 0
    target_background: int = 0
    target_ignore: int = 0
    background_target: int = 0
    background_background: int = 0
    background_ignore: int = 0
    ignore_target: int = 0
    ignore_background: int = 0
    ignore_ignore: int = 0

    @property
    def pixels(self) -> int:
        """All pixels of the frame."""
        return sum(getattr(self, each.name) for each in fields(self))

    @property
    def valid(self) -> int:
        """Pixels that neither ignores."""
        return (
            self.target_target
            + self.target_background
            + self.background_target
            + self.background_background
        )

    @property
    def first_target(self) -> int:
        """The first's target."""
        return self.target_target + self.target_background + self.target_ignore

    @property
    def second_target(self) -> int:
        """The second's target."""
        return self.target_target + self.background_target + self.ignore_target

    @property
    def first_ignore(self) -> int:
        """The first's Ignore."""
        return self.ignore_target + self.ignore_background + self.ignore_ignore

    @property
    def second_ignore(self) -> int:
        """The second's Ignore."""
        return self.target_ignore + self.background_ignore + self.ignore_ignore

    @property
    def ignored_whole(self) -> bool:
        """Whether no pixel is left that both labelled: nothing can be said of agreement."""
        return self.valid == 0

    @property
    def absent(self) -> bool:
        """Whether both say that the target is not there at all."""
        return self.first_target == 0 and self.second_target == 0

    @property
    def hidden(self) -> bool:
        """Whether somebody labelled a target, and all of it lies below the other's Ignore."""
        shared = self.target_target + self.target_background + self.background_target
        return not self.absent and not self.ignored_whole and shared == 0

    def parts(self, rule: IgnoreRule = IgnoreRule.UNION) -> tuple[int, int]:
        """Return intersection and union of the two targets by a rule, in pixels."""
        both = self.target_target
        either = both + self.target_background + self.background_target
        match rule:
            case IgnoreRule.UNION:
                return both, either
            case IgnoreRule.FIRST:
                return both, either + self.target_ignore
            case IgnoreRule.SECOND:
                return both, either + self.ignore_target
            case IgnoreRule.BACKGROUND:
                return both, either + self.target_ignore + self.ignore_target
            case IgnoreRule.FOREGROUND:
                shared = both + self.target_ignore + self.ignore_target + self.ignore_ignore
                one = self.ignore_background + self.background_ignore
                return shared, shared + self.target_background + self.background_target + one

    def counted(self, rule: IgnoreRule = IgnoreRule.UNION) -> bool:
        """Return whether a rule leaves any pixel to compare."""
        left = {
            IgnoreRule.UNION: self.valid,
            IgnoreRule.FIRST: self.pixels - self.first_ignore,
            IgnoreRule.SECOND: self.pixels - self.second_ignore,
        }
        return left.get(rule, self.pixels) > 0

    def iou(self, rule: IgnoreRule = IgnoreRule.UNION) -> float | None:
        """Return the IoU of the two targets, a fraction; None where no pixel is left to compare.

        Where pixels are left and neither has a target among them, it is 1: both say *absent*.

        >>> LabelCounts(target_target=1, target_background=1, background_background=7).iou()
        0.5
        """
        return jaccard(*self.parts(rule)) if self.counted(rule) else None

    def ignore_parts(self) -> tuple[int, int]:
        """Return intersection and union of the two Ignore regions."""
        return self.ignore_ignore, self.first_ignore + self.second_ignore - self.ignore_ignore

    def area_bias(self) -> float | None:
        """Return how much larger the first's target is, in [-1, 1], where neither ignores.

        It is ``(a - b) / (a + b)`` of the two areas: 0 for equal ones, 1 where only the first
        labelled a target. None where neither did.
        """
        first = self.target_target + self.target_background
        second = self.target_target + self.background_target
        return (first - second) / (first + second) if first + second else None


@dataclass(frozen=True, slots=True)
class Labels:
    """One person's labels of one keyframe.

    Attributes:
        target: the target's pixels.
        ignore: the ignored pixels, which win over the target; None for none.
        by_hand: whether a person decided these pixels; None where that is not known.
    """

    target: PackedMask
    ignore: PackedMask | None = None
    by_hand: bool | None = None

    def composed(self) -> PackedMask:
        """Return the target without what Ignore covers."""
        if self.ignore is None:
            return self.target
        words = self.target.words & ~self.ignore.by(self.target.order).words
        return PackedMask(self.target.size, words, self.target.order)


def label_counts(first: Labels, second: Labels) -> LabelCounts:
    """Count the pixels of two people's labels of one keyframe.

    Raises:
        ShapeError: their masks differ in size.
    """
    require_same_size(first.target.size, second.target.size)
    order, size = first.target.order, first.target.size
    one, other = first.composed().words, second.composed().by(order).words
    zero = np.zeros_like(one)
    left = zero if first.ignore is None else first.ignore.by(order).words
    right = zero if second.ignore is None else second.ignore.by(order).words
    both, target_ignore = count_bits(one & other), count_bits(one & right)
    ignore_target, ignored = count_bits(left & other), count_bits(left & right)
    target_background = count_bits(one) - both - target_ignore
    background_target = count_bits(other) - both - ignore_target
    ignore_background = count_bits(left) - ignore_target - ignored
    background_ignore = count_bits(right) - target_ignore - ignored
    known = (
        both, target_background, target_ignore, background_target, background_ignore,
        ignore_target, ignore_background, ignored,
    )  # fmt: skip
    return LabelCounts(
        target_target=both,
        target_background=target_background,
        target_ignore=target_ignore,
        background_target=background_target,
        background_background=size.height * size.width - sum(known),
        background_ignore=background_ignore,
        ignore_target=ignore_target,
        ignore_background=ignore_background,
        ignore_ignore=ignored,
    )
