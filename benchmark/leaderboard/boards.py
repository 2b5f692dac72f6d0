"""Finds records and sorts them into boards: those that may stand side by side, best first."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.report.choice import best_known, held_by_all
from benchmark.report.measured import Measured, read_measured
from benchmark.report.metric import Metric
from benchmark.report.record import EvalRecord, read_record
from benchmark.report.scores import score_of
from refvps.errors import DataError

log = logging.getLogger(__name__)

RECORD = "record.json"


@dataclass(frozen=True, slots=True)
class Board:
    """Records on the same data by the same rule.

    Attributes:
        name: of its page, without suffix; unique among the boards of a site.
        metric: what it is ordered by.
        measured: the methods, the best first; equal ones by name.
    """

    name: str
    metric: Metric
    measured: tuple[Measured, ...]

    @property
    def record(self) -> EvalRecord:
        """The first method's record, for what all share."""
        return self.measured[0].record


def find_records(folder: Path) -> tuple[Path, ...]:
    """Return every record below a folder, in order: ``record.json``, and JSON right in it.

    Raises:
        DataError: there is none.
    """
    if not folder.is_dir():
        raise DataError(folder, "folder is missing; expected records of refvps-eval")
    found = {*folder.rglob(RECORD), *folder.glob("*.json")}
    hidden = {
        path for path in found if any(p.startswith(".") for p in path.parts[len(folder.parts) :])
    }
    if not found - hidden:
        raise DataError(
            folder,
            f"holds no record of refvps-eval: no {RECORD} below it, and no .json file in it",
        )
    return tuple(sorted(found - hidden))


def make_boards(paths: Sequence[Path]) -> tuple[Board, ...]:
    """Return the boards in the order of their names.

    The same scores of a method named twice stand once.

    Raises:
        DataError: a record cannot be read, or lacks a query that another on its board has.
    """
    groups: dict[tuple[str, str, str, str], list[tuple[Path, EvalRecord]]] = {}
    for path in paths:
        record = read_record(path)
        data = record.dataset
        key = (data.name, data.version, data.digest, record.rule.name)
        known = groups.setdefault(key, [])
        again = next((p for p, other in known if _same_scores(other, record)), None)
        if again is None:
            known.append((path, record))
        else:
            log.warning("%s: the same scores as in %s; they stand once", path, again)
    names = _names(list(groups))
    return tuple(
        _board(names[key], [path for path, _ in groups[key]])
        for key in sorted(groups, key=lambda key: names[key])
    )


def _same_scores(one: EvalRecord, other: EvalRecord) -> bool:
    return one.method.name == other.method.name and one.rows == other.rows


def _board(name: str, paths: Sequence[Path]) -> Board:
    measured = read_measured(paths)
    wanted = best_known(measured[0])
    metric = wanted if wanted in held_by_all(measured) else Metric.J
    ordered = sorted(
        measured, key=lambda item: (-score_of(item.record, metric).mean, item.label.casefold())
    )
    return Board(name, metric, tuple(ordered))


def _names(keys: Sequence[tuple[str, str, str, str]]) -> dict[tuple[str, str, str, str], str]:
    """Return the data set's name, with what tells it apart from others where there are several."""
    names = {}
    for key in keys:
        rivals = [other for other in keys if other[0] == key[0]]
        names[key] = "-".join(_telling(key, rivals))
    return names


def _telling(key: tuple[str, ...], rivals: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield key[0]
    for place, text in ((1, key[1]), (2, key[2][:8]), (3, key[3])):
        if len({rival[place] for rival in rivals}) > 1:
            yield text
