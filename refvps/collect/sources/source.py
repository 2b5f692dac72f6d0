"""What a source is."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from refvps.collect.fetch.client import Fetcher

_TIKTOK_POST = re.compile(r"https?://(?:www\.|m\.)?tiktok\.com/@[^/]*/video/(\d+)")


@dataclass(frozen=True, slots=True)
class Found:
    """A video that a source names.

    Attributes:
        platform: such as "tiktok"; with ``native_id`` it identifies the video for good.
        native_id: the platform's id; safe as a file name.
        url: where it is fetched from.
        concept: what it shows, or None if the configuration says.
        query: the words that found it; empty if none did.
        title: private.
        author: the platform's id of who posted it; private.
        duration_ms: as the platform says.
        posted_at: ISO 8601.
        flags: of "ad", "ai", "sensitive", "duet", "private".
        raw: all that the source said, private.
    """

    platform: str
    native_id: str
    url: str
    concept: str | None = None
    query: str = ""
    title: str = ""
    author: str = ""
    duration_ms: int | None = None
    posted_at: str | None = None
    flags: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Some videos, and where the next page starts: None where there is none."""

    found: tuple[Found, ...]
    cursor: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a source may use.

    Attributes:
        base: the folder that relative paths start from.
        fetcher: starts, when first used, the process that lists with yt-dlp.
        queries: words to look for, with the concept of each.
    """

    base: Path
    fetcher: Callable[[], Fetcher]
    queries: tuple[tuple[str, str], ...] = ()


class Source(Protocol):
    """Names videos, page by page; it downloads no media."""

    @property
    def basis(self) -> str:
        """On what ground this may be collected, for the operator to read and to answer for."""
        ...

    def page(self, cursor: str | None) -> Page:
        """Return the page at a cursor; None is the first. The same cursor gives the same page.

        Raises:
            CollectError: the source cannot go on; what was listed so far is kept.
        """
        ...


class SourceFactory(Protocol):
    """The entry point of a source."""

    def __call__(self, options: Mapping[str, Any], context: SourceContext) -> Source:
        """Return the source.

        Raises:
            ConfigError: unknown options or wrong ones, all named.
        """
        ...


def found_at(url: str, **more: Any) -> Found:  # noqa: ANN401 - fields of Found
    """Return a video at an address: TikTok's by the id of the post, others by their address.

    >>> found_at("https://www.tiktok.com/@somebody/video/7123?lang=en").url
    'https://www.tiktok.com/@_/video/7123'
    """
    post = _TIKTOK_POST.match(url)
    if post:
        return Found("tiktok", post[1], f"https://www.tiktok.com/@_/video/{post[1]}", **more)
    return Found("web", hashlib.sha256(url.encode()).hexdigest()[:24], url, **more)
