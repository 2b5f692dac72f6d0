"""The command `refvps agreement`. Click alone is imported until it runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("agreement", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("first", metavar="PROJECT|A", type=FOLDER)
@click.argument("second", metavar="[B]", required=False, type=FOLDER)
@click.option("--to", type=FOLDER, help="Where the report goes: HTML, JSON and CSV.")
@click.option("--root", type=FOLDER, help="A release to take concepts and frames from.")
@click.option("--unfinished", is_flag=True, help="Of a project, also work not handed in.")
@click.option("--no-pictures", is_flag=True, help="Numbers alone, no page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@exits_cleanly
def agreement(  # noqa: PLR0913 - one parameter an option
    *,
    first: Path,
    second: Path | None,
    to: Path | None,
    root: Path | None,
    unfinished: bool,
    no_pictures: bool,
    as_json: bool,
) -> None:
    """Measure how well annotators agree: those of PROJECT, or two folders of masks A and B."""
    from annotator.agreement.console import Asked, report_agreement
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=False)
    asked = Asked(first, second, root, unfinished=unfinished, pictures=not no_pictures)
    report_agreement(asked, to, as_json=as_json)
