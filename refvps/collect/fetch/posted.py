"""What a platform says a video is and whose: the names by which people ask for its removal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from refvps.collect.text_files import plain

NO_PLATFORM = frozenset({"", "generic", "html5mediaembed"})
"""Extractors of yt-dlp that know a file and no post."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A post and its author.

    Attributes:
        post: ``platform:id``, empty if the platform does not say.
        authors: ``platform:id`` for every id of who posted it.
    """

    post: str
    authors: tuple[str, ...]


def posted(info: Mapping[str, Any]) -> Posted:
    """Return what yt-dlp's fields say.

    >>> posted({"extractor_key": "TikTok", "id": "7", "uploader_id": "5", "uploader": "who"})
    Posted(post='tiktok:7', authors=('tiktok:5', 'tiktok:who'))
    """
    platform = plain(info.get("extractor_key")).lower()
    if platform in NO_PLATFORM:
        return Posted("", ())
    keys = ["uploader_id", "channel_id"]
    # Elsewhere this is a name for show, which others may bear as well.
    keys += ["uploader"] if platform == "tiktok" else []
    names = dict.fromkeys(author_name(platform, plain(info.get(key))) for key in keys)
    native = plain(info.get("id"))
    return Posted(f"{platform}:{native}" if native else "", tuple(name for name in names if name))


def author_name(platform: str, author: str) -> str:
    """Return ``platform:id``, whether or not a handle is written with its sign; empty for none.

    >>> author_name("tiktok", "@who")
    'tiktok:who'
    """
    plain_name = author.strip().removeprefix("@")
    return f"{platform}:{plain_name}" if plain_name else ""
