"""A large JSON file read member by member, so that it is never held as objects as a whole."""

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from json import JSONDecoder
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")


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


def json_pieces(content: bytes, listed: str) -> Iterator[Piece]:
    """Yield the members of a JSON object, the items of one of them one by one.

    Args:
        content: the text of the object, in UTF-8.
        listed: the member whose list is yielded item by item.

    Raises:
        ValueError: it is no JSON object, or the member is no list; the message says where.
    """
    # Read byte for byte: what structures JSON is ASCII, and places are then those of bytes.
    reader = _Reader(content, content.decode("latin-1"))
    place = reader.after(0, "{")
    closed = reader.peek(place) == "}"
    place += closed
    while not closed:
        key, place = reader.value(place)
        if not isinstance(key, str):
            raise ValueError(f"expected a key at byte {place}")  # noqa: TRY004 - of a text
        place = reader.after(place, ":")
        if key == listed:
            place = yield from _items(reader, place, key)
        else:
            start = place
            value, place = reader.value(start)
            yield Piece(key, False, value, start, place)
        closed, place = reader.ends(place, "}")
    reader.require_end(place)


def _items(reader: "_Reader", place: int, key: str) -> Generator[Piece, None, int]:
    place = reader.after(place, "[")
    if reader.peek(place) == "]":
        return place + 1
    closed = False
    while not closed:
        start = reader.skipped(place)
        value, place = reader.value(start)
        yield Piece(key, True, value, start, place)
        closed, place = reader.ends(place, "]")
    return place


class _Reader:
    """Reads tokens of a text whose characters are the bytes of the file."""

    def __init__(self, content: bytes, text: str) -> None:
        self._content, self._text = content, text
        self._decode = JSONDecoder().raw_decode

    def skipped(self, place: int) -> int:
        found = _SPACE.match(self._text, place)
        return found.end() if found else place

    def peek(self, place: int) -> str:
        place = self.skipped(place)
        return self._text[place : place + 1]

    def after(self, place: int, mark: str) -> int:
        place = self.skipped(place)
        if not self._text.startswith(mark, place):
            raise ValueError(f"expected {mark!r} at byte {place}")
        return self.skipped(place + 1)

    def ends(self, place: int, closing: str) -> tuple[bool, int]:
        """Return whether the closing mark comes next, or a comma, and where to go on."""
        if self.peek(place) == closing:
            return True, self.skipped(place) + 1
        return False, self.after(place, ",")

    def value(self, place: int) -> tuple[Any, int]:
        place = self.skipped(place)
        try:
            value, end = self._decode(self._text, place)
        except StopIteration as error:
            raise ValueError(f"expected a value at byte {place}") from error
        except RecursionError as error:
            raise ValueError(f"is nested too deeply at byte {place}") from error
        except json.JSONDecodeError as error:
            raise ValueError(f"{error.msg} at byte {error.pos}") from error
        piece = self._content[place:end]
        return (value if piece.isascii() else json.loads(piece)), end

    def require_end(self, place: int) -> None:
        if self.peek(place):
            raise ValueError(f"expected the end of the file at byte {self.skipped(place)}")
