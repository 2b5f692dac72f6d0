"""SHA-256 of weights, kept in the cache so that gigabytes are read once."""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from refvps import atomic
from refvps.errors import DataError
from refvps.settings import read_settings

CACHE_FILE = "weight-digests.json"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def digest_of(files: Sequence[Path]) -> str:
    """Return the SHA-256 of one file, or over the sorted names and digests of several."""
    if len(files) == 1:
        return file_digest(files[0])
    lines = sorted(f"{path.name} {file_digest(path)}\n" for path in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file.

    Large files in the hub's cache are named by it; others are read once and remembered by path,
    size and time.
    """
    real = path.resolve()
    if real.parent.name == "blobs" and _SHA256.fullmatch(real.name):
        return real.name
    status = real.stat()
    stamp = f"{real}:{status.st_size}:{status.st_mtime_ns}"
    cache = read_settings().cache_folder / CACHE_FILE
    known = _remembered(cache)
    if stamp not in known:
        with real.open("rb") as file:
            known[stamp] = hashlib.file_digest(file, "sha256").hexdigest()
        with suppress(DataError):  # a cache that cannot be written costs time, no more
            atomic.write_json(cache, known)
    return known[stamp]


def _remembered(cache: Path) -> dict[str, str]:
    try:
        found = json.loads(cache.read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # it is only a cache
    return found if isinstance(found, dict) else {}
