"""Lists that yt-dlp reads: a TikTok collection, a user's page, or anything else it knows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from refvps.collect.config import checked
from refvps.collect.fetch.failures import CLASSES
from refvps.collect.fetch.job import Job
from refvps.collect.sources.source import (
    Found,
    Page,
    SourceContext,
    found_at,
    is_address,
    milliseconds,
)
from refvps.errors import CollectError, ConfigError

PAGE = 120

_COLLECTION = re.compile(r"https://www\.tiktok\.com/@[\w.-]+/collection/[^/?#]+-\d+")
_USER = re.compile(r"tiktokuser:[\w.-]+|https://www\.tiktok\.com/@[\w.-]+")


class ListOptions(BaseModel):
    """Options of ``collection``, ``user`` and ``generic``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    url: str
    most: int = Field(1000, ge=1)
    """So many entries at most."""


@dataclass(frozen=True, slots=True)
class YtdlpList:
    """Entries of a list; yt-dlp reads it from its start for every page."""

    options: ListOptions
    context: SourceContext
    basis: str

    def page(self, cursor: str | None) -> Page:
        """See ``Source.page``."""
        first = int(cursor or 1)
        last = min(first + PAGE - 1, self.options.most)
        answer = self.context.fetcher().do(Job("list", self.options.url, first=first, last=last))
        if answer.error_class == "unsupported_url" and first == 1:
            return Page((found_at(self.options.url),), None, "one video, no list")
        if answer.error_class:
            advice = CLASSES[answer.error_class].advice
            raise CollectError(
                f"{self.options.url}: {answer.error_class}: {answer.message}"
                + (f"; {advice}" if advice else "")
            )
        # A list on the web is nobody's own: what is no address in it stops nothing.
        found = tuple(_found(entry) for entry in answer.entries if is_address(str(entry["url"])))
        left_out = len(answer.entries) - len(found)
        more = len(answer.entries) == last - first + 1 and last < self.options.most
        note = f"{left_out} entries without an address" if left_out else ""
        return Page(found, str(last + 1) if more else None, note)


def load_collection(options: Mapping[str, Any], context: SourceContext) -> YtdlpList:
    """Return the source ``collection``: a public collection that a person filled."""
    given = checked(ListOptions, options, "source collection")
    if not _COLLECTION.match(given.url):
        raise ConfigError(
            "source collection: url: expected https://www.tiktok.com/@USER/collection/NAME-ID; "
            f"found {given.url!r}"
        )
    return YtdlpList(given, context, "posts that a person put into a public collection")


def load_user(options: Mapping[str, Any], context: SourceContext) -> YtdlpList:
    """Return the source ``user``: a profile; fragile upstream."""
    given = checked(ListOptions, options, "source user")
    if not _USER.fullmatch(given.url.rstrip("/")):
        raise ConfigError(
            "source user: url: expected tiktokuser:SECUID or https://www.tiktok.com/@USER; "
            f"found {given.url!r}"
        )
    return YtdlpList(given, context, "posts on a public profile")


def load_generic(options: Mapping[str, Any], context: SourceContext) -> YtdlpList:
    """Return the source ``generic``: any address that yt-dlp knows."""
    given = checked(ListOptions, options, "source generic")
    return YtdlpList(given, context, "an address that the operator chose")


def _found(entry: Mapping[str, Any]) -> Found:
    return found_at(
        str(entry["url"]),
        title=str(entry.get("title") or ""),
        author=str(entry.get("uploader_id") or ""),
        duration_ms=milliseconds(entry.get("duration")),
        raw=entry,
    )
