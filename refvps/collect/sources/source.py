"""What a source is."""

import hashlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from refvps.collect.fetch.client import Fetcher
from refvps.errors import CollectError
from refvps.names import is_safe_name

LOCAL = "local"
"""The platform of files on this machine; of no other does a file have an address."""

_TIKTOK_POST = re.compile(r"https?://(?:www\.|m\.)?tiktok\.com/@[^/]*/video/([0-9]+)")
_PLATFORM = re.compile(r"[a-z0-9]{1,32}")
_NO_ADDRESS = re.compile(r"[\s\x00-\x20\x7f\ud800-\udfff]")
_MOST_URL = 4096
_MOST_SECONDS = 1e7


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

    def __post_init__(self) -> None:
        """Check what names files and what will be asked for.

        Raises:
            CollectError: the address is none, or the id cannot name a file.
        """
        if not (_PLATFORM.fullmatch(self.platform) and is_safe_name(self.native_id)):
            raise CollectError(
                f"platform and id {self.platform[:40]!r}, {self.native_id[:40]!r} cannot be used: "
                "expected lower-case letters and digits, and a name that is safe for files"
            )
        if not is_address(self.url, self.platform):
            raise CollectError(
                f"expected a url that starts with http:// or https://; found {self.url[:80]!r}"
            )
        if not isinstance(self.concept, str | None):
            raise CollectError(f"{self.url}: expected a concept's id; found {self.concept!r}")


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


def is_address(url: str, platform: str = "web") -> bool:
    """Return whether something can be asked for: over HTTP, or a file where files are meant.

    What a list on the web names must never be a file of this machine.

    >>> is_address("https://h.org/a"), is_address("file:///etc/passwd"), is_address("http://a b")
    (True, False, False)
    """
    if len(url) > _MOST_URL or _NO_ADDRESS.search(url):
        return False
    if platform == LOCAL and url.startswith("file:///"):
        return True
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0  # reading the port checks it
    except ValueError:
        return False
    return named and parts.scheme in {"http", "https"}


def milliseconds(seconds: object) -> int | None:
    """Return a length that a source gave; None where it is no length.

    >>> milliseconds("7.5"), milliseconds("abc"), milliseconds(float("inf"))
    (7500, None, None)
    """
    try:
        found = float(seconds)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return round(found * 1000) if math.isfinite(found) and 0 < found < _MOST_SECONDS else None


def found_at(url: str, **more: Any) -> Found:  # noqa: ANN401 - fields of Found
    """Return a video at an address: TikTok's by the id of the post, others by their address.

    >>> found_at("https://www.tiktok.com/@somebody/video/7123?lang=en").url
    'https://www.tiktok.com/@_/video/7123'
    """
    post = _TIKTOK_POST.match(url)
    if post:
        return Found("tiktok", post[1], f"https://www.tiktok.com/@_/video/{post[1]}", **more)
    return Found("web", hashlib.sha256(url.encode(errors="replace")).hexdigest()[:24], url, **more)
