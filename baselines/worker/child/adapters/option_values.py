"""Options of adapters: known names, and a message that lists them."""

from __future__ import annotations

from typing import Any


def options_of(given: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """Return every option with the value in force.

    Raises:
        ValueError: an option is not known.
    """
    unknown = sorted(set(given) - set(defaults))
    if unknown:
        raise ValueError(
            "no option is called %s; there are %s"
            % (", ".join(unknown), ", ".join(sorted(defaults)))
        )
    return {**defaults, **given}
