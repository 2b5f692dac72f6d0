"""Semantic versions of releases: what a number says about scores."""

import re
from typing import Literal

from refvps.errors import ConfigError

Step = Literal["major", "minor", "patch"]
"""What changed: the form or the rules; what is scored; nothing that is scored."""

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


def parse_version(text: str) -> tuple[int, int, int]:
    """Return the three numbers of a version.

    Raises:
        ConfigError: it is none.

    >>> parse_version("1.2.10")
    (1, 2, 10)
    """
    found = _VERSION.fullmatch(text)
    if found is None:
        raise ConfigError(f"version {text!r} is not MAJOR.MINOR.PATCH, such as 1.2.0")
    major, minor, patch = map(int, found.groups())
    return major, minor, patch


def bumped(text: str, step: Step) -> str:
    """Return the version after a change.

    >>> bumped("1.2.3", "minor"), bumped("1.2.3", "patch"), bumped("1.2.3", "major")
    ('1.3.0', '1.2.4', '2.0.0')
    """
    major, minor, patch = parse_version(text)
    if step == "major":
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if step == "minor" else f"{major}.{minor}.{patch + 1}"


def require_newer(version: str, than: str) -> None:
    """Raise ``ConfigError`` unless a version comes after another."""
    if parse_version(version) <= parse_version(than):
        raise ConfigError(
            f"version {version} does not come after {than}, the release before; "
            f"expected at least {bumped(than, 'patch')}"
        )
