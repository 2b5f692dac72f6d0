"""The digest that names the data of a release.

It is SHA-256 over one line ``HEX  PATH`` a file, sorted by path, of every file of the release but
``checksums.sha256``; ``release.json`` counts in canonical form (sorted keys, no white space)
without its own ``digest``. All lines but that of ``release.json`` stand in ``checksums.sha256``,
which ``sha256sum -c`` reads.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from refvps.errors import DataError
from refvps.mask_png import read_file
from refvps.release.schema import CHECKSUMS, HEADER, LOCAL, ReleaseHeader, header_document

Checksums = Mapping[str, str]
"""SHA-256 in hexadecimal by path below the release, ``/`` between folders."""


def dataset_digest(checksums: Checksums, header: ReleaseHeader) -> str:
    """Return the digest of a release from its checksums and its header."""
    body = header_document(header)
    del body["digest"]
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    of_header = hashlib.sha256(canonical.encode()).hexdigest()
    return hashlib.sha256(format_checksums({**checksums, HEADER: of_header})).hexdigest()


def format_checksums(checksums: Checksums) -> bytes:
    """Return the content of ``checksums.sha256``."""
    return "".join(f"{checksums[path]}  {path}\n" for path in sorted(checksums)).encode()


def parse_checksums(path: Path) -> dict[str, str]:
    """Read ``checksums.sha256``.

    Raises:
        DataError: missing or malformed; names the line.
    """
    found: dict[str, str] = {}
    try:
        # Not splitlines, which also splits at characters that a path may hold.
        lines = read_file(path).decode().split("\n")
    except UnicodeDecodeError as error:
        raise DataError(path, f"is no UTF-8 text ({error})") from error
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        digest, separator, name = line.partition("  ")
        if not separator or len(digest) != 64 or name in found:
            raise DataError(path, f"line {number}: expected 'SHA256  PATH', each path once")
        found[name] = digest
    return found


def hash_files(root: Path) -> dict[str, str]:
    """Return the checksums of every file below a release, read from the disk."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).as_posix() not in (HEADER, CHECKSUMS, *LOCAL)
    }
