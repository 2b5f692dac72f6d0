"""Looks through folders for what should be gone: names, contents, whole files by digest."""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from refvps.takedown.place import Traces

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".mp4", ".webm", ".npy", ".pdf"})
"""Files whose bytes hold no words; they are compared by digest alone."""

_DIGEST = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_HEX = re.compile(r"[0-9a-f]{64}")
_EDGE = "A-Za-z0-9_-"


def scan(folders: Iterable[Path], traces: Traces) -> Iterator[str]:
    """Yield every file that still holds a trace: its path and what was found.

    Words count where they stand alone: ``clip-1`` is not found in ``clip-10``. Gzip is unpacked.
    Databases are read as they lie on the disk, deleted pages and logs included.

    Args:
        folders: each is searched with all below it; one that is not there is none.
        traces: what should be gone.
    """
    finder = _Finder(traces)
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            found = finder.in_name(path.relative_to(folder)) or (
                finder.in_file(path) if path.is_file() and not path.is_symlink() else None
            )
            if found:
                yield f"{path}: {found}"


def count_files(folders: Iterable[Path]) -> int:
    """Return how many files a scan reads."""
    return sum(path.is_file() for folder in folders for path in folder.rglob("*"))


class _Finder:
    def __init__(self, traces: Traces) -> None:
        self._digests = {word.encode() for word in traces.words if _HEX.fullmatch(word)}
        self._files = traces.files
        words = sorted(word for word in traces.words if not _HEX.fullmatch(word))
        forms = sorted({form for word in words for form in _forms(word)})
        listed = b"|".join(re.escape(form) for form in forms)
        edge = _EDGE.encode()
        whole = rb"(?<![" + edge + rb"])(?:" + listed + rb")(?![" + edge + rb"])"
        self._words = re.compile(whole) if forms else None

    def in_name(self, path: Path) -> str | None:
        """Return what a name gives away; the ending counts as apart."""
        for part in path.parts:
            stem = part.encode()
            if self._words is not None and (found := self._words.search(stem)):
                return f"named after {found.group().decode()!r}"
            digest = next((each for each in self._digests if each in stem), None)
            if digest is not None:
                return f"named by the digest {digest.decode()[:12]}…"
        return None

    def in_file(self, path: Path) -> str | None:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() in self._files:
            return "is a file that should be gone"
        if path.suffix.lower() in PICTURES:
            return None
        if content.startswith(b"\x1f\x8b"):
            content = _unpacked(content)
        if self._words is not None and (found := self._words.search(content)):
            return f"holds {found.group().decode('utf-8', 'replace')!r}"
        held = next((d for d in _DIGEST.findall(content) if d in self._digests), None)
        return None if held is None else f"holds the digest {held.decode()[:12]}…"


def _forms(word: str) -> tuple[bytes, ...]:
    """Return a word as it may be written: as it is, and as JSON escapes it."""
    plain = json.dumps(word, ensure_ascii=False)[1:-1]
    return word.encode(), plain.encode(), json.dumps(word)[1:-1].encode()


def _unpacked(content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return content
