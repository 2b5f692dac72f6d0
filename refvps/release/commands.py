"""Commands about releases. Click alone is imported until one runs."""

from pathlib import Path

import click

from refvps.command_line import PluginGroup, exits_cleanly

ROOT = click.argument("root", type=click.Path(path_type=Path, file_okay=False))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
HELP = {"help_option_names": ["-h", "--help"]}


@click.group(
    "release", cls=PluginGroup, plugin_group="refvps.release_commands", context_settings=HELP
)
def release() -> None:
    """Build, check, count, fetch again and compare published data sets; take clips out."""


@release.command("validate", context_settings=HELP)
@ROOT
@click.option("--workers", type=click.IntRange(min=1), help="Processes. By default one a core.")
@JSON
@exits_cleanly
def validate(root: Path, workers: int | None, as_json: bool) -> None:
    """List every finding in the release at ROOT, or in `demo`; exit 3 if any is an error."""
    from refvps.logs import log_to_stderr
    from refvps.release.console import named_release, print_findings, validated

    log_to_stderr(verbose=False)
    root = named_release(root)
    findings = validated(root, workers)
    if print_findings(root, findings, as_json=as_json):
        click.get_current_context().exit(3)


@release.command("stats", context_settings=HELP)
@ROOT
@click.option(
    "--plots",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write plots to this folder.",
)
@JSON
@exits_cleanly
def stats(root: Path, plots: Path | None, as_json: bool) -> None:
    """Count the release at ROOT, or `demo`: the paper's Table A, lengths, concepts, groups."""
    from refvps.logs import log_to_stderr
    from refvps.release.console import named_release, print_statistics

    log_to_stderr(verbose=False)
    print_statistics(named_release(root), plots, as_json=as_json)
