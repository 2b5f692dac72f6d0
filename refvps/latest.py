"""Keeps what was made last, for callers that ask several times in a row for the same."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Latest(Generic[Key, Value]):
    """One value and its key.

    Scoring asks for the targets of a clip one after the other, and they lie in the same files.
    """

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: dict[Key, Value] = {}

    def of(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return the value of a key, made unless it is the one asked for last."""
        if key not in self._kept:
            # The last one goes first, so that never two of them are in memory.
            self._kept.clear()
            self._kept[key] = make()
        return self._kept[key]
