"""A store that lies where nothing can be written: SQLite usually writes beside what it reads."""

from pathlib import Path

from refvps.errors import CollectError

COPY_IT = (
    "it cannot be brought up to date here, where nothing can be written; copy the folder to where "
    "you can write, and run the same command there"
)


def address_as_it_is(path: Path) -> str:
    """Return the address by which SQLite reads a file and nothing beside it.

    Raises:
        CollectError: the latest changes are beside the file, and would be missed.
    """
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size:
        raise CollectError(f"{path}: its latest changes are still in {log.name}; {COPY_IT}")
    return f"{path.absolute().as_uri()}?immutable=1"
