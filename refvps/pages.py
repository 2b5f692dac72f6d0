"""Web pages as plug-ins: entry points of the group ``refvps.pages``.

A package brings a page without importing the server that shows it. Its entry point is a factory
that is handed the application and its authentication, and adds what it wants below its own prefix.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is logged in.

    Attributes:
        name: unique in the project.
        roles: of "annotator", "reviewer" and "admin".
    """

    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class PageHost:
    """What the application hands to a page.

    Attributes:
        app: the FastAPI application; every route on it is behind the login, whatever a page does.
        visitor: returns who makes a request; a page checks roles with it in each of its handlers.
        settings: what the command that started the server was told for this page.
    """

    app: Any
    visitor: Callable[[Any], Visitor]
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page as the front page lists it.

    Attributes:
        title: what it is called.
        path: where it is, relative to the application's root, without a leading slash.
        roles: who sees the link; empty for everyone.
        home: whether the front page leads here at once.
    """

    title: str
    path: str
    roles: frozenset[str] = frozenset()
    home: bool = False


class PageFactory(Protocol):
    """The entry point of a page."""

    def __call__(self, host: PageHost) -> PageLink | None:
        """Add the page's routes, all below one prefix of its own, and return its link.

        None, and nothing added, where the settings do not say what the page is to show.

        Raises:
            RefvpsError: the settings are wrong, or what they name cannot be shown.
        """
        ...
