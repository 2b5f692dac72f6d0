"""Names of clips, users and jobs: safe in a path, in an address and on any disk."""

import re

from refvps.errors import DataError

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def is_id(text: str) -> bool:
    """Return whether a text may name a clip, a user or a job.

    >>> is_id("clip-0042"), is_id("../x"), is_id("A"), is_id("a" * 65)
    (True, False, False, False)
    """
    return _ID.fullmatch(text) is not None


def require_id(text: str, what: str) -> str:
    """Return the id.

    Raises:
        DataError: it is none; ``what`` says what it names.
    """
    if not is_id(text):
        raise DataError(
            repr(text[:80]),
            f"cannot name a {what}: expected 1 to 64 of a-z, 0-9, '_' and '-', starting with a "
            "letter or digit",
        )
    return text


def as_id(text: str) -> str:
    """Return the id that is nearest to a text, such as a file's name.

    >>> as_id("My Clip (2)"), as_id("__")
    ('my-clip-2', 'clip')
    """
    words = re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-_")
    return words[:64].rstrip("-_") or "clip"
