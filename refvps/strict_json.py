"""JSON whose repeated keys are noticed; the standard reader keeps the last in silence."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from refvps.errors import DataError
from refvps.mask_png import read_file


def parse_json(content: bytes) -> tuple[Any, tuple[str, ...]]:
    """Return the value of a JSON text and the places of keys that occur twice in one object.

    Raises:
        ValueError: it is not JSON in UTF-8; the message says where.

    >>> parse_json(b'{"x": {"a": 1, "a": 2}}')
    ({'x': {'a': 2}}, ('x.a',))
    """
    repeated: list[tuple[dict[str, Any], str]] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                repeated.append((seen, key))
            seen[key] = value
        return seen

    try:
        value = json.loads(content.decode(), object_pairs_hook=collect)
        places = dict(_places(value, "")) if repeated else {}
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    _require_text(content, value)
    # An object that was itself replaced by a later one of its key has no place any more.
    return value, tuple(places.get(id(owner), "") + key for owner, key in repeated)


def _require_text(content: bytes, value: Any) -> None:  # noqa: ANN401 - JSON
    if b"\\u" in content:  # else there is no surrogate, alone or in a pair
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError("holds half of a surrogate pair, which is no character") from error


def _places(value: Any, prefix: str) -> Iterator[tuple[int, str]]:  # noqa: ANN401 - JSON
    """Yield the identity of every object in a JSON value, with the path that leads into it."""
    if isinstance(value, dict):
        yield id(value), prefix
        for key, item in value.items():
            yield from _places(item, f"{prefix}{key}.")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, f"{prefix}{index}.")


def read_json(path: Path) -> Any:  # noqa: ANN401 - JSON is any of its types
    """Read a JSON file.

    Raises:
        DataError: missing, empty, not JSON (names line and column), or a key occurs twice.
    """
    content = read_file(path)
    if not content:
        raise DataError(path, "file is empty; expected JSON")
    try:
        value, repeated = parse_json(content)
    except ValueError as error:
        raise DataError(path, f"not valid JSON: {error}") from error
    if repeated:
        raise DataError(path, f"key {repeated[0]!r} occurs twice in one object")
    return value
