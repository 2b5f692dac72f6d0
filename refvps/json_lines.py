"""Files of one JSON object a line."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from refvps.errors import DataError
from refvps.mask_png import read_file
from refvps.strict_json import parse_json


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file; none where there is no file.

    Raises:
        DataError: a line is no JSON object; names it.
    """
    if not path.is_file():
        return []
    try:
        # Not splitlines, which also splits at characters that JSON texts may hold.
        lines = read_file(path).decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(path, f"is no UTF-8 text: {error}") from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value, _ = parse_json(line.encode())
        except ValueError as error:
            raise DataError(path, f"line {number}: not valid JSON: {error}") from error
        if not isinstance(value, dict):
            raise DataError(path, f"line {number}: expected a JSON object")
        found.append(value)
    return found


def json_lines(objects: Iterable[Mapping[str, Any]]) -> str:
    """Return objects as text, one a line."""
    return "".join(f"{json.dumps(dict(each), ensure_ascii=False)}\n" for each in objects)
