"""Figures quoted from the paper, to stand beside measured ones and never among them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from benchmark.report.metric import Metric
from benchmark.report.record import EvalRecord
from benchmark.rules import davis_unsupervised
from refvps.errors import ConfigError

QUOTED = "quoted from the paper"

WITH_J_AND_F = {"ref-davis": "Ref-DAVIS", "ref-youtube-vos": "Ref-YTB", "mevis": "MeViS"}
"""How the paper calls the data sets that it prints J&F on, all splits of each."""

BY_RULE = {"Ref-DAVIS": davis_unsupervised.RULE.name}
"""The rule that the paper's figures are averaged by, where a data set has several."""


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
    version: str | None = None
    """The only version of the data set that the figures are about, where it has several."""


class PaperRow(_Part):
    """A method or a setting, with its figures as printed."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperScore:
    """What the paper prints of a method on one data set.

    Attributes:
        name: the row.
        values: percent as printed, by metric; those that the table has.
    """

    name: str
    values: Mapping[Metric, str]


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

    def scores_beside(self, record: EvalRecord) -> tuple[PaperScore, ...]:
        """Return every row's scores that may stand beside a record's: its data and its rule."""
        data = record.dataset
        return self.scores_on(data.name, data.version, record.rule.name)

    def rule_notes(self) -> tuple[str, ...]:
        """Return by which rule figures are averaged, where a data set has several."""
        named = {column.dataset: BY_RULE.get(column.dataset) for column in self.columns}
        return tuple(f"{name}: by the rule {rule}" for name, rule in named.items() if rule)

    def scores_on(self, dataset: str, version: str, rule: str) -> tuple[PaperScore, ...]:
        """Return every row's J, F and J&F on a data set; none if the table has no such column.

        Args:
            dataset: a data set's name as a record has it, such as ``ref-vps``.
            version: its version as a record has it.
            rule: what scores beside them are averaged by.
        """
        printed = WITH_J_AND_F.get(dataset, dataset)
        if BY_RULE.get(printed, rule) != rule:
            return ()
        places = {
            Metric(column.measure): place
            for place, column in enumerate(self.columns)
            if column.measure in tuple(Metric)
            and column.dataset.casefold() == printed.casefold()
            and column.version in (None, version)
        }
        if not places:
            return ()
        return tuple(
            PaperScore(row.name, {metric: row.values[at] for metric, at in places.items()})
            for row in self.rows
        )


def main_metric(dataset: str) -> Metric:
    """Return what a benchmark is ranked by: J&F where the paper prints it, else J.

    Args:
        dataset: a data set's name as a record has it, whatever the split, such as
            ``mevis-valid_u``.
    """
    found = any(dataset == name or dataset.startswith(f"{name}-") for name in WITH_J_AND_F)
    return Metric.J_AND_F if found else Metric.J


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
