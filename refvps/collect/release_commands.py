"""The command `refvps release hydrate`. Click alone is imported until it runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly


@click.command("hydrate", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("root", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A collect.toml whose [fetch] says how addresses are asked.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@exits_cleanly
def hydrate(*, root: Path, config: Path | None, verbose: bool) -> None:
    """Fetch the frames of an ids-only release: download, cut, check by fingerprint.

    Run again it goes on where it was. `coverage.json` says what could be had.
    """
    from refvps.collect.console import hydrate_release
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    if not hydrate_release(root, config):
        click.get_current_context().exit(6)
