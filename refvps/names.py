"""Ids that are safe as file names, on every system and below any folder."""

import re
from collections.abc import Iterable

from refvps.errors import DataError

_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def is_safe_name(text: str) -> bool:
    """Return whether an id may name a file or folder.

    Letters, digits, ``.``, ``_`` and ``-``, 1 to 128 of them, not starting with ``.`` or ``-``,
    not ending with ``.``, and no name that Windows keeps for devices.

    >>> is_safe_name("campfire-left"), is_safe_name("../etc"), is_safe_name("NUL.txt")
    (True, False, False)
    """
    return bool(_SAFE.fullmatch(text)) and not text.endswith(".") and not _RESERVED.fullmatch(text)


def clashes(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return pairs of names that are one file where letter case does not count.

    >>> clashes(["Fire", "smoke", "fire"])
    (('Fire', 'fire'),)
    """
    first: dict[str, str] = {}
    return tuple(
        (earlier, name)
        for name in names
        if (earlier := first.setdefault(name.casefold(), name)) != name
    )


def require_safe_name(text: str, what: str) -> str:
    """Return the id if it is safe as a file name.

    Raises:
        DataError: it is not; ``what`` says what it names.
    """
    if not is_safe_name(text):
        raise DataError(
            repr(text),
            f"cannot be used as a {what}: expected 1 to 128 letters, digits, '.', '_' or '-', "
            "starting with a letter, digit or '_'",
        )
    return text
