"""What an analysis found, before anything is written."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmark.report.document import FEW_VIDEOS, Document, Fact, span
from benchmark.report.facts import data_facts
from benchmark.report.record import EvalRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysis in every form it can be written in.

    Attributes:
        document: tables for people; percent.
        values: the same for machines; fractions, and points where a name says so.
        csv: the same as tidy rows.
        draw: makes the picture, called by ``plots.picture``; None where there is none.
    """

    document: Document
    values: dict[str, Any]
    csv: str
    draw: "Callable[[], Figure] | None" = None


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """Return rows as CSV, numbers with every digit, nothing where there is no value."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return buffer.getvalue()


def json_text(values: dict[str, Any]) -> str:
    """Return values as JSON, readable, without a trailing newline."""
    return json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False)


def interval_text(interval: tuple[float, float] | None, videos: int) -> str:
    """Return an interval as a table prints it: nothing where too few videos stand behind it."""
    return span(*interval) if interval and videos >= FEW_VIDEOS else "-"


def facts_without_intervals(record: EvalRecord) -> tuple[Fact, ...]:
    """Return the facts about the data, for tables that hold no intervals."""
    return tuple(fact for fact in data_facts(record) if fact[0] != "intervals")
