"""What can go wrong with a download or a listing, how it is told, and what is done about it."""

import re
from dataclasses import dataclass
from typing import Literal

from refvps.collect.text_files import plain

HOUR = 3600
DAY = 24 * HOUR

Reach = Literal["candidate", "host", "run"]


@dataclass(frozen=True, slots=True)
class FailureClass:
    """A kind of failure.

    Attributes:
        name: what it is called in the store and with ``--retry``.
        again: whether the same run tries again, after a wait that doubles.
        wait: seconds until a later run may try again.
        chances: runs that may fail before it is final; 0 for no end.
        reach: what stops: this candidate, all of its host, or the whole run.
        counts: whether several in a row stop the host: they look like a block.
        advice: what a person can do; empty where nothing is to be done.
    """

    name: str
    again: bool = False
    wait: int = DAY
    chances: int = 0
    reach: Reach = "candidate"
    counts: bool = False
    advice: str = ""


CLASSES = {
    kind.name: kind
    for kind in (
        FailureClass("network", again=True, wait=HOUR, counts=True, advice="check the connection"),
        FailureClass("server", again=True, wait=HOUR, counts=True),
        FailureClass("timeout", again=True, wait=HOUR, counts=True),
        FailureClass("gone", wait=7 * DAY, chances=2),
        FailureClass("forbidden", counts=True),
        FailureClass("rate_limited", wait=HOUR, reach="host", advice="wait; ask more slowly"),
        FailureClass(
            "blocked_or_gone",
            counts=True,
            advice="this address may be blocked in this region, or the post be gone: the platform "
            "does not say which",
        ),
        FailureClass("private", chances=1),
        FailureClass("login_required", advice="give cookies of an account, if you may"),
        FailureClass(
            "upstream_changed",
            reach="host",
            advice="the platform changed: upgrade yt-dlp, see `refvps collect doctor`",
        ),
        FailureClass(
            "listing_failed", advice="list a collection, or the user as tiktokuser:SECUID"
        ),
        FailureClass("device_id", advice="wait, or list a collection: the platform sends one page"),
        FailureClass("no_video", chances=1),
        FailureClass("unsupported_url", chances=1),
        FailureClass("disk", wait=0, reach="run", advice="make room; what was downloaded is kept"),
        FailureClass("stopped", wait=0),
        FailureClass("unknown", again=True, chances=3),
    )
}

_BY_STATUS = {
    401: "forbidden",
    403: "forbidden",
    404: "gone",
    410: "gone",
    429: "rate_limited",
    451: "blocked_or_gone",
}

# In order: the first that is found decides. The texts are yt-dlp's.
_BY_TEXT = (
    ("no space left on device", "disk"),
    ("disk quota exceeded", "disk"),
    ("file too large", "disk"),
    ("ip address is blocked", "blocked_or_gone"),
    ("do not have permission to view this post", "private"),
    ("this account is private", "private"),
    ("unable to extract universal data", "upstream_changed"),
    ("unexpected response from webpage request", "upstream_changed"),
    ("unable to solve js challenge", "upstream_changed"),
    ("unable to extract challenge data", "upstream_changed"),
    ("unable to extract secondary user id", "listing_failed"),
    ("keeps sending the same page", "device_id"),
    ("login", "login_required"),
    ("log in", "login_required"),
    ("requested format is not available", "no_video"),
    ("no video formats found", "no_video"),
    ("unsupported url", "unsupported_url"),
    ("is not a valid url", "unsupported_url"),
    ("video not available, status code", "blocked_or_gone"),
    ("timed out", "timeout"),
    ("connection refused", "network"),
    ("connection reset", "network"),
    ("failed to resolve", "network"),
    ("more expected", "network"),
    ("bytes read", "network"),
    ("unable to connect", "network"),
)

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_QUERY = re.compile(r"(https?://[^\s?#'\"]+)[?#][^\s'\"]*")
_MOST = 300


def classify(message: str, status: int | None, *, transport: bool = False) -> str:
    """Return the class of a failure.

    Args:
        message: what yt-dlp said, causes included.
        status: the HTTP status, or None if there was no answer.
        transport: whether the connection itself failed.

    >>> classify("HTTP Error 503: Service Unavailable", 503)
    'server'
    """
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status is not None and status >= 500:
        return "server"
    text = message.lower()
    for part, name in _BY_TEXT:
        if part in text:
            return name
    return "network" if transport else "unknown"


def redacted(message: str) -> str:
    """Return a message without colours, and its addresses without queries, which hold tokens.

    >>> redacted("ERROR: https://h.org/a?token=1 failed")
    'https://h.org/a failed'
    """
    found = _QUERY.sub(r"\1", _ANSI.sub("", plain(message)))
    return " ".join(found.removeprefix("ERROR:").split())[:_MOST]
