"""Where code and weights come from: commits and digests."""

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from refvps.errors import DataError

PIECE = 1 << 22


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder with their names.

    Raises:
        DataError: there is none, or it cannot be read.
    """
    try:
        if path.is_file():
            return _digest_of_file(path)
        if not path.is_dir():
            raise DataError(path, "no such file or folder; expected weights")
        whole = hashlib.sha256()
        for file in _files(path):
            whole.update(f"{file.relative_to(path).as_posix()} {_digest_of_file(file)}\n".encode())
        return whole.hexdigest()
    except OSError as error:
        raise DataError(path, f"cannot be read: {error.strerror or error}") from error


def outline_of(paths: Iterable[Path]) -> str:
    """Return a SHA-256 over names and sizes of all files below some folders; no byte is read."""
    whole = hashlib.sha256()
    for path in paths:
        for file in [path] if path.is_file() else _files(path):
            whole.update(f"{file.relative_to(path.parent)} {file.stat().st_size}\n".encode())
    return whole.hexdigest()


def commit_of(checkout: Path) -> str:
    """Return the commit of a checkout, and whether its files differ from it; see ``git``."""
    commit = _git(checkout, "rev-parse", "HEAD")
    if not commit:
        return "unknown: not a git checkout"
    changed = _git(checkout, "status", "--porcelain")
    return f"{commit}{' with local changes' if changed else ''}"


def _git(checkout: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(checkout), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest_of_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
