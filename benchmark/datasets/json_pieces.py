"""A large JSON file read member by member, so that it is never held in memory as a whole."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from json import JSONDecoder
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
_AT_ONCE = 1 << 22
"""Bytes read at once, at least."""

Read = Callable[[int], bytes]
"""Returns so many bytes more, fewer where they end, as a file's ``read`` does."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One value of a JSON text.

    Attributes:
        key: the member of the outermost object it is, or is an item of.
        item: whether it is one item of that member's list.
        value: what it holds.
        start: where its bytes begin.
        end: one past its last byte.
    """

    key: str
    item: bool
    value: Any
    start: int
    end: int


def json_pieces(read: Read, listed: str) -> Iterator[Piece]:
    """Yield the members of a JSON object, the items of one of them one by one.

    Args:
        read: gives the text of the object, in UTF-8, which is read to its end.
        listed: the member whose list is yielded item by item.

    Raises:
        ValueError: it is no JSON object, or the member is no list; the message says where.
    """
    reader = _Reader(read)
    for _ in reader.between("{", "}"):
        key, _, _ = reader.value()
        if not isinstance(key, str):
            raise ValueError(f"expected a key before byte {reader.place}")  # noqa: TRY004 - of a text
        reader.take(":")
        if key == listed:
            for _ in reader.between("[", "]"):
                yield Piece(key, True, *reader.value())
        else:
            yield Piece(key, False, *reader.value())
    if reader.peek():
        raise ValueError(f"expected the end of the file at byte {reader.place}")


class _Reader:
    """Reads tokens through a window whose characters are the bytes of the file.

    Read byte for byte: what structures JSON is ASCII, and places are then those of bytes.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._decode = JSONDecoder().raw_decode
        self._window, self._first, self._at = "", 0, 0

    @property
    def place(self) -> int:
        """The byte that comes next."""
        return self._first + self._at

    def peek(self) -> str:
        """Return the next character that is no space, or nothing at the end."""
        while True:
            found = _SPACE.match(self._window, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._window) or not self._more():
                return self._window[self._at : self._at + 1]

    def take(self, mark: str) -> None:
        if self.peek() != mark:
            raise ValueError(f"expected {mark!r} at byte {self.place}")
        self._at += 1

    def between(self, opening: str, closing: str) -> Iterator[None]:
        """Stop at every item between two marks, with commas between items."""
        self.take(opening)
        closed = self.peek() == closing
        while not closed:
            yield
            closed = self.peek() == closing
            if not closed:
                self.take(",")
        self.take(closing)

    def value(self) -> tuple[Any, int, int]:
        """Return the next value, where it begins, and where it ends."""
        self.peek()
        value, end = self._whole()
        text, start = self._window[self._at : end], self.place
        self._at = end
        if not text.isascii():
            value = json.loads(text.encode("latin-1"))
        return value, start, self.place

    def _whole(self) -> tuple[Any, int]:
        """Return the next value and its end in the window, which grows until it holds all of it."""
        while True:
            try:
                value, end = self._decode(self._window, self._at)
            except RecursionError as error:
                raise ValueError(f"is nested too deeply at byte {self.place}") from error
            except json.JSONDecodeError as error:
                if not self._more():
                    place = self._first + error.pos
                    raise ValueError(f"{error.msg} at byte {place}") from error
                continue
            # A number that ends with the window may go on after it.
            if end < len(self._window) or not self._more():
                return value, end

    def _more(self) -> bool:
        """Drop what has been read and look farther; return whether there is more."""
        left = self._window[self._at :]
        found = self._read(max(_AT_ONCE, len(left)))
        self._window, self._first, self._at = left + found.decode("latin-1"), self.place, 0
        return bool(found)
