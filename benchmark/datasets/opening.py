"""What opening a data set made elsewhere checks, so that nothing is found out hours later."""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from refvps.errors import ConfigError, DataError
from refvps.protocols import DatasetSource


@dataclass(frozen=True, slots=True)
class Expected:
    """How many of something a data set has.

    Attributes:
        what: what is counted, in the plural.
        count: how many there must be.
        option: the option of the data set that asks for another count.
    """

    what: str
    count: int
    option: str


def require_root(source: DatasetSource, name: str) -> Path:
    """Return the folder of a data set.

    Raises:
        ConfigError: it is not known.
        DataError: there is no such folder.
    """
    if source.root is None:
        raise ConfigError(
            f"the folder of data set {name!r} is not known: give --root DIR, or write "
            f'[datasets.{name}] root = "DIR" in refvps.toml'
        )
    if not source.root.is_dir():
        raise DataError(source.root, f"folder is missing; expected data set {name!r}")
    return source.root


def require_count(path: Path, found: int, expected: Expected) -> None:
    """Raise ``DataError`` unless there are as many as expected."""
    if found != expected.count:
        raise DataError(
            path,
            f"leaves {found} {expected.what}; expected {expected.count}: get the official files, "
            f"or open another version with the option {expected.option}={found}",
        )


def require_files(folder: Path, video_id: str, names: Iterable[str], suffix: str) -> None:
    """Raise ``DataError`` naming the first ``folder/VIDEO/NAME + suffix`` that is not there."""
    home = folder / video_id
    try:
        present = set(os.listdir(home))  # noqa: PTH208 - names alone are wanted, and many
    except OSError as error:
        raise DataError(home, f"cannot be read: {error.strerror or error}") from error
    absent = [name for name in names if f"{name}{suffix}" not in present]
    if absent:
        more = f" (and {len(absent) - 1} more of this video)" if len(absent) > 1 else ""
        raise DataError(home / f"{absent[0]}{suffix}", f"file is missing{more}")


def first_folder(candidates: Sequence[Path], what: str) -> Path:
    """Return the first folder that is there.

    Raises:
        DataError: none is; the first is named, which is where it should be.
    """
    for folder in candidates:
        if folder.is_dir():
            return folder
    others = ", ".join(str(folder) for folder in candidates[1:])
    also = f"; looked at {others} too" if others else ""
    raise DataError(candidates[0], f"folder of {what} is missing{also}")


def digest_of(files: Mapping[str, Path], named: Iterable[str]) -> str:
    """Return the digest of a data set: SHA-256 over one line a file, sorted by path.

    Frames are too many to hash at every start, so they count by name: a data set whose
    annotations and frame names are the same has the same digest.

    Args:
        files: files that are hashed, by their path in the data set: ``HEX  PATH``.
        named: paths of files that are named only: ``-  PATH``.

    Raises:
        DataError: a file cannot be read.
    """
    lines = [f"-  {path}\n" for path in named]
    for name, path in files.items():
        try:
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}\n")
        except OSError as error:
            raise DataError(path, f"cannot be read: {error.strerror or error}") from error
    lines.sort(key=lambda line: line.partition("  ")[2])
    return hashlib.sha256("".join(lines).encode()).hexdigest()
