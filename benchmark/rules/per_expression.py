"""The rule of Ref-VPS: frame, then (clip, expression), then clip, then data set."""

import math
from collections.abc import Callable, Sequence

from benchmark.metrics.bootstrap import (
    LEVEL,
    RESAMPLES,
    SEED,
    bootstrap_interval,
    resampled_means,
)
from benchmark.report.record import (
    FrameTotals,
    Interval,
    NamedScore,
    Row,
    RulePart,
    Score,
    Summary,
)
from refvps.types import FloatArray

RULE = RulePart(
    name="per-expression",
    order="frame -> (clip, expression) -> clip -> data set; all annotated frames, void left out",
)

RESAMPLED = "whole videos are drawn, with all clips cut from them"

Groups = Callable[[Row], tuple[str, ...]]


def summarise(rows: Sequence[Row]) -> Summary:
    """Average the scores of every query.

    The paper does not say in which order it averages, so the flat means over expressions and over
    frames stand beside the rule's own.

    Args:
        rows: one a query, at least one.
    """
    return summary_with(score_of, rows)


Value = Callable[[Row], float]
"""The score of a row that is averaged."""

Average = Callable[[Sequence[Row], Value], Score]


def j_of(row: Row) -> float:
    """Return the row's J."""
    return row.j


def f_of(row: Row) -> float:
    """Return the row's F, which must have been computed."""
    return math.nan if row.f is None else row.f


def j_and_f_of(row: Row) -> float:
    """Return the mean of the row's J and F, which must have been computed."""
    return (row.j + f_of(row)) / 2


def summary_with(average: Average, rows: Sequence[Row]) -> Summary:
    """Return a summary whose overall scores a rule averages in its own way."""
    with_f = all(row.f is not None for row in rows)
    j, f = average(rows, j_of), average(rows, f_of) if with_f else None
    frame_scores = [score for row in rows for score in row.frames.j()]
    predicted = [area for row in rows for area in row.frames.predicted]
    return Summary(
        j=j,
        f=f,
        j_and_f=(j.mean + f.mean) / 2 if f else None,
        j_flat_expressions=mean([row.j for row in rows]),
        j_flat_frames=mean(frame_scores),
        groups=_scores_by(rows, lambda row: row.groups),
        concepts=_scores_by(rows, lambda row: (row.concept,) if row.concept else ()),
        frames=_frame_totals(rows),
        empty_predictions=predicted.count(0) / len(predicted),
    )


def score_of(rows: Sequence[Row], value: Value = j_of) -> Score:
    """Return the mean over clips of the mean over a clip's expressions, with its interval."""
    by_video = clip_means_by_video(rows, value)
    means = [value for video in by_video.values() for value in video.values()]
    return Score(
        mean=mean(means),
        interval=_interval([list(video.values()) for video in by_video.values()]),
        clips=len(means),
        videos=len(by_video),
        expressions=len(rows),
    )


def resampled_scores(rows: Sequence[Row], value: Value = j_of) -> FloatArray:
    """Return the rule's mean in every resample of the videos; see ``rules.paired``."""
    videos = clip_means_by_video(rows, value).values()
    return resampled_means([list(clips.values()) for clips in videos])


def parts_by_video(rows: Sequence[Row], value: Value = j_of) -> dict[str, float]:
    """Return what each video adds to the rule's mean; see ``rules.paired``."""
    videos = clip_means_by_video(rows, value)
    number = sum(map(len, videos.values()))
    return {video: math.fsum(clips.values()) / number for video, clips in videos.items()}


def clip_means_by_video(rows: Sequence[Row], value: Value = j_of) -> dict[str, dict[str, float]]:
    """Return each clip's mean score over its expressions, by video and clip, both sorted."""
    clips: dict[str, list[float]] = {}
    video_of: dict[str, str] = {}
    for row in rows:
        clips.setdefault(row.clip, []).append(value(row))
        video_of[row.clip] = row.video
    videos: dict[str, dict[str, float]] = {video: {} for video in sorted(set(video_of.values()))}
    for clip in sorted(clips):
        videos[video_of[clip]][clip] = mean(clips[clip])
    return videos


def mean(values: Sequence[float]) -> float:
    """Return the mean, summed exactly, so that order and machine do not matter."""
    return math.fsum(values) / len(values)


def _interval(clusters: list[list[float]]) -> Interval | None:
    if len(clusters) < 2:
        return None
    low, high = bootstrap_interval(clusters)
    return Interval(low=low, high=high, level=LEVEL, resamples=RESAMPLES, seed=SEED)


def _scores_by(rows: Sequence[Row], names_of: Groups) -> tuple[NamedScore, ...]:
    members: dict[str, list[Row]] = {}
    for row in rows:
        for name in names_of(row):
            members.setdefault(name, []).append(row)
    return tuple(
        NamedScore(
            name=name,
            j=score_of(found),
            f=score_of(found, f_of) if all(row.f is not None for row in found) else None,
        )
        for name, found in sorted(members.items())
    )


def _frame_totals(rows: Sequence[Row]) -> FrameTotals:
    """Count each annotated frame once a target, though several expressions refer to it."""
    tracks = {(row.clip, row.target): row.frames for row in rows}
    frames = [
        (target, void)
        for track in tracks.values()
        for target, void in zip(track.target, track.void, strict=True)
    ]
    return FrameTotals(
        annotated=len(frames),
        with_target=sum(1 for target, _ in frames if target),
        empty=sum(1 for target, _ in frames if not target),
        with_void=sum(1 for _, void in frames if void),
        void_only=sum(1 for target, void in frames if void and not target),
    )
