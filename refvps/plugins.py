"""Commands, methods, data sets and the like: entry points, imported when asked for."""

import difflib
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from refvps.errors import UnknownPluginError

COMMANDS = "refvps.commands"
METHODS = "refvps.methods"
DATASETS = "refvps.datasets"
DOCTORS = "refvps.doctors"
SOURCES = "refvps.sources"
PAGES = "refvps.pages"
RELEASE = "refvps.release_commands"
PLACES = "refvps.places"

_KINDS = {
    COMMANDS: "command",
    METHODS: "method",
    DATASETS: "data set",
    DOCTORS: "doctor",
    SOURCES: "source",
    PAGES: "page",
    RELEASE: "command",
    PLACES: "place",
}


def names(group: str) -> tuple[str, ...]:
    """Return the names installed in a group, sorted, importing none of them."""
    return tuple(sorted(_found(group)))


def load(group: str, name: str) -> Any:  # noqa: ANN401 - each group has a type of its own
    """Import and return one plug-in: a click command, or the factory of a method or data set.

    Raises:
        UnknownPluginError: no plug-in of that name; names the closest, or all.
    """
    found = _found(group)
    if name not in found:
        kind, known = _KINDS[group], sorted(found)
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"installed: {', '.join(known)}"
        raise UnknownPluginError(f"no {kind} is called {name!r}; {hint}", details=known)
    return found[name].load()


def _found(group: str) -> Mapping[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=group):
        if point.name in found and found[point.name].value != point.value:
            raise UnknownPluginError(
                f"two packages install a {_KINDS[group]} called {point.name!r}: "
                f"{found[point.name].value} and {point.value}; uninstall one"
            )
        found[point.name] = point
    return found
