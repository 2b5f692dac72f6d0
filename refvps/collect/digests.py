"""Digests of values and files."""

import hashlib
import json
from pathlib import Path
from typing import Any


def value_digest(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the SHA-256 of a JSON value, the same for any order of keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
