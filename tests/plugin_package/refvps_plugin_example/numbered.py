"""A source of videos whose addresses are counted: {"first": 1, "last": 3, "address": "https://…/{}.mp4"}."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from refvps.collect.config import checked
from refvps.collect.sources.source import Found, Page, SourceContext, found_at


class NumberedOptions(BaseModel):
    """Options of ``numbered``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    address: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Numbered:
    given: NumberedOptions

    @property
    def basis(self) -> str:
        return "addresses that the operator may ask for"

    def page(self, cursor: str | None) -> Page:
        """Two addresses a page, so that a listing can be cut off and gone on with."""
        start = int(cursor or self.given.first)
        stop = min(start + 2, self.given.last + 1)
        found = tuple(self._found(number) for number in range(start, stop))
        return Page(found, str(stop) if stop <= self.given.last else None)

    def _found(self, number: int) -> Found:
        return found_at(self.given.address.format(number), title=f"number {number}")


def load(options: Mapping[str, Any], context: SourceContext) -> Numbered:
    return Numbered(checked(NumberedOptions, options, "source numbered"))
