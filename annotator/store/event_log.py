"""A file that only grows: one JSON object a line, on the disk before anybody hears of it."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from refvps import atomic
from refvps.errors import DataError

Event = Mapping[str, Any]
VERSION = 1


class EventLog:
    """Appends events; one writer at a time, which its owner sees to.

    A last line that a crash left unfinished is not read, and is cut off before the first event is
    appended; opening changes nothing, since somebody may look while another process writes.

    Args:
        path: the file; made when the first event is appended.

    Raises:
        DataError: the file cannot be read or cut.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = _whole_lines(path)
        self._cut = False

    def append(self, events: Sequence[Event]) -> None:
        """Append events, whole or not at all, and return once they have reached the disk.

        Raises:
            DataError: the disk is full; nothing of them stays in the file.
        """
        if not events:
            return
        lines = "".join(
            json.dumps({"v": VERSION, **event}, ensure_ascii=False, allow_nan=False) + "\n"
            for event in events
        ).encode()
        is_new = self._size == 0
        try:
            self._cut_torn_line()
            with self._path.open("ab") as file:
                try:
                    file.write(lines)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(self._size)
                    os.fsync(file.fileno())
                    raise
            if is_new:
                atomic.sync_folder(self._path.parent)
        except OSError as error:
            problem = f"cannot be written: {error.strerror or error}"
            raise DataError(self._path, problem) from error
        self._size += len(lines)

    def _cut_torn_line(self) -> None:
        if not self._cut and self._path.exists():
            os.truncate(self._path, self._size)
        self._cut = True

    def take_back(self, size: int) -> None:
        """Cut the file to an earlier size, where what was announced did not come about.

        Raises:
            DataError: it cannot be cut.
        """
        try:
            os.truncate(self._path, size)
        except OSError as error:
            problem = f"cannot be cut: {error.strerror or error}"
            raise DataError(self._path, problem) from error
        self._size = size

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._size

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield the events, oldest first; see ``read_events``."""
        return read_events(self._path)


def read_events(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of a file, oldest first; a last line that is unfinished is left out.

    Raises:
        DataError: another line is no JSON object.
    """
    if not path.is_file():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return
            try:
                event = json.loads(line)
            except ValueError as error:
                raise DataError(path, f"line {number} is not JSON; restore the file") from error
            if not isinstance(event, dict):
                raise DataError(path, f"line {number} is no JSON object; restore the file")
            yield event


def _whole_lines(path: Path) -> int:
    """Return how many bytes a file has up to the end of its last whole line."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            while end:
                start = max(0, end - 65536)
                file.seek(start)
                found = file.read(end - start).rfind(b"\n")
                if found >= 0:
                    end = start + found + 1
                    break
                end = start
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise DataError(path, f"cannot be read: {error.strerror or error}") from error
    return end
