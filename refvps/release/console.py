"""What the release commands do: progress on stderr, results on stdout."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from refvps.executor import executor_for
from refvps.progress import progress
from refvps.release.finding import Finding
from refvps.release.reader import open_release
from refvps.release.statistics import format_statistics, release_statistics
from refvps.release.validate import validate_release

DEMO = "demo"


def validated(root: Path, workers: int | None) -> tuple[Finding, ...]:
    """Check a release, showing how many clips are done."""
    executor = executor_for(workers or os.cpu_count() or 1)
    with progress("validate", 0, item="clips") as shown:
        return validate_release(root, executor, shown.reach)


def named_release(root: Path) -> Path:
    """Return the folder a user means: the word ``demo`` is the built-in release."""
    if str(root) != DEMO or root.exists():
        return root
    from refvps.demo.build import demo_root
    from refvps.settings import read_settings

    return demo_root(read_settings().cache_folder)


def print_findings(root: Path, findings: Sequence[Finding], *, as_json: bool) -> int:
    """Print every finding and a line that counts them; return how many are errors."""
    errors = sum(1 for finding in findings if finding.severity == "error")
    warnings = len(findings) - errors
    if as_json:
        listed = [asdict(finding) for finding in findings]
        document = {"root": str(root), "errors": errors, "warnings": warnings, "findings": listed}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return errors
    for finding in findings:
        click.echo(str(finding))
    verdict = "is sound" if not findings else f"{errors} errors, {warnings} warnings"
    click.echo(f"{root}: {verdict}")
    return errors


def print_statistics(root: Path, plots: Path | None, *, as_json: bool) -> None:
    """Print the counts of a release, and write its plots if a folder is given."""
    statistics = release_statistics(open_release(root))
    if as_json:
        click.echo(json.dumps(statistics.document(), ensure_ascii=False, indent=1))
    else:
        click.echo(format_statistics(statistics))
    if plots is not None:
        from refvps.release.plots import write_plots

        for path in write_plots(statistics, plots):
            click.echo(f"wrote {path}", err=True)
