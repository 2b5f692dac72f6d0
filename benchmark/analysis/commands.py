"""Commands that analyse records. Click alone is imported until one runs."""

from pathlib import Path
from typing import Literal

import click

from refvps.command_line import exits_cleanly

RECORDS = click.argument(
    "records",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="RECORD...",
)
TABLE_TO = click.option(
    "--to",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File to write instead of printing: .json, .csv, .md or .tex. May be repeated.",
)
PICTURE_TO = click.option(
    "--to",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File to write instead of printing: .png, .pdf, .svg, .json, .csv, .md or .tex. "
    "May be repeated.",
)
DATASET = click.option(
    "--dataset", help="Data set of the records; by default the one of that name."
)
ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the data set; alone, any folder in the release format.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
HELP = {"help_option_names": ["-h", "--help"]}


@click.group("analyse", context_settings=HELP)
def analyse() -> None:
    """Ask more of records than one mean; the paper's analyses."""


@analyse.command("consistency", context_settings=HELP)
@RECORDS
@click.option("--signed", is_flag=True, help="Signed steps, as equation B is printed.")
@click.option(
    "--divisor",
    type=click.Choice(["pairs", "frames"]),
    default="pairs",
    show_default=True,
    help="Divide a clip's steps by pairs of frames, or by frames as equation A is printed.",
)
@TABLE_TO
@JSON
@exits_cleanly
def consistency(
    *,
    records: tuple[Path, ...],
    signed: bool,
    divisor: Literal["pairs", "frames"],
    to: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Print how much J jumps from frame to frame, beside J (Table H)."""
    from benchmark.analysis import console
    from benchmark.analysis.consistency import Steps

    console.consistency(records, Steps(signed, divisor), to, as_json=as_json)


@analyse.command("frames", context_settings=HELP)
@RECORDS
@TABLE_TO
@JSON
@exits_cleanly
def frames(*, records: tuple[Path, ...], to: tuple[Path, ...], as_json: bool) -> None:
    """Print J where the target is shown, false positives, empty masks, recall and decay."""
    from benchmark.analysis import console

    console.frames(records, to, as_json=as_json)


@analyse.command("coverage", context_settings=HELP)
@RECORDS
@click.option(
    "--min-clips",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Leave out classes with fewer clips.",
)
@PICTURE_TO
@JSON
@exits_cleanly
def coverage(
    *, records: tuple[Path, ...], min_clips: int, to: tuple[Path, ...], as_json: bool
) -> None:
    """Print or draw J of every class, sorted, and how many classes reach it (Figure D)."""
    from benchmark.analysis import console

    console.coverage(records, min_clips, to, as_json=as_json)


@analyse.command("failures", context_settings=HELP)
@RECORDS
@DATASET
@ROOT
@click.option(
    "--bins",
    type=click.IntRange(min=2, max=20),
    default=4,
    show_default=True,
    help="Bins of equally many targets or expressions.",
)
@PICTURE_TO
@JSON
@exits_cleanly
def failures(  # noqa: PLR0913 - one parameter an option
    *,
    records: tuple[Path, ...],
    dataset: str | None,
    root: Path | None,
    bins: int,
    to: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Print or draw J by motion, change of shape and expression length (Figure C).

    Motion and shape are read from the truth, so the data set must be at hand.
    """
    from benchmark.analysis import console

    console.failures(records, (dataset, root), bins, to, as_json=as_json)


@analyse.command("speed", context_settings=HELP)
@click.option("--method", required=True, help="Method to run; see `refvps methods`.")
@click.option(
    "--option", "options", multiple=True, metavar="KEY=VALUE", help="Option of the method."
)
@click.option("--dataset", help="Data set of the clips. By default the built-in demo.")
@ROOT
@click.option("--frames", type=click.IntRange(min=1), default=32, show_default=True)
@click.option("--runs", type=click.IntRange(min=1), default=80, show_default=True)
@click.option(
    "--warm-up",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Runs before those that are counted.",
)
@click.option("--size", metavar="HEIGHTxWIDTH", help="Size to bring frames to; else as they are.")
@TABLE_TO
@JSON
@exits_cleanly
def speed(  # noqa: PLR0913 - one parameter an option
    *,
    method: str,
    options: tuple[str, ...],
    dataset: str | None,
    root: Path | None,
    frames: int,
    runs: int,
    warm_up: int,
    size: str | None,
    to: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Print what a method takes: time a clip and peak memory, in a fresh process (Table B)."""
    from benchmark.analysis import console
    from refvps.method_choice import MethodChoice
    from refvps.options import split_options

    choice = MethodChoice(method, split_options(options))
    wish = console.SpeedWish(frames, runs, warm_up, size)
    console.speed(choice, (dataset, root), wish, to, as_json=as_json)
