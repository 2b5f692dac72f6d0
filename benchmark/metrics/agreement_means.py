"""Means of agreement: every order of averaging that a paper may have meant."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmark.metrics.label_agreement import IgnoreRule, LabelCounts


@dataclass(frozen=True, slots=True)
class ClipFrames:
    """The keyframes of one clip, as one pair of people labelled them.

    Attributes:
        clip: its id; several pairs of people may have labelled it.
        concept: the process shown; None where that is not known.
        frames: the counts of every keyframe.
    """

    clip: str
    concept: str | None
    frames: tuple[LabelCounts, ...]


@dataclass(frozen=True, slots=True)
class Means:
    """The mean IoU in four orders; fractions, None where there is nothing to average.

    Attributes:
        clips: over keyframes, then over the pairs of a clip, then over clips.
        frames: over all keyframes at once.
        pooled: all intersections over all unions.
        concepts: over keyframes, pairs, clips, then concepts.
    """

    clips: float | None
    frames: float | None
    pooled: float | None
    concepts: float | None


def means(
    clips: Sequence[ClipFrames],
    rule: IgnoreRule = IgnoreRule.UNION,
    *,
    with_absent: bool = True,
) -> Means:
    """Return the mean IoU by a rule for Ignore.

    Args:
        clips: the keyframes of every clip and pair.
        rule: what becomes of Ignore.
        with_absent: whether keyframes count on which the union by this rule is empty, which
            score 1. Keyframes without a pixel to compare never count.
    """
    kept = [_kept(clip.frames, rule, with_absent=with_absent) for clip in clips]
    by_clip = clip_means(clips, rule, with_absent=with_absent)
    concepts = {clip.clip: clip.concept for clip in clips}
    by_concept: dict[str, list[float]] = {}
    for name, value in by_clip.items():
        if concepts[name] is not None:
            by_concept.setdefault(str(concepts[name]), []).append(value)
    parts = [each.parts(rule) for frames in kept for each in frames]
    union = sum(either for _, either in parts)
    return Means(
        clips=mean(by_clip.values()),
        frames=mean(_values([each for frames in kept for each in frames], rule)),
        pooled=sum(both for both, _ in parts) / union if union else None,
        concepts=mean(mean(values) or 0.0 for values in by_concept.values()),
    )


def clip_means(
    clips: Sequence[ClipFrames],
    rule: IgnoreRule = IgnoreRule.UNION,
    *,
    with_absent: bool = True,
) -> dict[str, float]:
    """Return the mean IoU of every clip that has a keyframe to compare, by its id.

    Where several pairs labelled a clip, it is the mean over pairs of their means over keyframes.
    """
    found: dict[str, list[float]] = {}
    for clip in clips:
        value = mean(_values(_kept(clip.frames, rule, with_absent=with_absent), rule))
        if value is not None:
            found.setdefault(clip.clip, []).append(value)
    return {name: math.fsum(values) / len(values) for name, values in sorted(found.items())}


def mean(values: Iterable[float]) -> float | None:
    """Return the mean, or None of nothing."""
    listed = list(values)
    return math.fsum(listed) / len(listed) if listed else None


def _kept(
    frames: Iterable[LabelCounts], rule: IgnoreRule, *, with_absent: bool
) -> list[LabelCounts]:
    return [
        each for each in frames if each.counted(rule) and (with_absent or each.parts(rule)[1] > 0)
    ]


def _values(frames: Iterable[LabelCounts], rule: IgnoreRule) -> list[float]:
    return [value for each in frames if (value := each.iou(rule)) is not None]
