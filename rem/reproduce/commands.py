"""``refvps reproduce``. Click alone is imported until it runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly


@click.command("reproduce", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("table", metavar="TABLE")
@click.option("--dry-run", is_flag=True, help="Say what would be run and what it takes; stop.")
@click.option(
    "--row",
    "rows",
    multiple=True,
    metavar="NAME",
    help="This row alone; may be given several times.",
)
@click.option(
    "--weights",
    multiple=True,
    metavar="ROW=PATH",
    help="Where a row's weights lie: rem-ms-1.4b=FILE.",
)
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    default="reproduced",
    show_default=True,
    help="Folder of masks, records and runs.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.option("-v", "--verbose", is_flag=True, help="Say more; list every problem.")
@exits_cleanly
def reproduce(  # noqa: PLR0913 - one parameter an option
    *,
    table: str,
    dry_run: bool,
    rows: tuple[str, ...],
    weights: tuple[str, ...],
    to: Path,
    as_json: bool,
    verbose: bool,
) -> None:
    """List what TABLE of the paper takes (table1 to table5, tableB to tableI), then run it.

    Rows whose weights or data are not on this machine are left out, and said. `demo` is this
    project's own table, which needs nothing.
    """
    from refvps.logs import log_to_stderr
    from refvps.options import split_options
    from rem.reproduce.console import reproduce as run
    from rem.reproduce.plan import Order, parse_table

    log_to_stderr(verbose=verbose)
    order = Order(parse_table(table), to, split_options(weights), rows)
    run(order, dry_run=dry_run, as_json=as_json)
