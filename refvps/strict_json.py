"""JSON whose repeated keys are noticed; the standard reader keeps the last in silence."""

import json
from pathlib import Path
from typing import Any

from refvps.errors import DataError
from refvps.mask_png import read_file


def parse_json(content: bytes) -> tuple[Any, tuple[str, ...]]:
    """Return the value of a JSON text and the keys that occur twice in one object.

    Raises:
        ValueError: it is not JSON in UTF-8; the message says where.

    >>> parse_json(b'{"a": 1, "a": 2}')
    ({'a': 2}, ('a',))
    """
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                repeated.append(key)
            seen[key] = value
        return seen

    try:
        return json.loads(content.decode(), object_pairs_hook=collect), tuple(repeated)
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error


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
