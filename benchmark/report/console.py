"""What ``refvps report`` and ``refvps compare`` do."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from benchmark.report import csv_rows
from benchmark.report.choice import held_by_all, metrics_compared, metrics_reported
from benchmark.report.clip_table import clip_table
from benchmark.report.comparison import compare
from benchmark.report.comparison_json import comparison_json
from benchmark.report.document import Document
from benchmark.report.documents import comparison_document, report_document
from benchmark.report.html.page import format_page
from benchmark.report.html.sections import Section, overlay_section, time_section
from benchmark.report.html.tables import html_table
from benchmark.report.latex import format_latex
from benchmark.report.markdown import format_markdown
from benchmark.report.measured import Measured, read_measured
from benchmark.report.metric import Metric, parse_metrics
from benchmark.report.overlays import Frames, draw_overlays
from benchmark.report.paper import PaperTable, paper_table
from benchmark.report.target import Target, choose_target
from benchmark.report.text import format_text
from refvps import atomic
from refvps.errors import ConfigError

log = logging.getLogger(__name__)

ROWS = ("expressions", "frames", "summary")


@dataclass(frozen=True, slots=True)
class Wish:
    """How a user wants something written.

    Attributes:
        to: a file or a folder; None for the terminal.
        formats: formats by name.
        rows: what a row of a CSV file is.
        standalone: whether LaTeX compiles alone.
        paper: numbers of the paper's tables to quote.
        metrics: what to report or compare by, such as "J,JF"; None for the default of each.
    """

    to: Path | None
    formats: tuple[str, ...] = ()
    rows: str = ROWS[0]
    standalone: bool = False
    paper: tuple[str, ...] = ()
    metrics: str | None = None


def write_report(paths: Sequence[Path], wish: Wish, frames: Frames) -> tuple[Path, ...]:
    """Write a report of one record or several on the same data; return the files."""
    if wish.to is None:
        raise ConfigError("say where to write the report: --to FILE or --to DIR")
    target = choose_target(wish.to, wish.formats)
    quoted = _quoted(wish)
    named = _metrics_named(wish)
    measured = read_measured(paths)
    metrics = metrics_reported(measured, named)
    document = report_document(measured, metrics, quoted)
    shared = [metric for metric in held_by_all(measured) if metric in metrics]

    def page() -> str:
        sections = _clip_sections(measured, shared)
        if frames.wanted:
            sections.append(_examples(measured, frames))
        return format_page(document, measured, sections)

    tables = {
        "expressions": lambda: csv_rows.expressions_csv(measured),
        "frames": lambda: csv_rows.frames_csv(measured),
        "summary": lambda: csv_rows.summary_csv(measured, quoted),
    }
    kept = ("expressions", "summary", *(("frames",) if wish.rows == "frames" else ()))
    if not target.folder:
        kept = (wish.rows,)
    return _write(target, "report", _contents(document, page, wish), {n: tables[n] for n in kept})


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found.

    Attributes:
        document: what it says.
        values: the same for machines.
        written: the files it was written to; none if it is to be printed.
    """

    document: Document
    values: dict[str, Any]
    written: tuple[Path, ...]


def compare_records(paths: Sequence[Path], wish: Wish) -> Compared:
    """Compare records, or set out tables of the paper alone."""
    target = choose_target(wish.to, wish.formats) if wish.to is not None else None
    if target is None and wish.formats:
        raise ConfigError("--format needs --to: name the file or folder to write")
    quoted = _quoted(wish)
    wanted = _metrics_named(wish)
    if len(paths) < 2 and not quoted:
        raise ConfigError(
            "a comparison needs two records or more, or --paper TABLE beside one or none; "
            "`refvps report` is for one record"
        )
    measured = read_measured(paths)
    metrics = metrics_compared(measured, wanted) if measured else ()
    comparisons = tuple(compare(measured, metric) for metric in metrics)
    document = comparison_document(measured, comparisons, quoted)
    values = comparison_json(measured, comparisons, quoted)
    if target is None:
        return Compared(document, values, ())

    def page() -> str:
        sections = _clip_sections(measured, metrics) if measured else []
        return format_page(document, measured, sections)

    tables: Tables = {}
    if comparisons:
        tables["differences"] = lambda: csv_rows.differences_csv(comparisons)
        tables["summary"] = lambda: csv_rows.summary_csv(measured, quoted)
    if quoted:
        tables["paper"] = lambda: csv_rows.paper_csv(quoted)
    if not target.folder:
        first = next(iter(tables))
        tables = {first: tables[first]}
    written = _write(target, "comparison", _contents(document, page, wish), tables)
    return Compared(document, values, written)


def print_comparison(found: Compared, *, as_json: bool) -> None:
    """Print the comparison as text or JSON, or where it was written."""
    if as_json:
        click.echo(json.dumps(found.values, ensure_ascii=False, indent=1))
    elif found.written:
        click.echo("\n".join(map(str, found.written)))
    else:
        click.echo(format_text(found.document))


Tables = dict[str, Callable[[], str]]


def _quoted(wish: Wish) -> tuple[PaperTable, ...]:
    """Return the paper's tables that the user named, each once."""
    return tuple({table.number: table for table in map(paper_table, wish.paper)}.values())


def _metrics_named(wish: Wish) -> tuple[Metric, ...]:
    return () if wish.metrics is None else parse_metrics(wish.metrics)


def _clip_sections(measured: Sequence[Measured], metrics: Sequence[Metric]) -> list[Section]:
    """Return the course of every metric over time, and the table of clips.

    J&F over time is left to the eye where J and F are drawn.
    """
    drawn = [metric for metric in metrics if metric is not Metric.J_AND_F or len(metrics) < 3]
    clips = Section("clips", "Every clip", html_table(clip_table(measured, metrics)))
    return [*(time_section(measured, metric) for metric in drawn), clips]


def _examples(measured: Sequence[Measured], frames: Frames) -> Section:
    overlays = [draw_overlays(item, frames) for item in measured]
    for item in overlays:
        if item.missing:
            log.warning("no pictures of %s: %s", item.label, item.missing)
    return overlay_section(overlays)


def _contents(document: Document, page: Callable[[], str], wish: Wish) -> Tables:
    return {
        "markdown": lambda: format_markdown(document),
        "latex": lambda: format_latex(document, standalone=wish.standalone),
        "html": page,
    }


NAMES = {"markdown": ".md", "latex": ".tex", "html": ".html"}


def _write(target: Target, stem: str, contents: Tables, tables: Tables) -> tuple[Path, ...]:
    """Write every format; everything is made before the first file is touched."""
    made: dict[Path, str] = {}
    for name in target.formats:
        if name == "csv":
            for kind, make in tables.items():
                made[target.path / f"{kind}.csv" if target.folder else target.path] = make()
        else:
            file = target.path / f"{stem}{NAMES[name]}" if target.folder else target.path
            made[file] = contents[name]()
    for path, text in made.items():
        atomic.write_text(path, text)
    return tuple(made)
