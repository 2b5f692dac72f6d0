"""Values kept as long as they fit, the longest unused given up first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Anything that knows its size."""

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        ...


V = TypeVar("V", bound=Sized)


class ByteCache(Generic[V]):
    """Holds at most so many bytes; a value that is larger than that is not kept at all.

    Args:
        most: bytes.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self.held = 0

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Return a value, made if it is not held."""
        found = self._values.get(key)
        if found is not None:
            self._values.move_to_end(key)
            return found
        made = make()
        if made.nbytes <= self.most:
            while self.held + made.nbytes > self.most:
                self.held -= self._values.popitem(last=False)[1].nbytes
            self._values[key] = made
            self.held += made.nbytes
        return made

    def find(self, key: Hashable) -> V | None:
        """Return a value if it is held."""
        return self._values.get(key)

    def drop(self, unwanted: Callable[[Hashable], bool]) -> None:
        """Give up every value whose key is unwanted."""
        for key in [key for key in self._values if unwanted(key)]:
            self.held -= self._values.pop(key).nbytes
