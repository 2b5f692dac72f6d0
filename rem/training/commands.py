"""The command of training. Click alone is imported until it runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly

HELP = {"help_option_names": ["-h", "--help"]}
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("train", context_settings=HELP)
@click.option("--recipe", metavar="NAME|FILE", help="What to do; see --recipes.")
@click.option("--recipes", "listed", is_flag=True, help="List the recipes that ship.")
@click.option(
    "--data",
    multiple=True,
    metavar="NAME=DIR|DIR",
    help="Where a data set of the recipe lies; or a release to train on instead.",
)
@click.option("--to", type=FOLDER, help="Folder of the run.")
@click.option(
    "--base", metavar="DIR|REPO", help="Components of the generator. By default the hub cache's."
)
@click.option(
    "--from",
    "start",
    type=click.Path(path_type=Path),
    help="Weights of the stage before: a folder such as RUN/best, or an official file.",
)
@click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change the recipe: a dotted key."
)
@click.option("--resume", is_flag=True, help="Go on where the run's last checkpoint is.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and what it takes; stop.")
@click.option(
    "--per-device",
    type=click.IntRange(min=1),
    help="Samples that go through the network at once. By default all of a process.",
)
@click.option("--processes", type=click.IntRange(min=1), help="How many to plan for: --dry-run.")
@click.option(
    "--workers", type=click.IntRange(min=0), default=2, show_default=True, help="Readers ahead."
)
@click.option("--cache", type=FOLDER, help="Keep latents here, made once before training.")
@click.option("--tensorboard", "board", is_flag=True, help="Write TensorBoard's files too.")
@click.option("--cpu", is_flag=True, help="Leave the GPU alone.")
@click.option(
    "--threads", type=click.IntRange(min=1), default=1, show_default=True, help="On a CPU."
)
@click.option("-v", "--verbose", is_flag=True, help="Say more; list every problem.")
@exits_cleanly
def train(  # noqa: PLR0913 - one parameter an option
    *,
    recipe: str | None,
    listed: bool,
    data: tuple[str, ...],
    to: Path | None,
    base: str | None,
    start: Path | None,
    changes: tuple[str, ...],
    resume: bool,
    dry_run: bool,
    per_device: int | None,
    processes: int | None,
    workers: int,
    cache: Path | None,
    board: bool,
    cpu: bool,
    threads: int,
    verbose: bool,
) -> None:
    """Fine-tune a text-to-video generator into a segmenter, as a recipe says.

    On several GPUs: accelerate launch --num_processes N $(which refvps) train …
    """
    from refvps.logs import log_to_stderr
    from rem.training import console
    from rem.training.assembly import Machine

    log_to_stderr(verbose=verbose)
    if listed:
        console.print_recipes()
        return
    wish = console.Wish(recipe, data, changes, base, start)
    machine = Machine(per_device, workers, cache, board, cpu, threads)
    if dry_run:
        console.print_plan(wish, machine, processes)
    else:
        console.train(wish, machine, to, resume=resume)
