"""Text files that people and other programs wrote: their rows and objects, each with its line."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from refvps import atomic
from refvps.errors import DataError

_HALF = re.compile("[\ud800-\udfff]")


def plain(value: object) -> str:
    """Return a value as text that UTF-8 can hold; None as none.

    Halves of surrogate pairs, which cut titles and names of files that are no UTF-8 leave behind,
    become U+FFFD.

    >>> plain("ice " + chr(0xD83D)), plain(None), plain(7)
    ('ice \ufffd', '', '7')
    """
    return "" if value is None else _HALF.sub("\ufffd", str(value))


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        DataError: it is missing, or not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(path, f"cannot be read as UTF-8 text: {error}") from error


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield every line that is not blank, with its number from 1.

    Only line feeds end lines: JSON texts may hold the other characters that ``splitlines`` takes.
    """
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            yield number, line.strip()


def objects(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the JSON object of every line.

    Raises:
        DataError: a line is none; names it.
    """
    for number, line in lines(path):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(path, f"line {number}: not valid JSON: {error}") from error
        if not isinstance(found, dict):
            raise DataError(path, f"line {number}: expected an object; found {line[:40]}")
        yield number, found


def rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows of a CSV file with a header; the number is that of a row's last line.

    Raises:
        DataError: it is no CSV.
    """
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
    try:
        for row in reader:
            # What stands behind the last column has no name; a row may end before it.
            named = {key: value for key, value in row.items() if key is not None and value}
            yield reader.line_num, named
    except csv.Error as error:
        raise DataError(path, f"line {reader.reader.line_num}: not valid CSV: {error}") from error


def write_private(path: Path, said: Mapping[str, Any]) -> None:
    """Write what somebody else said, as it was said: ASCII, so that anything in it can be kept.

    Raises:
        DataError: it is nested too deeply, or the file cannot be written.
    """
    try:
        text = json.dumps(dict(said), default=str)
    except RecursionError as error:
        raise DataError(path, "cannot be written: what is to be kept nests too deeply") from error
    atomic.write_text(path, text + "\n")
