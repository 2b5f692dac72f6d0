"""Sources that users ask for and that cannot be had; they say so."""

from collections.abc import Mapping
from typing import Any, NoReturn

from refvps.collect.sources.source import SourceContext
from refvps.errors import CollectError


def load_hashtag(options: Mapping[str, Any], context: SourceContext) -> NoReturn:  # noqa: ARG001 - nothing helps
    """Say that hashtags cannot be listed."""
    raise CollectError(
        "source hashtag: unsupported upstream: yt-dlp marks its TikTok hashtag, sound and effect "
        "extractors as broken, and has no search; use browser-capture, collection or research-api"
    )
