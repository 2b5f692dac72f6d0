"""What was removed and shall not come back: salted digests, so that the list names nobody.

Every line carries its own salt, so lists of several places can be put together.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from refvps import atomic
from refvps.errors import DataError
from refvps.json_lines import json_lines, read_json_lines


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One removal.

    Attributes:
        kind: of what: "clip", "candidate", "media".
        salt: 32 hexadecimal digits.
        selector: the salted digest of what it was called.
        reason: why, as whoever removed it said.
        done_at: when, UTC.
    """

    kind: str
    salt: str
    selector: str
    reason: str
    done_at: str

    def names(self, kind: str, value: str) -> bool:
        """Return whether this is the tombstone of something."""
        return kind == self.kind and salted(self.salt, kind, value) == self.selector


def salted(salt: str, kind: str, value: str) -> str:
    """Return the digest by which something that was removed is known again."""
    return hashlib.sha256(f"{salt}\0{kind}\0{value}".encode()).hexdigest()


def bury(kind: str, value: str, reason: str, at: str) -> Tombstone:
    """Return a new tombstone."""
    salt = secrets.token_hex(16)
    return Tombstone(kind, salt, salted(salt, kind, value), reason, at)


def read_tombstones(path: Path) -> tuple[Tombstone, ...]:
    """Return the tombstones of a file; none where there is no file.

    Raises:
        DataError: a line is damaged.
    """
    try:
        return tuple(Tombstone(**line) for line in read_json_lines(path))
    except TypeError as error:
        raise DataError(path, f"a line is no removal ({error}); restore it") from error


def write_tombstones(path: Path, stones: Iterable[Tombstone]) -> None:
    """Write a file of tombstones, whole or not at all."""
    atomic.write_text(path, json_lines(map(asdict, stones)))


def merged(*lists: Sequence[Tombstone]) -> tuple[Tombstone, ...]:
    """Return several lists as one, each tombstone once, in the order of time."""
    found = {(stone.salt, stone.selector): stone for each in lists for stone in each}
    return tuple(sorted(found.values(), key=lambda stone: (stone.done_at, stone.selector)))


def is_buried(stones: Iterable[Tombstone], kind: str, value: str) -> bool:
    """Return whether something was removed."""
    return any(stone.names(kind, value) for stone in stones)


def utc_now() -> str:
    """Return the time of day, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def document(stone: Tombstone) -> dict[str, Any]:
    """Return a tombstone as JSON takes it."""
    return asdict(stone)
