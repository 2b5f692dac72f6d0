"""Commands of REM. Click alone is imported until one runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly

HELP = {"help_option_names": ["-h", "--help"]}


@click.group("rem", context_settings=HELP)
def rem() -> None:
    """Measure parts of REM."""


@rem.command("reconstruct", context_settings=HELP)
@click.argument("dataset", required=False)
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the data set; alone, any folder in the release format.",
)
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="KEY=VALUE",
    help="Option of the method `rem`, such as variant, base, device, size.",
)
@click.option("--masks", type=click.IntRange(min=1), help="At most so many; by default all.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@exits_cleanly
def reconstruct(
    dataset: str | None,
    root: Path | None,
    options: tuple[str, ...],
    masks: int | None,
    as_json: bool,
) -> None:
    """Send one mask of every video of DATASET through the VAE and back; print MAE and mIoU."""
    from refvps.options import split_options
    from rem.reconstruction.console import measure, print_reconstruction

    found = measure((dataset, root), split_options(options), masks)
    print_reconstruction(found, as_json=as_json)
