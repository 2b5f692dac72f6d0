"""What every target of a clip scores in a set of expressions, by matching or by its own expression.

Everything is computed from the counts that rows hold, so a record can be matched anew without masks.

Source: ``_evaluate_unsupervised`` of ``davis2017/evaluation.py``, davisvideochallenge and
miccooper9/ReferEverything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmark.metrics.assignment import best_assignment
from benchmark.metrics.contour_accuracy import f_measure
from benchmark.metrics.region_similarity import jaccard
from benchmark.report.record import OtherTarget, Row
from benchmark.rules.per_expression import mean

Frames = tuple[list[float], list[float]]
"""J and F of every frame."""


@dataclass(frozen=True, slots=True)
class TargetScore:
    """What one target scores in one set of expressions; fractions in [0, 1].

    Attributes:
        video: the clip's.
        clip: its id.
        annotator: the set.
        target: its id.
        j: mean J over frames.
        f: mean F over frames.
        frames: J of every frame.
    """

    video: str
    clip: str
    annotator: str
    target: str
    j: float
    f: float
    frames: tuple[float, ...]


def rows_by_set(rows: Sequence[Row]) -> Iterator[tuple[Row, ...]]:
    """Yield the rows of every clip and set, clips by id, then sets, then expressions."""
    ordered = sorted(rows, key=lambda row: (*_set_of(row), row.expression))
    for _, found in groupby(ordered, key=_set_of):
        yield tuple(found)


def find_matches(rows: Sequence[Row]) -> tuple[str | None, ...]:
    """Return the target that each prediction of one clip and set is matched with.

    The sum over all targets of (mean J + mean F) / 2 is made as great as it can be. Where there
    are fewer predictions than targets, empty ones are added, as officially, and so a target may
    be left to one of them. Where sums are equal, as many predictions as possible are given the
    target they were made for.

    Args:
        rows: one a prediction, each with every target of the clip.
    """
    targets = targets_of(rows[0])
    scores = [[_worth(_with(row, target)) for target in targets] for row in rows]
    nothing = [_worth(_with_nothing(rows[0], target)) for target in targets]
    wishes: list[int | None] = [targets.index(row.target) for row in rows]
    missing = max(len(targets) - len(rows), 0)
    found = best_assignment(scores + [nothing] * missing, wishes + [None] * missing)
    return tuple(None if place is None else targets[place] for place in found[: len(rows)])


def matched_scores(rows: Sequence[Row]) -> tuple[TargetScore, ...]:
    """Return what every target of every clip scores in every set, by ``Row.matched``."""
    found = []
    for together in rows_by_set(rows):
        by_target = {row.matched: row for row in together}
        for target in targets_of(together[0]):
            row = by_target.get(target)
            frames = _with(row, target) if row else _with_nothing(together[0], target)
            found.append(_target_score(together[0], target, frames))
    return tuple(found)


def own_scores(rows: Sequence[Row]) -> tuple[TargetScore, ...]:
    """Return what every target with an expression scores in every set, by that expression."""
    found = [_target_score(row, row.target, _with(row, row.target)) for row in rows]
    return tuple(sorted(found, key=lambda score: (score.clip, score.annotator, score.target)))


def targets_of(row: Row) -> list[str]:
    """Return the ids of every target of a row's clip, sorted."""
    return sorted([row.target, *(other.target for other in row.others)])


def pixels_of(row: Row, target: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return a target's pixels and those of its boundary, on every frame."""
    if target == row.target:
        return row.frames.target, row.contours.n_truth if row.contours else ()
    other = _other(row, target)
    return other.pixels, other.n_truth


def _set_of(row: Row) -> tuple[str, str]:
    return row.clip, row.annotator or ""


def _other(row: Row, target: str) -> OtherTarget:
    return next(other for other in row.others if other.target == target)


def _with(row: Row, target: str) -> Frames:
    """Return the scores of a row's prediction with one of the targets."""
    if row.contours is None:
        raise ValueError(f"{row.clip}/{row.expression} has no F")
    if target == row.target:
        return row.frames.j(), row.contours.f()
    other = _other(row, target)
    areas = zip(other.intersection, row.frames.predicted, other.pixels, strict=True)
    boundaries = zip(
        *(row.contours.n_pred, other.n_truth, other.matched_pred, other.matched_truth),
        strict=True,
    )
    j = [jaccard(shared, predicted + target - shared) for shared, predicted, target in areas]
    return j, [f_measure(*counts) for counts in boundaries]


def _with_nothing(row: Row, target: str) -> Frames:
    """Return the scores of an empty prediction: 1 where there is nothing, else 0."""
    pixels, boundary = pixels_of(row, target)
    return [float(not area) for area in pixels], [float(not length) for length in boundary]


def _worth(frames: Frames) -> float:
    return (mean(frames[0]) + mean(frames[1])) / 2


def _target_score(row: Row, target: str, frames: Frames) -> TargetScore:
    j, f = frames
    return TargetScore(
        row.video, row.clip, row.annotator or "", target, mean(j), mean(f), tuple(j)
    )
