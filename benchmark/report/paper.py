"""Figures quoted from the paper, to stand beside measured ones and never among them."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from refvps.errors import ConfigError

QUOTED = "quoted from the paper"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PaperColumn(_Part):
    """What a column of a table measures."""

    dataset: str
    """The data set as the paper writes it; empty where there is none."""
    measure: str
    """Such as J, F or J&F."""
    unit: str = "percent"
    printed: str | None = None
    """The paper's own heading, where that is wrong."""


class PaperRow(_Part):
    """A method or a setting, with its figures as printed."""

    name: str
    values: tuple[str, ...]


class PaperTable(_Part):
    """One table of the paper."""

    number: str
    title: str
    row: str
    """What the rows are."""
    note: str | None = None
    columns: tuple[PaperColumn, ...]
    rows: tuple[PaperRow, ...]

    @property
    def source(self) -> str:
        """Where the figures come from, as every output states it."""
        return f"{QUOTED}, table {self.number}"

    def scores_on(self, dataset: str) -> tuple[tuple[str, str], ...]:
        """Return (row name, J in percent as printed) on a data set; none if it has no such column.

        Args:
            dataset: a data set's name as a record has it, such as ``ref-vps``.
        """
        for place, column in enumerate(self.columns):
            if column.measure == "J" and column.dataset.casefold() == dataset.casefold():
                return tuple((row.name, row.values[place]) for row in self.rows)
        return ()


@cache
def paper_tables() -> dict[str, PaperTable]:
    """Return every transcribed table by its number: 1 to 5 and B to I."""
    text = files("benchmark.report").joinpath("paper_tables.toml").read_text("utf-8")
    listed: list[dict[str, Any]] = tomllib.loads(text)["table"]
    tables = [PaperTable.model_validate(entry) for entry in listed]
    return {table.number: table for table in tables}


def paper_table(number: str) -> PaperTable:
    """Return one table.

    Raises:
        ConfigError: the paper has no such table, or it holds no results.
    """
    tables = paper_tables()
    try:
        return tables[number.upper()]
    except KeyError:
        raise ConfigError(
            f"no figures are kept for table {number!r} of the paper; there are {', '.join(tables)}"
        ) from None
