"""Connections to a collection's store, lent to one request at a time."""

import queue
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from refvps.collect.session import open_store
from refvps.collect.store.store import Store


class Stores:
    """Opens a connection where none is idle; an idle one holds no lock and hides no removal.

    Args:
        folder: the collection's, which is there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._idle: queue.SimpleQueue[Store] = queue.SimpleQueue()
        weakref.finalize(self, _close, self._idle)

    @contextmanager
    def lent(self) -> Iterator[Store]:
        """Lend a store for the length of the block.

        Raises:
            DataError: the collection is gone.
        """
        try:
            store = self._idle.get_nowait()
        except queue.Empty:
            store = open_store(self._folder)
        try:
            yield store
        finally:
            self._idle.put(store)


def _close(idle: "queue.SimpleQueue[Store]") -> None:
    while not idle.empty():
        idle.get_nowait().close()
