"""Averages over sets of expressions: the flat mean over a set's targets, then the mean over sets.

Every clip has the same targets in all sets, so this is the flat mean over all of them, too. The
interval draws whole videos.
"""

import math
from collections.abc import Sequence

from benchmark.metrics import bootstrap
from benchmark.report.record import (
    FrameTotals,
    Interval,
    NamedScore,
    OwnReferents,
    Row,
    Score,
    SetsPart,
    Summary,
)
from benchmark.rules.per_expression import Value, f_of, j_of, mean
from refvps.types import FloatArray

ORDER = "frame -> target -> flat mean over {targets} -> mean over the sets of expressions; {how}"
FRAMES = "all frames, void left out; F is always computed"
RESAMPLED = "whole videos are drawn, with all targets and sets"

Tracks = dict[tuple[str, str], tuple[tuple[int, ...], tuple[int, ...]]]
"""The pixels of every clip's target, and its void, on every frame."""


def summary_over_sets(
    scored: Sequence[Row], asked: Sequence[Row], *, matched: bool = False
) -> Summary:
    """Return the summary of rows with J and F.

    Args:
        scored: one row a clip, set and target.
        asked: the rows of the record, one a prediction.
        matched: whether predictions were matched with targets; if so, the scores of each with its
            own stand beside.
    """
    j, f = score_over_sets(scored, j_of), score_over_sets(scored, f_of)
    predicted = [area for row in asked for area in row.frames.predicted]
    tracks = {(row.clip, row.target): (row.frames.target, row.frames.void) for row in scored}
    return Summary(
        j=j,
        f=f,
        j_and_f=(j.mean + f.mean) / 2,
        j_flat_expressions=mean([row.j for row in scored]),
        j_flat_frames=mean([frame for row in scored for frame in row.frames.j()]),
        groups=(),
        concepts=(),
        frames=_frame_totals(tracks),
        empty_predictions=predicted.count(0) / len(predicted),
        sets=SetsPart(
            sets=_by_set(scored),
            targets=len(tracks),
            unasked=len(set(tracks) - {(row.clip, row.target) for row in asked}),
            own=_own_referents(asked) if matched else None,
            elsewhere=sum(row.matched != row.target for row in asked) if matched else 0,
        ),
    )


def _own_referents(rows: Sequence[Row]) -> OwnReferents:
    j, f = score_over_sets(rows, j_of), score_over_sets(rows, f_of)
    return OwnReferents(j=j, f=f, j_and_f=(j.mean + f.mean) / 2)


def score_over_sets(scored: Sequence[Row], value: Value) -> Score:
    """Return the mean over sets of the flat mean over a set's rows, with its interval."""
    sets: dict[str | None, list[float]] = {}
    for row in scored:
        sets.setdefault(row.annotator, []).append(value(row))
    by_video = clusters(scored, value)
    return Score(
        mean=mean([mean(values) for values in sets.values()]),
        interval=_interval(list(by_video.values())),
        clips=len({row.clip for row in scored}),
        videos=len(by_video),
        expressions=sum(1 for row in scored if row.text),
    )


def clusters(scored: Sequence[Row], value: Value) -> dict[str, list[float]]:
    """Return the values of every video's rows in their order, videos by name."""
    videos: dict[str, list[float]] = {}
    for row in scored:
        videos.setdefault(row.video, []).append(value(row))
    return {video: videos[video] for video in sorted(videos)}


def resampled_over_sets(scored: Sequence[Row], value: Value) -> FloatArray:
    """Return the mean of every resample of the videos; see ``bootstrap.resampled_means``."""
    return bootstrap.resampled_means(list(clusters(scored, value).values()))


def parts_over_sets(scored: Sequence[Row], value: Value) -> dict[str, float]:
    """Return what each video adds to the mean, sorted by video."""
    found = clusters(scored, value)
    return {video: math.fsum(values) / len(scored) for video, values in found.items()}


def _by_set(scored: Sequence[Row]) -> tuple[NamedScore, ...]:
    found = []
    for name in sorted({row.annotator or "" for row in scored}):
        inside = [row for row in scored if row.annotator == name]
        j, f = score_over_sets(inside, j_of), score_over_sets(inside, f_of)
        found.append(NamedScore(name=name, j=j, f=f))
    return tuple(found)


def _frame_totals(tracks: Tracks) -> FrameTotals:
    frames = [pair for track in tracks.values() for pair in zip(*track, strict=True)]
    return FrameTotals(
        annotated=len(frames),
        with_target=sum(1 for target, _ in frames if target),
        empty=sum(1 for target, _ in frames if not target),
        with_void=sum(1 for _, void in frames if void),
        void_only=sum(1 for target, void in frames if void and not target),
    )


def _interval(by_video: list[list[float]]) -> Interval | None:
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
