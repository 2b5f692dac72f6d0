"""What a person saw in a browser: NDJSON that the extension Zeeschuimer exports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel, ConfigDict

from refvps.collect.config import checked
from refvps.collect.sources.source import Found, Page, SourceContext, milliseconds
from refvps.collect.text_files import objects, plain
from refvps.errors import DataError
from refvps.names import is_safe_name

PAGE = 100


class BrowserOptions(BaseModel):
    """Options of ``browser-capture``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    file: str


@dataclass(frozen=True, slots=True)
class BrowserCapture:
    """Posts in the order they were seen; the page's address holds the query."""

    path: Path
    concepts: Mapping[str, str]

    @property
    def basis(self) -> str:
        """See ``Source.basis``."""
        return "posts that a person saw while browsing"

    def page(self, cursor: str | None) -> Page:
        """See ``Source.page``."""
        start = int(cursor or 0)
        found = tuple(self._posts())
        last = start + PAGE
        return Page(found[start:last], str(last) if last < len(found) else None)

    def _posts(self) -> Iterator[Found]:
        seen: set[str] = set()
        for number, item in objects(self.path):
            post = self._post(number, item)
            if post is not None and post.native_id not in seen:
                seen.add(post.native_id)
                yield post

    def _post(self, number: int, item: Mapping[str, Any]) -> Found | None:
        data = item.get("data")
        if not isinstance(data, dict):
            raise DataError(self.path, f"line {number}: expected an object with a key 'data'")
        name = str(data.get("id") or data.get("aweme_id") or "")
        if not (name.isascii() and name.isdigit() and is_safe_name(name)):
            return None  # an advertisement or a live room: no post
        return self._found(name, data, _query(str(item.get("source_platform_url") or "")))

    def _found(self, name: str, data: Mapping[str, Any], query: str) -> Found:
        video, author = _part(data, "video"), _part(data, "author")
        return Found(
            "tiktok",
            name,
            f"https://www.tiktok.com/@_/video/{name}",
            self.concepts.get(query.casefold()),
            query,
            plain(data.get("desc")),
            plain(author.get("id")),
            milliseconds(video.get("duration")),
            _day_time(data.get("createTime")),
            tuple(_flags(data)),
            data,
        )


def load(options: Mapping[str, Any], context: SourceContext) -> BrowserCapture:
    """Return the source ``browser-capture``."""
    given = checked(BrowserOptions, options, "source browser-capture")
    concepts = {text.casefold(): concept for text, concept in context.queries}
    return BrowserCapture(context.base / given.file, concepts)


def _query(address: str) -> str:
    """Return the words searched for, or the hashtag, of a page's address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    words = parse_qs(parts.query).get("q")
    if words:
        return words[0].strip()
    if parts.path.startswith("/tag/"):
        return "#" + unquote(parts.path.removeprefix("/tag/").strip("/"))
    return ""


def _flags(data: Mapping[str, Any]) -> Iterator[str]:
    if data.get("isAd"):
        yield "ad"
    if _part(data, "aigcInfo").get("aigcLabelType") or data.get("aigcLabelType"):
        yield "ai"
    if data.get("maskType") in (3, 4):
        yield "sensitive"
    if str(_part(data, "duetInfo").get("duetFromId") or "0") != "0":
        yield "duet"
    if data.get("privateItem"):
        yield "private"


def _part(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object within an object; what is no object is taken as empty."""
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _day_time(seconds: Any) -> str | None:  # noqa: ANN401 - as found
    try:
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (TypeError, ValueError, OverflowError, OSError):
        return None
