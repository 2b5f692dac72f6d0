"""Numbers beside a mean IoU that tell whether it was earned: Ignore, presence, bias."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmark.metrics.agreement_means import mean
from benchmark.metrics.label_agreement import LabelCounts

LOW = 0.5
"""Keyframes below this IoU are counted."""


@dataclass(frozen=True, slots=True)
class Guards:
    """What could make a high mean IoU mean little. Shares are fractions.

    Attributes:
        keyframes: how many were compared.
        valid: mean share of pixels that neither ignores.
        first_ignore: mean share of pixels that the first ignores.
        second_ignore: the same of the second.
        ignore_iou: all intersections over all unions of the two Ignore regions; None without any.
        ignored_whole: keyframes without a pixel to compare: not counted as agreement.
        hidden: keyframes whose whole target lies below the other's Ignore; they score 1.
        absent: keyframes on which both say that the target is absent; they score 1.
        presence: keyframes by who sees the target: both, the first, the second, nobody.
        kappa: Cohen's kappa of presence; None where one of the answers never occurs.
        low: keyframes with an IoU below 0.5.
        area_bias: mean over keyframes of how much larger the first's target is, in [-1, 1].
        first_larger: share of keyframes with a target on which the first's is the larger one.
    """

    keyframes: int
    valid: float | None
    first_ignore: float | None
    second_ignore: float | None
    ignore_iou: float | None
    ignored_whole: int
    hidden: int
    absent: int
    presence: tuple[int, int, int, int]
    kappa: float | None
    low: int
    area_bias: float | None
    first_larger: float | None


def guards(frames: Sequence[LabelCounts]) -> Guards:
    """Return the guards of some keyframes."""
    ignored = [each.ignore_parts() for each in frames]
    union = sum(either for _, either in ignored)
    biases = [bias for each in frames if (bias := each.area_bias()) is not None]
    seen = presence(frames)
    return Guards(
        keyframes=len(frames),
        valid=mean(each.valid / each.pixels for each in frames),
        first_ignore=mean(each.first_ignore / each.pixels for each in frames),
        second_ignore=mean(each.second_ignore / each.pixels for each in frames),
        ignore_iou=sum(both for both, _ in ignored) / union if union else None,
        ignored_whole=sum(each.ignored_whole for each in frames),
        hidden=sum(each.hidden for each in frames),
        absent=sum(each.absent and not each.ignored_whole for each in frames),
        presence=seen,
        kappa=cohens_kappa(*seen),
        low=sum((each.iou() or 0.0) < LOW for each in frames if each.counted()),
        area_bias=mean(biases),
        first_larger=mean(float(bias > 0) for bias in biases),
    )


def presence(frames: Sequence[LabelCounts]) -> tuple[int, int, int, int]:
    """Return how many keyframes show the target to both, the first, the second, to nobody.

    Keyframes without a pixel to compare say nothing of presence and are left out.
    """
    kept = [each for each in frames if not each.ignored_whole]
    seen = [(each.first_target > 0, each.second_target > 0) for each in kept]
    answers = ((True, True), (True, False), (False, True), (False, False))
    both, first, second, nobody = (seen.count(answer) for answer in answers)
    return both, first, second, nobody


def cohens_kappa(both: int, first: int, second: int, neither: int) -> float | None:
    """Return Cohen's kappa of two people's yes and no.

    Args:
        both: how often both said yes.
        first: how often only the first did.
        second: how often only the second did.
        neither: how often both said no.

    Returns:
        1 for full agreement, 0 for what chance gives; None where chance alone would agree on
        everything, because both gave one answer throughout.

    Source: Cohen, "A coefficient of agreement for nominal scales", 1960.

    >>> cohens_kappa(20, 5, 10, 15)
    0.4
    """
    total = both + first + second + neither
    if not total:
        return None
    yes = (both + first) * (both + second)
    no = (second + neither) * (first + neither)
    chance = yes + no
    if chance == total * total:
        return None
    return ((both + neither) * total - chance) / (total * total - chance)
