"""The rules of Ref-DAVIS: frame, then target, then all targets, then the sets of expressions.

In each set of expressions, one a target, predictions are matched with targets as DAVIS does for
unsupervised segmentation; every target counts, also one that no expression was written for. The
other rules are variants: overlapping predictions cut before, or no matching at all.

Source: ``ref-davis/infer_davis_MS.py`` of miccooper9/ReferEverything, which averages over the
sets; ``inference_davis.py`` of wjn922/ReferFormer, which cuts overlaps.
"""

from collections.abc import Callable, Sequence

from benchmark.metrics import bootstrap
from benchmark.report.record import (
    FrameTotals,
    Interval,
    NamedScore,
    OwnReferents,
    Row,
    RulePart,
    Score,
    SetsPart,
    Summary,
)
from benchmark.rules.davis_matching import (
    TargetScore,
    matched_scores,
    own_scores,
    pixels_of,
    targets_of,
)
from benchmark.rules.per_expression import mean
from refvps.types import FloatArray

_ORDER = "frame -> target -> flat mean over {targets} -> mean over the sets of expressions; {how}"
_MATCHED = "in each set predictions are matched with targets by mean J and F; "
_FRAMES = "all frames, void left out; F is always computed"

RULE = RulePart(
    name="davis-unsupervised",
    order=_ORDER.format(targets="all targets", how=_MATCHED + _FRAMES),
)
FIRST_WINS = RulePart(
    name="davis-unsupervised-first-wins",
    order=_ORDER.format(
        targets="all targets",
        how="a pixel predicted several times is given to the first expression, then " + _MATCHED,
    )
    + _FRAMES,
)
DIRECT = RulePart(
    name="davis-direct",
    order=_ORDER.format(
        targets="targets with an expression",
        how="every prediction against the target of its expression; " + _FRAMES,
    ),
)

Value = Callable[[TargetScore], float]
Clusters = list[list[float]]


def summarise(rows: Sequence[Row]) -> Summary:
    """Average the scores of matched targets, with those of each expression's own beside them.

    Args:
        rows: one a query, at least one, with the clip's other targets and the match.
    """
    scores, own = matched_scores(rows), own_scores(rows)
    own_j, own_f = score_of(rows, own, j_of), score_of(rows, own, f_of)
    beside = OwnReferents(j=own_j, f=own_f, j_and_f=(own_j.mean + own_f.mean) / 2)
    elsewhere = sum(row.matched != row.target for row in rows)
    return _summary(rows, scores, beside, elsewhere)


def summarise_own(rows: Sequence[Row]) -> Summary:
    """Average the scores of every prediction with the target of its expression."""
    return _summary(rows, own_scores(rows), None, 0)


def clusters(rows: Sequence[Row], *, matched: bool = True) -> Clusters:
    """Return J of every target and set, one list a video, videos by name.

    Every video has the same targets in all sets, so the mean over all values is the rule's score,
    and ``bootstrap.resampled_means`` and the paired tests over videos apply to them as they are.

    Args:
        rows: of one record.
        matched: as rows say, or by each expression's own target.
    """
    return _clusters(matched_scores(rows) if matched else own_scores(rows), j_of)


def resampled_means(rows: Sequence[Row], *, matched: bool = True) -> FloatArray:
    """Return the mean J of every resample of the videos; see ``bootstrap.resampled_means``."""
    return bootstrap.resampled_means(clusters(rows, matched=matched))


def j_of(score: TargetScore) -> float:
    """Return the target's J."""
    return score.j


def f_of(score: TargetScore) -> float:
    """Return the target's F."""
    return score.f


def score_of(rows: Sequence[Row], scores: Sequence[TargetScore], value: Value) -> Score:
    """Return the mean over sets of the flat mean over a set's targets, with its interval."""
    sets: dict[str, list[float]] = {}
    for score in scores:
        sets.setdefault(score.annotator, []).append(value(score))
    by_video = _clusters(scores, value)
    return Score(
        mean=mean([mean(values) for values in sets.values()]),
        interval=_interval(by_video),
        clips=len({score.clip for score in scores}),
        videos=len(by_video),
        expressions=len(rows),
    )


def _summary(
    rows: Sequence[Row],
    scores: Sequence[TargetScore],
    beside: OwnReferents | None,
    elsewhere: int,
) -> Summary:
    j, f = score_of(rows, scores, j_of), score_of(rows, scores, f_of)
    predicted = [area for row in rows for area in row.frames.predicted]
    tracks = _tracks(rows)
    return Summary(
        j=j,
        f=f,
        j_and_f=(j.mean + f.mean) / 2,
        j_flat_expressions=mean([score.j for score in scores]),
        j_flat_frames=mean([frame for score in scores for frame in score.frames]),
        groups=(),
        concepts=(),
        frames=_frame_totals(tracks),
        empty_predictions=predicted.count(0) / len(predicted),
        sets=SetsPart(
            sets=_by_set(rows, scores),
            targets=len(tracks),
            unasked=len(set(tracks) - {(row.clip, row.target) for row in rows}),
            own=beside,
            elsewhere=elsewhere,
        ),
    )


def _by_set(rows: Sequence[Row], scores: Sequence[TargetScore]) -> tuple[NamedScore, ...]:
    found = []
    for name in sorted({score.annotator for score in scores}):
        asked = [row for row in rows if row.annotator == name]
        inside = [score for score in scores if score.annotator == name]
        j, f = score_of(asked, inside, j_of), score_of(asked, inside, f_of)
        found.append(NamedScore(name=name, j=j, f=f))
    return tuple(found)


Tracks = dict[tuple[str, str], tuple[tuple[int, ...], tuple[int, ...]]]
"""The pixels of every clip's target, and its void, on every frame."""


def _tracks(rows: Sequence[Row]) -> Tracks:
    return {
        (row.clip, target): (pixels_of(row, target)[0], row.frames.void)
        for row in rows
        for target in targets_of(row)
    }


def _frame_totals(tracks: Tracks) -> FrameTotals:
    frames = [pair for track in tracks.values() for pair in zip(*track, strict=True)]
    return FrameTotals(
        annotated=len(frames),
        with_target=sum(1 for target, _ in frames if target),
        empty=sum(1 for target, _ in frames if not target),
        with_void=sum(1 for _, void in frames if void),
        void_only=sum(1 for target, void in frames if void and not target),
    )


def _clusters(scores: Sequence[TargetScore], value: Value) -> Clusters:
    videos: dict[str, list[float]] = {}
    for score in scores:
        videos.setdefault(score.video, []).append(value(score))
    return [videos[video] for video in sorted(videos)]


def _interval(by_video: Clusters) -> Interval | None:
    if len(by_video) < 2:
        return None
    low, high = bootstrap.bootstrap_interval(by_video)
    return Interval(
        low=low,
        high=high,
        level=bootstrap.LEVEL,
        resamples=bootstrap.RESAMPLES,
        seed=bootstrap.SEED,
    )
