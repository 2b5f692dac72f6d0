"""What predictions score with every target of their clip, and which target each is matched with.

Everything is computed from the counts that rows hold: a record can be matched anew without masks.

Source: ``_evaluate_unsupervised`` of ``davis2017/evaluation.py``, davisvideochallenge and
miccooper9/ReferEverything.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from benchmark.metrics.assignment import best_assignment
from benchmark.report.record import ContourColumns, FrameCounts, OtherTarget, Row
from benchmark.rules.per_expression import f_of, mean

Column = tuple[int, ...]


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
    scores = [[_worth(with_target(row, target)) for target in targets] for row in rows]
    nothing = [_worth(with_nothing(rows[0], target)) for target in targets]
    wishes: list[int | None] = [targets.index(row.target) for row in rows]
    missing = max(len(targets) - len(rows), 0)
    found = best_assignment(scores + [nothing] * missing, wishes + [None] * missing)
    return tuple(None if place is None else targets[place] for place in found[: len(rows)])


def matched_rows(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return one row a clip, set and target: the score of what is matched with the target.

    They are as if each prediction had been asked for the target that ``Row.matched`` names; an
    empty prediction, whose text is empty too, stands for a target that none is matched with.
    Sorted by clip, set and target. Rows that are such rows already, or some of them, stay so.
    """
    found: list[Row] = []
    for together in rows_by_set(rows):
        if not any(row.others for row in together):
            found += sorted(together, key=lambda row: row.target)
            continue
        by_target = {row.matched: row for row in together}
        for target in targets_of(together[0]):
            row = by_target.get(target)
            found.append(with_target(row, target) if row else with_nothing(together[0], target))
    return tuple(found)


def targets_of(row: Row) -> list[str]:
    """Return the ids of every target of a row's clip, sorted."""
    return sorted([row.target, *(other.target for other in row.others)])


def pixels_of(row: Row, target: str) -> tuple[Column, Column]:
    """Return a target's pixels and those of its boundary, on every frame."""
    if target == row.target:
        return row.frames.target, row.contours.n_truth if row.contours else ()
    other = _other(row, target)
    return other.pixels, other.n_truth


def with_target(row: Row, target: str) -> Row:
    """Return a prediction's row as it were if it had been asked for one of the clip's targets."""
    if target == row.target or row.contours is None:
        return row.model_copy(update={"others": ()})
    other = _other(row, target)
    contours = ContourColumns(
        n_pred=row.contours.n_pred,
        n_truth=other.n_truth,
        matched_pred=other.matched_pred,
        matched_truth=other.matched_truth,
    )
    counts = (other.intersection, row.frames.predicted, other.pixels)
    return _changed(row, target, _frames(row, *counts), contours)


def with_nothing(row: Row, target: str) -> Row:
    """Return the row of an empty prediction for one of the targets of a row's clip."""
    pixels, boundary = pixels_of(row, target)
    none = (0,) * len(row.frames.ids)
    contours = ContourColumns(n_pred=none, n_truth=boundary, matched_pred=none, matched_truth=none)
    found = _changed(row, target, _frames(row, none, none, pixels), contours)
    # Still one of its kind in its clip.
    name = f"no expression of {row.annotator} for {target}"
    return found.model_copy(update={"expression": name, "text": "", "matched": target})


def _frames(row: Row, shared: Column, predicted: Column, target: Column) -> FrameCounts:
    columns = zip(shared, predicted, target, strict=True)
    return FrameCounts(
        ids=row.frames.ids,
        intersection=shared,
        union=tuple(own + other - both for both, own, other in columns),
        predicted=predicted,
        target=target,
        void=row.frames.void,
    )


def _changed(row: Row, target: str, frames: FrameCounts, contours: ContourColumns) -> Row:
    scores = {"j": mean(frames.j()), "f": mean(contours.f())}
    return row.model_copy(
        update={"target": target, "frames": frames, "contours": contours, "others": (), **scores}
    )


def _worth(row: Row) -> float:
    return (row.j + f_of(row)) / 2


def _other(row: Row, target: str) -> OtherTarget:
    return next(other for other in row.others if other.target == target)


def _set_of(row: Row) -> tuple[str, str]:
    return row.clip, row.annotator or ""
