"""Whether the parts of a record follow from each other, from the pixel counts up."""

import math
from collections.abc import Iterator
from typing import Any

from benchmark.report.record import EvalRecord, FrameCounts, Row
from benchmark.rules.by_name import RULES
from benchmark.rules.per_expression import mean
from refvps.errors import DataError

LEAST_DIFFERENCE = 1e-9
"""Fractions nearer than this are one number: a later version may sum in another order."""


def find_contradiction(record: EvalRecord) -> str | None:
    """Return the first place where a record contradicts itself, or None.

    Everything is computed again from the counts of the frames: J of every row, then the summary
    by the record's own rule. The digest shows that a file was changed; this shows one whose
    digest was made to fit.
    """
    if not record.rows:
        return "it holds no scores"
    rule = RULES.get(record.rule.name)
    if rule is None:
        return f"it was averaged by the rule {record.rule.name!r}, which this version does not know"
    rows = next(_wrong_rows(record.rows), None)
    if rows is not None:
        return rows
    stated = record.summary.model_dump()
    try:
        found = rule.summarise(record.rows).model_dump()
    except DataError as error:
        return error.message
    return next(_differences("summary", stated, found), None)


def _wrong_rows(rows: tuple[Row, ...]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    videos: dict[str, str] = {}
    for row in rows:
        name = f"row {row.clip}/{row.expression}"
        if (row.clip, row.expression) in seen:
            yield f"{name} occurs twice"
        seen.add((row.clip, row.expression))
        if videos.setdefault(row.clip, row.video) != row.video:
            yield f"{name} is of video {row.video!r}, another row of {videos[row.clip]!r}"
        problem = _wrong_counts(row.frames)
        if problem:
            yield f"{name}: {problem}"
        elif contours := _wrong_contours(row):
            yield f"{name}: {contours}"
        elif not _equal(row.j, found := mean(row.frames.j())):
            yield f"{name}: j is {row.j}, but its counts give {found}"


def _wrong_counts(frames: FrameCounts) -> str | None:
    columns = (frames.intersection, frames.union, frames.predicted, frames.target, frames.void)
    if not frames.ids or any(len(column) != len(frames.ids) for column in columns):
        return "its frames need counts of equal number, and at least one"
    if len(set(frames.ids)) != len(frames.ids):
        return "a frame occurs twice"
    for place, (common, union, predicted, target, void) in enumerate(zip(*columns, strict=True)):
        possible = 0 <= common <= min(predicted, target) and void >= 0
        if not possible or union != predicted + target - common:
            return f"the pixel counts of frame {frames.ids[place]} contradict each other"
    return None


def _wrong_contours(row: Row) -> str | None:
    if row.contours is None:
        return None if row.f is None else "it has an F, but no boundary pixels"
    found = row.contours
    pairs = ((found.matched_pred, found.n_pred), (found.matched_truth, found.n_truth))
    if any(len(column) != len(row.frames.ids) for pair in pairs for column in pair):
        return "its boundary pixels need one count a frame"
    if any(not 0 <= some <= every for pair in pairs for some, every in zip(*pair, strict=True)):
        return "its boundary pixels contradict each other"
    if row.f is None or not _equal(row.f, mean(found.f())):
        return f"f is {row.f}, but its counts give {mean(found.f())}"
    return None


def _differences(place: str, stated: Any, found: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(stated, dict) and isinstance(found, dict):
        if place.endswith("interval") and not _same_resampling(stated, found):
            return
        for key in stated:
            yield from _differences(f"{place}.{key}", stated[key], found[key])
    elif isinstance(stated, tuple) and isinstance(found, tuple) and len(stated) == len(found):
        for index, pair in enumerate(zip(stated, found, strict=True)):
            yield from _differences(f"{place}.{index}", *pair)
    elif not _equal(stated, found):
        yield f"{place} is {_short(stated)}, but its rows give {_short(found)}"


def _equal(stated: Any, found: Any) -> bool:  # noqa: ANN401 - JSON
    if isinstance(stated, float) and isinstance(found, float):
        return math.isclose(stated, found, rel_tol=0, abs_tol=LEAST_DIFFERENCE)
    return bool(stated == found)


def _same_resampling(stated: dict[str, Any], found: dict[str, Any]) -> bool:
    """Return whether two intervals were drawn alike; a later version may draw otherwise."""
    return all(stated[key] == found[key] for key in ("level", "resamples", "seed"))


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
