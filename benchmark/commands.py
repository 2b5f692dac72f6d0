"""The commands of the benchmark. Click alone is imported until one runs."""

import re
from pathlib import Path
from typing import Literal

import click

from refvps.command_line import exits_cleanly
from refvps.engine_options import ADDRESS, ENGINE


def _folder(_context: click.Context, _option: click.Parameter, value: Path) -> Path:
    """Refuse an address, which would become a folder of that name here."""
    if re.match(r"[a-z][a-z0-9+.-]+:/", str(value)):
        raise click.BadParameter(
            f"{value} is an address; masks are stored in a folder here, and "
            "`refvps predict --copies ADDRESS` keeps a copy there"
        )
    return value


PRED = click.option(
    "--pred",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    callback=_folder,
    help="Folder of predicted masks; missing ones are stored below it.",
)
DATASET = click.option(
    "--dataset",
    metavar="NAME[:OPTION=VALUE,…]",
    help="Data set; see `refvps datasets`. By default the built-in demo.",
)
ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the data set; alone, any folder in the release format.",
)
OPTION = click.option(
    "--option",
    "options",
    multiple=True,
    metavar="[METHOD.]KEY=VALUE",
    help="Option of the method; with METHOD, of that one alone.",
)
VARIANT = click.option("--variant", help="Short for --option variant=VARIANT.")
CHECKPOINT = click.option("--checkpoint", help="Short for --option checkpoint=CHECKPOINT.")
DEVICE = click.option("--device", help="Short for --option device=DEVICE.")
WORKERS = click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes to work in. By default one a core.",
)
VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Say more; list every problem.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
HELP = {"help_option_names": ["-h", "--help"]}


@click.command("refvps-eval", context_settings=HELP)
@click.option(
    "--method",
    default="rem",
    show_default=True,
    help="Method to score; see `refvps methods`.",
)
@PRED
@DATASET
@ROOT
@click.option("--no-run", is_flag=True, help="Score stored masks alone; never run the method.")
@OPTION
@VARIANT
@CHECKPOINT
@DEVICE
@WORKERS
@click.option(
    "--record",
    "record_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the record. By default PRED/METHOD/DATASET/record.json.",
)
@click.option(
    "--cache/--no-cache",
    "keep_truth",
    default=True,
    help="Keep decoded truth in the cache folder for the next evaluation.",
)
@click.option(
    "--backend",
    type=click.Choice(["numpy", "compiled"]),
    default="numpy",
    help="What counts pixels: NumPy, or C compiled once on this machine. Scores are the same.",
)
@click.option(
    "--metrics",
    type=click.Choice(["J", "J,F"]),
    default="J",
    help="Region similarity alone, or contour accuracy beside it.",
)
@JSON
@VERBOSE
@click.version_option(package_name="refvps")
@exits_cleanly
def evaluate(  # noqa: PLR0913 - one parameter an option
    *,
    method: str,
    pred: Path,
    dataset: str | None,
    root: Path | None,
    no_run: bool,
    options: tuple[str, ...],
    variant: str | None,
    checkpoint: str | None,
    device: str | None,
    workers: int | None,
    record_path: Path | None,
    keep_truth: bool,
    backend: str,
    metrics: str,
    as_json: bool,
    verbose: bool,
) -> None:
    """Score a method: predict the masks that are missing, then compare all with the truth."""
    from benchmark.console import ScoringChoice, evaluate_method, print_record, write_record
    from refvps.logs import log_to_stderr
    from refvps.method_choice import choices_of
    from refvps.options import short_options, split_options

    log_to_stderr(verbose=verbose)
    short = short_options(variant=variant, checkpoint=checkpoint, device=device)
    given = split_options((*options, *short))
    (choice,) = choices_of([method], given)
    scoring = ScoringChoice(workers, keep_truth, backend, contours=metrics == "J,F")
    record = evaluate_method(choice, pred, data=(dataset, root), run=not no_run, scoring=scoring)
    written = write_record(record, pred, record_path)
    print_record(record, written, as_json=as_json)


@click.command("predict", context_settings=HELP)
@click.option(
    "--method", "methods", required=True, multiple=True, help="Method; may be given several times."
)
@PRED
@DATASET
@ROOT
@OPTION
@VARIANT
@CHECKPOINT
@DEVICE
@WORKERS
@ENGINE
@ADDRESS
@click.option(
    "--gpus",
    type=click.FloatRange(min=0),
    help="GPUs of each worker of a cluster; by default 1 for methods that use one.",
)
@click.option(
    "--shard",
    metavar="I/N",
    help="Predict part I of N alone, for job arrays: 1/8 to 8/8 are the whole.",
)
@click.option(
    "--copies",
    metavar="ADDRESS",
    help="Keep copies of all masks there, s3://BUCKET/PREDS say, and go on with what is there.",
)
@VERBOSE
@exits_cleanly
def predict(  # noqa: PLR0913 - one parameter an option
    *,
    methods: tuple[str, ...],
    pred: Path,
    dataset: str | None,
    root: Path | None,
    options: tuple[str, ...],
    variant: str | None,
    checkpoint: str | None,
    device: str | None,
    workers: int | None,
    engine: Literal["processes", "ray"],
    address: str | None,
    gpus: float | None,
    shard: str | None,
    copies: str | None,
    verbose: bool,
) -> None:
    """Predict the masks that are missing, for one method or several, without scoring."""
    from benchmark.console import Where, predict_methods
    from refvps.engine import Engine
    from refvps.logs import log_to_stderr
    from refvps.method_choice import choices_of
    from refvps.options import short_options, split_options
    from refvps.shards import parse_shard

    log_to_stderr(verbose=verbose)
    short = short_options(variant=variant, checkpoint=checkpoint, device=device)
    given = split_options((*options, *short))
    names = [name for listed in methods for name in listed.split(",") if name]
    choices = choices_of(names, given)
    chosen = Engine(engine, workers, address, gpus)
    part = parse_shard(shard) if shard else None
    where = Where(pred, copies)
    predict_methods(choices, where, data=(dataset, root), engine=chosen, shard=part)


@click.command("methods", context_settings=HELP)
@JSON
@exits_cleanly
def methods(as_json: bool) -> None:
    """List the installed methods."""
    from benchmark.console import print_methods

    print_methods(as_json=as_json)


@click.command("datasets", context_settings=HELP)
@click.option(
    "--check",
    "name",
    metavar="NAME[:KEY=VALUE,…]",
    help="Say where to get a data set, and read all of it.",
)
@click.option(
    "--root", type=click.Path(path_type=Path, file_okay=False), help="Its folder, for --check."
)
@JSON
@VERBOSE
@exits_cleanly
def datasets(
    *,
    name: str | None,
    root: Path | None,
    as_json: bool,
    verbose: bool,  # noqa: ARG001 - read where errors are printed
) -> None:
    """List the installed data sets, and where this machine has them; or check one."""
    from benchmark.console import print_datasets
    from benchmark.datasets.console import check_dataset

    if name is not None:
        check_dataset(name, root, as_json=as_json)
    elif root is not None:
        raise click.UsageError("--root goes with --check NAME")
    else:
        print_datasets(as_json=as_json)
