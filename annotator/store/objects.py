"""Planes by content: a file is named by the SHA-256 of its bytes and never changes."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from refvps import atomic
from refvps.errors import DataError
from refvps.mask_png import read_file

_DIGEST = re.compile(r"[0-9a-f]{64}")


class ObjectStore:
    """A folder of immutable files, ``ab/<sha256>.png``.

    Args:
        folder: made when the first object is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store bytes and return their digest, once they have reached the disk.

        Raises:
            DataError: the disk is full, or cannot be written.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not self._has(path, len(content)):
            atomic.write_bytes(path, content)
            # The folder's own name has to last, too; it is new once in 256 objects.
            atomic.sync_folder(self.folder)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of an object.

        Raises:
            DataError: it is missing, or its content is not what its name says.
        """
        path = self.path(digest)
        content = read_file(path)
        if hashlib.sha256(content).hexdigest() != digest:
            raise DataError(path, "was changed: its content is not what its name says; restore it")
        return content

    def has(self, digest: str) -> bool:
        """Return whether there is an object of a name; a text that is no digest names none."""
        return bool(_DIGEST.fullmatch(digest)) and self.path(digest).is_file()

    def paths(self) -> Iterator[Path]:
        """Yield the files of all objects."""
        for path in self.folder.glob("??/*.png"):
            if _DIGEST.fullmatch(path.stem):
                yield path

    def path(self, digest: str) -> Path:
        """Return where an object lies.

        Raises:
            DataError: the text is no digest.
        """
        if not _DIGEST.fullmatch(digest):
            raise DataError(repr(digest[:80]), "is no digest: expected 64 hexadecimal digits")
        return self.folder / digest[:2] / f"{digest}.png"

    def _has(self, path: Path, size: int) -> bool:
        try:
            return os.stat(path).st_size == size  # noqa: PTH116 - one call, on the way of a save
        except OSError:
            return False
