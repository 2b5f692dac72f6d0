"""Copies of stored masks at an address that fsspec reads: a bucket, a server, another disk.

The folder stays what everything works on, with the promises of a file system. Every mask is copied
as soon as it is stored, and at both ends of a run folder and address are levelled: what the one
lacks is copied from the other. So a job on a fresh machine goes on with what others did, and
workers of a cluster need no folder in common.
"""

import gzip
import json
import logging
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from refvps import atomic
from refvps.errors import ConfigError, DataError, MissingExtraError, RefvpsError
from refvps.mask_png import read_file
from refvps.names import is_safe_name
from refvps.predictions.run_file import RUN_FILE, parse_run, read_run, require_same_run

log = logging.getLogger(__name__)

FACTS = ".facts"
_GZIP, _JSON = ".json.gz", ".json"


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of one folder of predictions.

    Attributes:
        address: of a folder, such as ``s3://bucket/preds/rem/demo``.
    """

    address: str

    def keep(self, folder: Path, path: Path) -> None:
        """Copy a stored file; one that cannot be copied is said, and copied by ``level`` later."""
        try:
            self._put(*_opened(self.address), path.relative_to(folder).as_posix(), path)
        except Exception as error:
            log.warning("%s: cannot be copied to %s: %s", path, self.address, error)

    def level(self, folder: Path) -> tuple[int, int]:
        """Copy what one side lacks from the other; return how many came and went.

        Damaged copies are left where they are and said; what they hold is predicted again.

        Raises:
            ConfigError: nothing on this machine reads such an address.
            DataError: the address cannot be read or written.
            ResumeError: other predictions than those of the folder lie there.
        """
        system, root = _opened(self.address)
        try:
            there = _listed(system, root)
            here = _stored(folder)
            _require_same(folder, system, f"{root}/{RUN_FILE}" if RUN_FILE in there else None)
            came = sum(_fetch(system, root, name, folder) for name in sorted(there - here))
            went = sorted(here - there)
            for name in went:
                self._put(system, root, name, folder / name)
        except RefvpsError:
            raise
        except Exception as error:  # errors of an address are of its package's own kinds
            kind = type(error).__name__
            raise DataError(self.address, f"cannot be read or written: {kind}: {error}") from error
        return came, len(went)

    def _put(self, system: Any, root: str, name: str, path: Path) -> None:  # noqa: ANN401
        target, content = PurePosixPath(root, name), read_file(path)
        if "file" in _protocols(system):
            atomic.write_bytes(Path(target), content)
            return
        system.makedirs(str(target.parent), exist_ok=True)
        system.pipe_file(str(target), content)  # an object is there whole or not at all


def _opened(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the folder in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise MissingExtraError("copying to an address", "remote") from error
    try:
        system, root = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise ConfigError(f"{address}: {error}") from error
    return system, root.rstrip("/")


def _protocols(system: Any) -> tuple[str, ...]:  # noqa: ANN401
    found = system.protocol
    return (found,) if isinstance(found, str) else tuple(found)


def _listed(system: Any, root: str) -> set[str]:  # noqa: ANN401
    """Return what lies at an address, of what a folder of predictions holds."""
    system.invalidate_cache()
    if not system.exists(root):
        return set()
    names = (PurePosixPath(path).relative_to(PurePosixPath(root)) for path in system.find(root))
    return {name.as_posix() for name in names if _is_ours(name)}


def _stored(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    found = (path.relative_to(folder) for path in folder.rglob("*.json*") if path.is_file())
    names = (PurePosixPath(path.as_posix()) for path in found)
    return {name.as_posix() for name in names if _is_ours(name)}


def _is_ours(name: PurePosixPath) -> bool:
    """Return whether a name is that of masks, of facts on them, or of the run."""
    parts = name.parts
    if parts == (RUN_FILE,):
        return True
    if parts[0] == FACTS:
        parts = parts[1:]
    return len(parts) == 2 and all(map(is_safe_name, parts)) and parts[1].endswith((_GZIP, _JSON))


def _require_same(folder: Path, system: Any, remote: str | None) -> None:  # noqa: ANN401
    planned = read_run(folder)
    if remote is not None and planned is not None:
        stored = parse_run(remote, system.cat_file(remote))
        require_same_run(Path(remote).parent, stored, planned)


def _fetch(system: Any, root: str, name: str, folder: Path) -> bool:  # noqa: ANN401
    content = system.cat_file(f"{root}/{name}")
    try:
        json.loads(gzip.decompress(content) if name.endswith(_GZIP) else content)
    except (OSError, EOFError, ValueError) as error:
        log.warning("%s/%s: is damaged, and left out: %s", root, name, error)
        return False
    atomic.write_bytes(folder / name, content)
    return True
