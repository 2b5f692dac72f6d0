"""The files a figure is written to: checked before any work, written whole or not at all."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from refvps.errors import ConfigError, DataError
from refvps.types import Query


class Format(Enum):
    """What a figure can be written as, by suffix."""

    PNG = ".png"
    PDF = ".pdf"
    MP4 = ".mp4"


@dataclass(frozen=True, slots=True)
class Output:
    """A file to write, and its format."""

    path: Path
    format: Format


def check_outputs(paths: Sequence[Path]) -> tuple[Output, ...]:
    """Return the files to write, after checking that they can be.

    Raises:
        ConfigError: a suffix that is not known, or a file named twice.
        DataError: a folder stands there, or the folder for it cannot be written to.
    """
    known = {item.value: item for item in Format}
    outputs: list[Output] = []
    for path in paths:
        suffix = path.suffix.lower()
        if suffix not in known:
            listed = ", ".join(known)
            raise ConfigError(f"{path}: cannot write {suffix or 'no suffix'}; known: {listed}")
        if path in (output.path for output in outputs):
            raise ConfigError(f"{path}: is given twice in --to")
        _require_writable(path)
        outputs.append(Output(path, known[suffix]))
    return tuple(outputs)


def numbered(path: Path, place: int, count: int) -> Path:
    """Return the path of one of several pages; a single page keeps the name as it is.

    >>> numbered(Path("a/b.png"), 0, 1).name, numbered(Path("a/b.png"), 0, 12).name
    ('b.png', 'b-01.png')
    """
    if count == 1:
        return path
    return path.with_name(f"{path.stem}-{place + 1:0{len(str(count))}}{path.suffix}")


def named(path: Path, query: Query, *, single: bool) -> Path:
    """Return the path of one query's file; a single one keeps the name as it is."""
    if single:
        return path
    name = query.query_id.replace("/", "-")
    return path.with_name(f"{path.stem}-{name}{path.suffix}")


def _require_writable(path: Path) -> None:
    if path.is_dir():
        raise DataError(path, "is a folder; give the name of a file")
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir():
        raise DataError(folder, f"is no folder, so {path.name} cannot be written below it")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataError(folder, f"cannot be written to, so {path.name} has no place; change --to")
