"""The command `refvps release diff`. Click alone is imported until it runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("diff", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
@click.option("--method", help="Also compare scores: of stored masks of this method.")
@click.option("--pred", type=FOLDER, help="Where its masks are; nothing is predicted.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@exits_cleanly
def diff(*, old: Path, new: Path, method: str | None, pred: Path | None, as_json: bool) -> None:
    """Say what NEW changes beside OLD: clips, masks, expressions, and scores of stored masks."""
    from benchmark.release_diff.console import print_difference
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=False)
    if (method is None) is not (pred is None):
        raise click.UsageError("--method and --pred go together")
    print_difference(old, new, None if method is None or pred is None else (method, pred), as_json)
