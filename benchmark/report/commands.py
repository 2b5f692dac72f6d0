"""Commands about records. Click alone is imported until one runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly

RECORD = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
TO = click.Path(path_type=Path)
FORMAT = click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["csv", "markdown", "latex", "html"]),
    help="Format; by default the suffix says it, and a folder gets all.",
)
PAPER = click.option(
    "--paper",
    "paper",
    multiple=True,
    metavar="TABLE",
    help="Also quote this table of the paper: 1 to 5 or B to I.",
)
STANDALONE = click.option(
    "--standalone", is_flag=True, help="LaTeX that compiles alone, not for \\input."
)
HELP = {"help_option_names": ["-h", "--help"]}


@click.command("report", context_settings=HELP)
@click.argument("records", nargs=-1, required=True, type=RECORD, metavar="RECORD...")
@click.option("--to", required=True, type=TO, help="File or folder to write.")
@FORMAT
@click.option(
    "--rows",
    type=click.Choice(["expressions", "frames", "summary"]),
    default="expressions",
    show_default=True,
    help="What a row of CSV is.",
)
@STANDALONE
@PAPER
@click.option(
    "--metrics",
    metavar="LIST",
    help="What to show: J, F or JF (their mean J&F), or several with commas between. By default "
    "all that was scored.",
)
@click.option(
    "--dataset",
    metavar="NAME[:OPTION=VALUE,…]",
    help="Data set, for pictures on the page; by default the one of the record's name.",
)
@click.option(
    "--root",
    type=FOLDER,
    help="Folder of the data set, for pictures; alone, any folder in the release format.",
)
@click.option("--pred", type=FOLDER, help="Folder of predictions, for pictures on the page.")
@click.option("--no-pictures", is_flag=True, help="A page without frames of the data set.")
@exits_cleanly
def report(  # noqa: PLR0913 - one parameter an option
    *,
    records: tuple[Path, ...],
    to: Path,
    formats: tuple[str, ...],
    rows: str,
    standalone: bool,
    paper: tuple[str, ...],
    metrics: str | None,
    dataset: str | None,
    root: Path | None,
    pred: Path | None,
    no_pictures: bool,
) -> None:
    """Write tables and a page from records of refvps-eval: J, and F and J&F where they were scored.

    A folder gets report.html, report.md, report.tex, expressions.csv and summary.csv, and with
    --rows frames also frames.csv. CSV holds fractions, the others percent.
    """
    from benchmark.report.console import Wish, write_report
    from benchmark.report.overlays import Frames
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=False)
    wish = Wish(to, formats, rows, standalone, paper, metrics)
    for path in write_report(records, wish, Frames(not no_pictures, root, pred, dataset)):
        click.echo(path)


@click.command("compare", context_settings=HELP)
@click.argument("records", nargs=-1, type=RECORD, metavar="RECORD...")
@click.option("--to", type=TO, help="File or folder to write, instead of printing.")
@FORMAT
@STANDALONE
@PAPER
@click.option(
    "--metrics",
    metavar="LIST",
    help="What to compare by: J, F or JF (their mean J&F), or several with commas between. By "
    "default J&F where the paper prints it, else J.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@exits_cleanly
def compare(  # noqa: PLR0913 - one parameter an option
    *,
    records: tuple[Path, ...],
    to: Path | None,
    formats: tuple[str, ...],
    standalone: bool,
    paper: tuple[str, ...],
    metrics: str | None,
    as_json: bool,
) -> None:
    """Set methods side by side: paired differences over videos, tests and ranks.

    Needs two records or more on the same data, or --paper beside one or none.
    """
    from benchmark.report.console import Wish, compare_records, print_comparison
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=False)
    wish = Wish(to, formats, standalone=standalone, paper=paper, metrics=metrics)
    found = compare_records(records, wish)
    print_comparison(found, as_json=as_json)
