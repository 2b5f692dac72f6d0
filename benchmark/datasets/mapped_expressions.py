"""The expressions of a mapped data set, from nested JSON or from a table."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.datasets.mapping_file import ExpressionKeys
from refvps.errors import DataError
from refvps.mask_png import read_file
from refvps.names import require_safe_name
from refvps.strict_json import read_json
from refvps.types import Expression

_BETWEEN_GROUPS = ";"


@dataclass(frozen=True, slots=True)
class MappedClip:
    """What the file says of a clip.

    Attributes:
        expressions: at least one, in the order of the file.
        concept: None where the file has none.
        video: what it was cut from; by default the clip itself.
        groups: in the order of the file.
    """

    expressions: tuple[Expression, ...]
    concept: str | None
    video: str
    groups: tuple[str, ...]


Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Row:
    """One expression as the file has it: its own entry, and its clip's."""

    clip: str
    expression_id: str
    own: Entry
    shared: Entry


def read_mapped_expressions(
    path: Path, keys: ExpressionKeys, target: int | None
) -> dict[str, MappedClip]:
    """Read the file; clips are sorted by name.

    Args:
        path: the file.
        keys: how it calls things.
        target: the label of every target, or None where the file says it.

    Raises:
        DataError: missing, not of that form, a key is missing, a name is not safe as a file name,
            or a clip contradicts itself; names the place.
    """
    rows: dict[str, list[_Row]] = {}
    for row in (_nested if keys.form == "nested" else _table)(path, keys):
        _require_folder_name(path, row.clip)
        rows.setdefault(row.clip, []).append(row)
    if not rows:
        raise DataError(path, "holds no expressions")
    return {clip: _clip(path, keys, target, rows[clip]) for clip in sorted(rows)}


def _nested(path: Path, keys: ExpressionKeys) -> Iterator[_Row]:
    document = read_json(path)
    clips = _object(path, _member(path, document, keys.clips, "the file"), f"{keys.clips!r}")
    for clip, entry in clips.items():
        where = f"clip {clip[:60]}"
        listed = _member(path, entry, keys.expressions, where)
        if isinstance(listed, list):
            listed = {str(place): each for place, each in enumerate(listed)}
        found = _object(path, listed, f"{where}: {keys.expressions!r}")
        if not found:
            raise DataError(path, f"{where} has no expressions")
        for key, value in found.items():
            own = {keys.text: value} if isinstance(value, str) else value
            yield _Row(clip, key, _object(path, own, f"{where}, expression {key[:60]}"), entry)


def _table(path: Path, keys: ExpressionKeys) -> Iterator[_Row]:
    counted: dict[str, int] = {}
    for number, entry in enumerate(_lines(path), 1):
        where = f"expression {number} of the table"
        clip = _text(path, entry, keys.clip, where)
        place = counted[clip] = counted.get(clip, -1) + 1
        expression_id = str(place) if keys.id is None else _text(path, entry, keys.id, where)
        yield _Row(clip, expression_id, entry, entry)


def _lines(path: Path) -> Iterator[Entry]:
    if path.suffix.lower() == ".json":
        listed = read_json(path)
        if not isinstance(listed, list):
            raise DataError(path, "expected a list of objects, one an expression")
        for number, entry in enumerate(listed, 1):
            yield _object(path, entry, f"expression {number} of the table")
        return
    try:
        text = read_file(path).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = reader.fieldnames or []
        if len(set(names)) != len(names):
            raise DataError(path, f"two columns have one name; the first line is {names}")
        for line in reader:
            if None in line or None in line.values():
                raise DataError(path, f"line {reader.line_num} does not have {len(names)} columns")
            yield line
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(path, f"not a CSV file in UTF-8: {error}") from error


def _clip(path: Path, keys: ExpressionKeys, target: int | None, rows: list[_Row]) -> MappedClip:
    name, found = rows[0].clip, {}
    for row in rows:
        expression = _expression(path, keys, target, row)
        if expression.expression_id in found:
            raise DataError(path, f"clip {name} has expression {row.expression_id} twice")
        found[expression.expression_id] = expression
    facts = {_facts(path, keys, row) for row in rows}
    if len(facts) > 1:
        raise DataError(path, f"clip {name}: its lines differ in concept, video or groups")
    concept, video, groups = facts.pop()
    return MappedClip(tuple(found.values()), concept, video or name, groups)


def _expression(path: Path, keys: ExpressionKeys, target: int | None, row: _Row) -> Expression:
    where = f"clip {row.clip}, expression {row.expression_id[:60]}"
    try:
        require_safe_name(row.expression_id, f"expression id of clip {row.clip}")
    except DataError as error:
        raise DataError(path, error.message) from error
    label = str(target) if keys.target is None else _text(path, row.own, keys.target, where)
    if not label.isascii() or not label.isdigit() or int(label[:4]) > 255:
        raise DataError(path, f"{where}: {keys.target!r} is {label[:20]!r}; expected a label")
    annotator = None if keys.annotator is None else _text(path, row.own, keys.annotator, where)
    text = _text(path, row.own, keys.text, where)
    return Expression(row.expression_id, text, str(int(label)), annotator)


def _facts(
    path: Path, keys: ExpressionKeys, row: _Row
) -> tuple[str | None, str | None, tuple[str, ...]]:
    where = f"clip {row.clip}"
    concept, video = (
        None if key is None else _text(path, row.shared, key, where)
        for key in (keys.concept, keys.video)
    )
    if keys.groups is None:
        return concept, video, ()
    groups = _member(path, row.shared, keys.groups, where)
    if isinstance(groups, str):
        groups = [group.strip() for group in groups.split(_BETWEEN_GROUPS) if group.strip()]
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise DataError(path, f"{where}: {keys.groups!r} is no text and no list of texts")
    return concept, video, tuple(groups)


def _member(path: Path, entry: Any, key: str, where: str) -> Any:  # noqa: ANN401 - JSON
    if key == "":
        return entry
    found = _object(path, entry, where)
    if key not in found:
        listed = ", ".join(list(map(repr, found))[:6]) or "nothing"
        raise DataError(path, f"{where} has no {key!r}; it has {listed}")
    return found[key]


def _text(path: Path, entry: Entry, key: str, where: str) -> str:
    value = _member(path, entry, key, where)
    text = str(value).strip() if isinstance(value, str | int) else ""
    if not text:
        raise DataError(path, f"{where}: {key!r} is {value!r:.40}; expected a text")
    return text


def _object(path: Path, value: Any, where: str) -> Entry:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        raise DataError(path, f"{where} is no JSON object")
    return value


def _require_folder_name(path: Path, clip: str) -> None:
    """Raise ``DataError`` unless a clip's name is the name of one folder."""
    if clip in ("", ".", "..") or any(mark in clip for mark in "/\\\0"):
        raise DataError(path, f"{clip[:60]!r} is no name of a clip's folder")
