"""What ``refvps reproduce`` does: the plan as text or JSON, and its commands one by one."""

import json
import logging
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from benchmark.report.metric import Metric
from benchmark.report.record import read_record
from benchmark.report.scores import score_of
from refvps.errors import RefvpsError
from refvps.settings import read_settings
from rem.reproduce.plan import Order, Row, plan_rows
from rem.reproduce.readiness import missing

log = logging.getLogger(__name__)

Ready = tuple[Row, tuple[str, ...]]
"""A row and what it lacks."""


class ReproducingFailedError(RefvpsError):
    """Nothing could be run, or a command of a row failed."""

    exit_code = 3


def reproduce(order: Order, *, dry_run: bool, as_json: bool) -> None:
    """Print what reproducing a table takes, and unless it is a dry run, run what can be run.

    Raises:
        ReproducingFailedError: no row is ready, or a command failed; the details name all.
    """
    settings = read_settings()
    title, rows = plan_rows(order)
    found = [(row, missing(row, order.weights, settings)) for row in rows]
    if as_json:
        click.echo(json.dumps(_document(title, found), ensure_ascii=False, indent=1))
    else:
        click.echo(_text(title, found))
    if dry_run:
        return
    ready = [row for row, lacks in found if not lacks]
    if not ready:
        raise ReproducingFailedError(
            f"none of the {len(rows)} rows can be run on this machine; --dry-run says what is "
            "missing",
            details=[f"{row.name}: {lack}" for row, lacks in found for lack in lacks],
        )
    _run(ready, order)


def _run(rows: Sequence[Row], order: Order) -> None:
    failures: list[str] = []
    for row in rows:
        for command in row.commands:
            log.info("+ %s", shlex.join(command))
            done = subprocess.run(_located(command), check=False, stdout=sys.stderr)
            if done.returncode:
                failures.append(f"{row.name}: `{shlex.join(command)}` exits {done.returncode}")
                break
    click.echo("\n".join(_measured(rows, order)))
    if failures:
        raise ReproducingFailedError(failures[0], details=failures)


def _located(command: Sequence[str]) -> list[str]:
    """Return a command by the path of its script, which need not be on the user's path."""
    beside = Path(sys.executable).with_name(command[0])
    return [str(beside) if beside.is_file() else command[0], *command[1:]]


def _measured(rows: Sequence[Row], order: Order) -> list[str]:
    """Return a line for each figure that was measured, beside what is printed."""
    lines = ["", "measured here, beside what is printed"]
    for row in rows:
        for path in sorted((order.to).glob("*/preds/*/*/record.json")):
            if str(path.parents[2]) not in " ".join(word for c in row.commands for word in c):
                continue
            record = read_record(path)
            for column, printed in row.printed.items():
                dataset, _, measure = column.rpartition(" ")
                if dataset.casefold() == record.dataset.name and measure in tuple(Metric):
                    here = 100 * score_of(record, Metric(measure)).mean
                    lines.append(f"  {row.name:<24} {column:<14} {here:5.1f}   printed {printed}")
    return lines


def _text(title: str, found: Sequence[Ready]) -> str:
    ready = sum(not lacks for _, lacks in found)
    lines = [title, f"{ready} of {len(found)} rows can be run on this machine"]
    for row, lacks in found:
        figures = ", ".join(f"{column} {value}" for column, value in row.printed.items())
        lines += ["", f"{row.name}: {figures}"]
        lines += [f"  takes    {line}" for line in _costs(row)]
        lines += [f"  lacks    {line}" for line in lacks]
        lines += [f"  runs     {shlex.join(command)}" for command in row.commands]
        lines += [f"  note     {row.note}"] if row.note else []
    return "\n".join(lines)


def _costs(row: Row) -> list[str]:
    if row.method is None:
        return []
    lines = []
    if row.datasets:
        counted = " + ".join(
            f"{'about ' if data.about else ''}{data.query_frames:,} of {data.name}"
            for data in row.datasets
        )
        lines.append(f"masks: {counted}")
    if row.seconds is not None:
        lines.append(f"time: {_clock(row.seconds)} on one device ({row.method.measured})")
    elif row.datasets:
        lines.append("time: not known; nobody measured it")
    if row.memory is not None:
        lines.append(f"memory: {row.memory:.1f} GB")
    if row.recipe:
        lines.append(f"training: `refvps train --recipe {row.recipe} --dry-run` counts it")
    return lines


def _clock(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours:,.1f} h" if hours >= 1 else f"{max(1, round(seconds / 60))} min"


def _document(title: str, found: Sequence[Ready]) -> Mapping[str, Any]:
    return {
        "title": title,
        "rows": [
            {
                "row": row.name,
                "printed": dict(row.printed),
                "commands": [list(command) for command in row.commands],
                "missing": list(lacks),
                "query_frames": sum(data.query_frames for data in row.datasets),
                "seconds": row.seconds,
                "memory_gb": row.memory,
            }
            for row, lacks in found
        ],
    }
