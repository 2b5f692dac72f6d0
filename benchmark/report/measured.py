"""Records of one data set, read together and told apart by a label each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.report.document import count, plain
from benchmark.report.record import EvalRecord, Row, read_record
from refvps.errors import ConfigError, DataError


@dataclass(frozen=True, slots=True)
class Measured:
    """A record, where it lies, and what its method is called beside others.

    Attributes:
        path: the file.
        label: unique among the records read together.
        record: what it holds.
    """

    path: Path
    label: str
    record: EvalRecord


def read_measured(paths: Sequence[Path]) -> tuple[Measured, ...]:
    """Read records that may stand side by side.

    Raises:
        DataError: one cannot be read, or lacks a query that another has.
        ConfigError: two are of different data or rules, or hold the same scores.
    """
    records = [read_record(path) for path in paths]
    for path, record in zip(paths[1:], records[1:], strict=True):
        _require_same_data((paths[0], records[0]), (path, record))
    for index, path in enumerate(paths):
        for earlier in range(index):
            _require_other_scores((paths[earlier], records[earlier]), (path, records[index]))
    _require_same_queries(paths, records)
    labels = _labels(paths, records)
    return tuple(Measured(*parts) for parts in zip(paths, labels, records, strict=True))


Named = tuple[Path, EvalRecord]


def _require_same_data(one: Named, other: Named) -> None:
    for what, first, second in (
        ("data set", _data(one[1]), _data(other[1])),
        ("rule", one[1].rule.name, other[1].rule.name),
    ):
        if first != second:
            raise ConfigError(
                f"{one[0]} and {other[0]} cannot stand side by side: the {what} of the first is "
                f"{plain(first)}, of the second {plain(second)}"
            )


def _data(record: EvalRecord) -> str:
    data = record.dataset
    return f"{data.name} {data.version} with digest {data.digest[:12]}"


def _require_other_scores(one: Named, other: Named) -> None:
    same = one[1].method == other[1].method and one[1].rows == other[1].rows
    if same:
        raise ConfigError(
            f"{one[0]} and {other[0]} hold the same scores of method "
            f"{plain(one[1].method.name)}: name it once"
        )


def _require_same_queries(paths: Sequence[Path], records: Sequence[EvalRecord]) -> None:
    asked = [{(row.clip, row.expression): row for row in record.rows} for record in records]
    for path, own in zip(paths, asked, strict=True):
        for other_path, other in zip(paths, asked, strict=True):
            missing = sorted(set(other) - set(own))
            if missing:
                raise DataError(
                    path,
                    f"has no score of {plain('/'.join(missing[0]))}, which {other_path} has; it "
                    f"lacks {count(len(missing), 'expression')} in all: evaluate it again",
                )
    for path, own in zip(paths[1:], asked[1:], strict=True):
        for key in sorted(own):
            if _truth_of(own[key]) != _truth_of(asked[0][key]):
                raise DataError(
                    path,
                    f"{plain('/'.join(key))} has other frames, another video, concept or groups "
                    f"than in {paths[0]}, though the data should be the same: evaluate both again",
                )


def _truth_of(row: Row) -> tuple[object, ...]:
    return row.frames.ids, row.video, row.concept, row.groups


def _labels(paths: Sequence[Path], records: Sequence[EvalRecord]) -> tuple[str, ...]:
    """Return method names; where two are equal, with what tells them apart."""
    names = [plain(record.method.name) for record in records]
    seen = Counter(names)
    labels = [
        f"{name} ({given})" if seen[name] > 1 and (given := _options(record)) else name
        for name, record in zip(names, records, strict=True)
    ]
    seen = Counter(labels)
    return tuple(
        f"{label} ({plain(str(path))})" if seen[label] > 1 else label
        for label, path in zip(labels, paths, strict=True)
    )


def _options(record: EvalRecord) -> str:
    run = record.method.run
    given = sorted(run.options_given.items()) if run else []
    return plain(", ".join(f"{key}={value}" for key, value in given))
