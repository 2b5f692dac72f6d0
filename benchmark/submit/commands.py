"""The command `refvps submit`. Click alone is imported until it runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("submit", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--dataset",
    required=True,
    metavar="NAME[:OPTION=VALUE,…]",
    help="ref-youtube-vos or mevis: a data set whose truth a server keeps.",
)
@click.option("--method", required=True, help="Whose masks to pack.")
@click.option(
    "--pred", required=True, type=FOLDER, help="Folder of predicted masks, in any layout."
)
@click.option("--root", type=FOLDER, help="Folder of the data set.")
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Archive to write, FILE.zip.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.option("-v", "--verbose", is_flag=True, help="Say more; list every problem.")
@exits_cleanly
def submit(  # noqa: PLR0913 - one parameter an option
    *,
    dataset: str,
    method: str,
    pred: Path,
    root: Path | None,
    to: Path,
    as_json: bool,
    verbose: bool,
) -> None:
    """Pack stored masks for the server that scores a data set, after checking every one."""
    from benchmark.submit.console import print_submission, write_submission
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    written = write_submission((dataset, root), method, pred, to)
    print_submission(written, as_json=as_json)
