"""What ``refvps analyse`` does: progress on stderr, results on stdout or in files."""

from collections.abc import Sequence
from pathlib import Path

import click

from benchmark.analysis.analysis import Analysis, json_text
from benchmark.analysis.consistency import Steps, consistency_analysis
from benchmark.analysis.coverage import coverage_analysis
from benchmark.analysis.frames import frames_analysis
from benchmark.analysis.outputs import check_targets, write_analysis
from benchmark.report.measured import read_measured
from benchmark.report.text import format_text


def consistency(paths: Sequence[Path], steps: Steps, to: Sequence[Path], *, as_json: bool) -> None:
    """Print or write temporal consistency."""
    check_targets(to, pictures=False)
    deliver(consistency_analysis(read_measured(paths), steps), to, as_json=as_json)


def frames(paths: Sequence[Path], to: Sequence[Path], *, as_json: bool) -> None:
    """Print or write what lies behind mean J."""
    check_targets(to, pictures=False)
    deliver(frames_analysis(read_measured(paths)), to, as_json=as_json)


def coverage(paths: Sequence[Path], min_clips: int, to: Sequence[Path], *, as_json: bool) -> None:
    """Print, draw or write how J is spread over classes."""
    check_targets(to, pictures=True)
    deliver(coverage_analysis(read_measured(paths), min_clips), to, as_json=as_json)


def deliver(found: Analysis, to: Sequence[Path], *, as_json: bool) -> None:
    """Write the files and print their names; without files print the tables; or print JSON."""
    write_analysis(found, to)
    if as_json:
        click.echo(json_text(found.values))
    elif to:
        click.echo("\n".join(map(str, to)))
    else:
        click.echo(format_text(found.document))
