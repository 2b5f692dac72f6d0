"""Writes a report and says what it came to."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from benchmark.agreement.csv_rows import keyframes_csv, pairs_csv
from benchmark.agreement.labelled import PairSource
from benchmark.agreement.page import draw, page
from benchmark.agreement.report import Agreement, agreement, warnings
from benchmark.agreement.tables import document
from benchmark.report.document import Table
from refvps import atomic
from refvps.errors import DataError
from refvps.progress import progress

PAGE, JSON, PAIRS, KEYFRAMES = "agreement.html", "agreement.json", "pairs.csv", "keyframes.csv"


def report_files(source: PairSource, *, pictures: bool = True) -> tuple[Agreement, dict[str, str]]:
    """Return the report of a source and its files by name.

    Raises:
        DataError: there is nothing to compare, or labels cannot be read.
    """
    with progress("compare", 0, item="pairs") as shown:
        report = agreement(source, shown.reach)
    if not report.pairs:
        raise DataError(source.title, "no clip was labelled by two people: nothing to compare")
    drawn = draw(source, report) if pictures else None
    files = {
        JSON: json.dumps(report.document(), ensure_ascii=False, indent=1, allow_nan=False) + "\n",
        PAIRS: pairs_csv(report),
        KEYFRAMES: keyframes_csv(report),
    }
    if drawn is not None:
        files[PAGE] = page(report, drawn)
    return report, files


def write_files(files: Mapping[str, str], folder: Path) -> None:
    """Write the files of a report below a folder, each whole or not at all."""
    for name, text in files.items():
        atomic.write_text(folder / name, text)


def print_report(report: Agreement, folder: Path | None, *, as_json: bool) -> None:
    """Print the report: as JSON, or its sentence, warnings and main tables."""
    if as_json:
        click.echo(json.dumps(report.document(), ensure_ascii=False, indent=1, allow_nan=False))
        return
    found = document(report)
    lines = [*found.sentences]
    lines += [f"note: {line}" for line in warnings(report)]
    for table in found.tables:
        if table.title.startswith(("Every reading", "Agreement by", "Guards")):
            lines += ["", *table_lines(table)]
    if folder is not None:
        lines += ["", f"report  {folder / PAGE}"]
    click.echo("\n".join(lines))


def table_lines(table: Table) -> list[str]:
    """Return a table as lines of text."""
    heads = [column.heading for column in table.columns]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    return [
        table.title,
        *(
            "  ".join(
                text.rjust(width) if column.number else text.ljust(width)
                for text, width, column in zip(row, widths, table.columns, strict=True)
            ).rstrip()
            for row in (heads, *rows)
        ),
    ]
