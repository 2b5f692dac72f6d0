"""Files that are either the old one or the whole new one, whatever happens in between."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from refvps.errors import DataError

TEMPORARY_PREFIX = ".partial-"
"""Starts the name of every file or folder that is not finished; readers skip it."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that a kill, a crash or a full disk leaves the old one or none.

    The content goes to a temporary file beside ``path``, reaches the disk, and takes the name in
    one step. Missing folders are made.

    Raises:
        DataError: the file cannot be written; nothing of it is left.
    """
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise DataError(path, f"cannot be written: {error.strerror or error}") from error


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file atomically; see ``write_bytes``."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:  # noqa: ANN401 - JSON is any of its types
    """Write JSON atomically, indented, non-ASCII as itself, keys in the order given."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``, for what is written piece by piece.

    The file written there takes the name ``path`` when the block ends well, after it has reached
    the disk; if the block raises, nothing of it is left. Missing folders are made.

    Raises:
        DataError: the folder cannot be made, or the file cannot be renamed.
    """
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise DataError(path, f"cannot be written: {error.strerror or error}") from error


@contextmanager
def new_folder(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a temporary folder that becomes ``path`` when the block ends well.

    If ``path`` has appeared meanwhile, made by another process, that one stays and the temporary
    one is removed, unless ``replace`` asks for the new one; if the block raises, the temporary one
    is removed.

    Raises:
        DataError: the folder cannot be made or renamed.
    """
    import shutil

    temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}")
    try:
        temporary.mkdir(parents=True)
    except OSError as error:
        raise DataError(path, f"cannot be made: {error.strerror or error}") from error
    try:
        yield temporary
        for folder in (temporary, *(p for p in temporary.rglob("*") if p.is_dir())):
            sync_folder(folder)
        old = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}")
        try:
            if replace and path.is_dir():
                path.rename(old)
            temporary.rename(path)
        except OSError as error:
            if old.is_dir():
                old.rename(path)
            if replace or not path.is_dir():
                raise DataError(path, f"cannot be made: {error.strerror or error}") from error
        else:
            sync_folder(path.parent)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_within(folder: Path, name: str, content: bytes) -> None:
    """Write a file of a folder that has no name of its own yet; see ``new_folder``.

    It reaches the disk, and must not be there already.

    Raises:
        DataError: the file cannot be written.
    """
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DataError(path, f"cannot be written: {error.strerror or error}") from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder reach the disk, where the system can."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
