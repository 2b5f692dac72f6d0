"""What the rules of Ref-DAVIS ask of queries before anything is scored, and of a record's rows.

Every clip must have the same sets of expressions, and a set one expression a target. Officially
more than 20 predictions of a clip are refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from benchmark.report.record import Row
from benchmark.rules.davis_matching import find_matches, pixels_of, rows_by_set, targets_of
from refvps.errors import ConfigError, DataError
from refvps.protocols import Dataset, ManyTargets
from refvps.types import Query

MOST_PREDICTIONS = 20


def require_sets(dataset: Dataset, queries: Sequence[Query]) -> None:
    """Check that the queries can be averaged over sets of expressions.

    Raises:
        ConfigError: the data set cannot name all targets of a clip.
        DataError: a clip lacks a set, has two expressions of one target in one, an expression of
            no target, or more than 20 expressions in a set.
    """
    if not isinstance(dataset, ManyTargets):
        raise ConfigError(
            f"data set {dataset.name} cannot be averaged by its rule, which compares with every "
            "target of a clip: it has no function targets(clip_id)"
        )
    asked = [(query.clip.clip_id, query.expression) for query in queries]
    named = [(clip, found.annotator, found.target_id) for clip, found in asked]
    problem = next(_wrong_sets(named), None)
    if problem is not None:
        raise DataError(dataset.name, problem)
    for clip, expression in asked:
        if expression.target_id not in dataset.targets(clip):
            raise DataError(
                dataset.name,
                f"expression {clip}/{expression.expression_id} is about target "
                f"{expression.target_id}, which the clip does not have",
            )


def find_wrong_rows(rows: Sequence[Row]) -> str | None:
    """Return the first place where rows contradict each other by the matching rules, or None."""
    named = [(row.clip, row.annotator, row.target) for row in rows]
    checks = (_wrong_sets(named), _wrong_pixels(rows), _wrong_matches(rows))
    return next((problem for check in checks for problem in check), None)


def find_wrong_own_rows(rows: Sequence[Row]) -> str | None:
    """Return the same by the rule without matching."""
    problem = next(_wrong_sets([(row.clip, row.annotator, row.target) for row in rows]), None)
    if problem is not None:
        return problem
    without = next((row for row in rows if row.contours is None), None)
    return f"row {without.clip}/{without.expression} has no F" if without else None


def _wrong_sets(named: Iterable[tuple[str, str | None, str]]) -> Iterator[str]:
    """Yield what is wrong with the clips, sets and targets of expressions."""
    every: set[str | None] | None = None
    for clip, found in groupby(sorted(named, key=lambda each: each[0]), key=lambda each: each[0]):
        sets: dict[str | None, list[str]] = {}
        for _, annotator, target in found:
            sets.setdefault(annotator, []).append(target)
        if None in sets:
            yield f"clip {clip} has an expression of no set: it names no annotator"
            continue
        every = every or set(sets)
        if set(sets) != every:
            listed = ", ".join(map(str, sorted(every, key=str)))
            yield f"clip {clip} has other sets of expressions than {listed}"
        yield from _wrong_targets(clip, sets)


def _wrong_targets(clip: str, sets: dict[str | None, list[str]]) -> Iterator[str]:
    first = sorted(next(iter(sets.values())))
    for name, targets in sets.items():
        if len(set(targets)) < len(targets):
            yield f"clip {clip} has two expressions of one target in set {name}"
        if len(targets) > MOST_PREDICTIONS:
            yield (
                f"clip {clip} has {len(targets)} expressions in set {name}; the official "
                f"evaluation takes at most {MOST_PREDICTIONS} predictions"
            )
        if sorted(targets) != first:
            yield f"clip {clip} has expressions of other targets in set {name} than in another"


def _wrong_matches(rows: Sequence[Row]) -> Iterator[str]:
    for together in rows_by_set(rows):
        for row, target in zip(together, find_matches(together), strict=True):
            if row.matched != target:
                yield (
                    f"row {row.clip}/{row.expression} is matched with {row.matched!r}, but its "
                    f"counts give {target!r}"
                )


def _wrong_pixels(rows: Sequence[Row]) -> Iterator[str]:
    seen: dict[tuple[str, str], object] = {}
    targets: dict[str, list[str]] = {}
    for row in rows:
        name = f"row {row.clip}/{row.expression}"
        if row.contours is None:
            yield f"{name} has no F, by which its rule matches"
        if targets.setdefault(row.clip, targets_of(row)) != targets_of(row):
            yield f"{name} has other targets than another row of its clip"
        for target in targets_of(row):
            found = (row.frames.ids, row.frames.void, *pixels_of(row, target))
            if seen.setdefault((row.clip, target), found) != found:
                yield f"{name} has other pixels of target {target} than another row of its clip"
