"""How a dataclass becomes a row and a row a dataclass again.

A fraction ``x`` is two columns, ``x_num`` and ``x_den``; tuples and mappings are JSON text.
"""

import dataclasses
import functools
import json
import sqlite3
import typing
from fractions import Fraction
from typing import Any, ClassVar, Literal, Protocol, TypeVar

R = TypeVar("R", bound="Record")

Shape = Literal["plain", "flag", "fraction", "tuple", "mapping"]


class Record(Protocol):
    """A frozen dataclass whose fields are columns of ``TABLE``, unique by ``KEY``."""

    __slots__ = ()

    TABLE: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]


def columns(record: Record) -> dict[str, Any]:
    """Return the columns of a record with the values that SQLite stores."""
    found: dict[str, Any] = {}
    for name, shape in _shapes(type(record)).items():
        value = getattr(record, name)
        if shape == "fraction":
            found[f"{name}_num"], found[f"{name}_den"] = value.numerator, value.denominator
        elif shape in {"tuple", "mapping"}:
            found[name] = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
        else:
            found[name] = value
    return found


def record_from(kind: type[R], row: sqlite3.Row) -> R:
    """Return the record that a row of its table holds."""
    values: dict[str, Any] = {}
    for name, shape in _shapes(kind).items():
        if shape == "fraction":
            values[name] = Fraction(row[f"{name}_num"], row[f"{name}_den"])
        elif shape == "tuple":
            values[name] = tuple(json.loads(row[name]))
        elif shape == "mapping":
            values[name] = json.loads(row[name])
        else:
            values[name] = bool(row[name]) if shape == "flag" else row[name]
    return kind(**values)


@functools.cache
def _shapes(kind: type[Record]) -> dict[str, Shape]:
    hints = typing.get_type_hints(kind)
    return {field.name: _shape(hints[field.name]) for field in dataclasses.fields(kind)}  # type: ignore[arg-type]


def _shape(hint: Any) -> Shape:  # noqa: ANN401 - a type, or an alias of one
    if hint is bool:
        return "flag"
    if hint is Fraction:
        return "fraction"
    origin = typing.get_origin(hint)
    if origin is tuple:
        return "tuple"
    return "mapping" if origin is not None and _is_mapping(origin) else "plain"


def _is_mapping(origin: Any) -> bool:  # noqa: ANN401 - the origin of an alias
    return isinstance(origin, type) and hasattr(origin, "items")
