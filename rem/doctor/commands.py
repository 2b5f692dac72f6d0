"""``refvps doctor rem``. Click alone is imported until it runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly


@click.command("rem", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--variant", metavar="NAME", help="Of this one alone; by default of each.")
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path),
    help="Weights to examine: a file or a folder, as the option of the method.",
)
@click.option("--base", metavar="FOLDER|HUB-NAME", help="Where to look for the base of --variant.")
@click.option("--size", type=click.IntRange(min=16), help="Side of the squares, for the memory.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@exits_cleanly
def rem(
    *,
    variant: str | None,
    checkpoint: Path | None,
    base: str | None,
    size: int | None,
    as_json: bool,
) -> None:
    """Packages, GPU, base, weights and memory for REM; nothing is downloaded."""
    from refvps.doctor.console import print_diagnosis
    from rem.doctor.examine import Question, examine

    print_diagnosis(examine(Question(variant, checkpoint, base, size)), as_json=as_json)
