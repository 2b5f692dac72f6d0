"""Options given as ``key=value`` text, parsed into a frozen dataclass."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from refvps.errors import ConfigError

T = TypeVar("T")


def split_options(pairs: Iterable[str]) -> dict[str, str]:
    """Return ``key=value`` texts as a mapping.

    Raises:
        ConfigError: a text without ``=``, or a key given twice.
    """
    options: dict[str, str] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise ConfigError(f"option {pair!r} is not of the form key=value")
        if key in options:
            raise ConfigError(f"option {key!r} is given twice")
        options[key] = value
    return options


def short_options(**given: str | None) -> tuple[str, ...]:
    """Return ``key=value`` texts of options that have a name of their own on the command line.

    Args:
        given: values of ``--variant``, ``--checkpoint``, ``--device``, …; None where not given.
    """
    return tuple(f"{key}={value}" for key, value in given.items() if value is not None)


def parse_options(kind: type[T], given: Mapping[str, str], owner: str) -> T:
    """Return ``kind`` with the given options, the others at their defaults.

    Args:
        kind: a dataclass whose fields are the options.
        given: option texts by field name.
        owner: whose options they are, for errors: "method 'motion'".

    Raises:
        ConfigError: unknown keys and values of the wrong type, all named at once.
    """
    from pydantic import TypeAdapter, ValidationError

    known = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    problems = [
        f"unknown option {key!r}; known: {', '.join(known) or 'none'}"
        for key in given
        if key not in known
    ]
    try:
        parsed = TypeAdapter(kind).validate_python(
            {key: value for key, value in given.items() if key in known}
        )
    except ValidationError as error:
        problems += [
            f"option {'.'.join(map(str, item['loc']))}={item['input']!r}: {item['msg'].lower()}"
            for item in error.errors()
        ]
    if problems:
        raise ConfigError(f"{owner}: {problems[0]}", details=problems)
    return parsed


def resolved_options(options: Any) -> dict[str, str]:  # noqa: ANN401 - any options dataclass
    """Return every field of an options dataclass as text, for provenance."""
    return {field.name: str(getattr(options, field.name)) for field in dataclasses.fields(options)}
