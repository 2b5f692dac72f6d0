"""What a doctor finds, and how it is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["present", "missing", "note"]

COLUMN_GAP = "  "


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a method needs, or that a user should know.

    Attributes:
        name: the thing.
        state: "missing" is what keeps the method from running; a note never does.
        text: what was found, or what it is for.
        get: the exact command that brings it, or None where nothing has to be brought.
    """

    name: str
    state: State
    text: str
    get: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Figures beside the findings.

    Attributes:
        title: what they are.
        columns: names of the columns.
        rows: texts, one a column.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that a doctor found.

    Attributes:
        method: whose doctor it was.
        findings: in the order of examination.
        tables: figures, in order.
        facts: values for machines that no line of the text holds.
    """

    method: str
    findings: tuple[Finding, ...]
    tables: tuple[Table, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[Finding, ...]:
        """What keeps the method from running."""
        return tuple(finding for finding in self.findings if finding.state == "missing")

    def document(self) -> dict[str, Any]:
        """Return everything as JSON takes it."""
        return {
            "method": self.method,
            "ready": not self.missing,
            "findings": [
                {"name": f.name, "state": f.state, "text": f.text, "get": f.get}
                for f in self.findings
            ],
            "tables": [
                {"title": t.title, "rows": [dict(zip(t.columns, r, strict=True)) for r in t.rows]}
                for t in self.tables
            ],
            **self.facts,
        }

    def text(self) -> str:
        """Return everything for people."""
        count = len(self.missing)
        things = "1 thing is" if count == 1 else f"{count} things are"
        lines = [f"{self.method}: {f'{things} missing' if count else 'ready to run'}", ""]
        lines += _aligned([(f.state, f.name, f.text) for f in self.findings])
        for table in self.tables:
            lines += ["", table.title, *_aligned([table.columns, *table.rows])]
        commands = dict.fromkeys(finding.get for finding in self.findings if finding.get)
        if commands:
            lines += ["", "to get what is missing", *(f"  {command}" for command in commands)]
        return "\n".join(lines)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + COLUMN_GAP.join(map(str.ljust, row, widths)).rstrip()  # the last may be long
        for row in rows
    ]
