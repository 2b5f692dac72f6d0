"""Commands that make the small REM's data and parts. Click alone is imported until one runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly

HELP = {"help_option_names": ["-h", "--help"]}
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("tiny", context_settings=HELP)
def tiny() -> None:
    """Make what the small REM is trained on and from; see docs/design/0018."""


@tiny.command("corpus", context_settings=HELP)
@click.option("--to", type=FOLDER, required=True, help="A new folder.")
@click.option(
    "--videos",
    type=click.IntRange(min=1),
    default=24,
    show_default=True,
    help="Of each of the 18 scenes.",
)
@click.option("--first-seed", type=int, default=1000, show_default=True)
@click.option("--held-out", multiple=True, help="A concept without masks. By default four.")
@click.option("--uncaptioned", is_flag=True, help="Leave out videos of held-out concepts.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True)
@exits_cleanly
def corpus(  # noqa: PLR0913 - one parameter an option
    *,
    to: Path,
    videos: int,
    first_seed: int,
    held_out: tuple[str, ...],
    uncaptioned: bool,
    workers: int,
) -> None:
    """Render training videos, with captions and with masks, as two releases."""
    from rem.tiny.corpus import HELD_OUT, Corpus, write_corpus

    wanted = Corpus(videos, first_seed, held_out or HELD_OUT, captioned=not uncaptioned)
    write_corpus(to, wanted, workers=workers)
    click.echo(f"{to / 'captions'}\n{to / 'masks'}")


@tiny.command("base", context_settings=HELP)
@click.option("--to", type=FOLDER, required=True, help="A new folder, in the Diffusers layout.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--corpus", type=FOLDER, help="Train the autoencoder anew, on what `refvps tiny corpus` made."
)
@click.option("--steps", type=click.IntRange(min=20), default=3000, show_default=True)
@click.option("--device", default="cpu", show_default=True)
@exits_cleanly
def base(*, to: Path, seed: int, corpus: Path | None, steps: int, device: str) -> None:
    """Make tokenizer, random network and text encoder; the autoencoder is the one that ships."""
    from refvps.logs import log_to_stderr
    from rem.tiny.autoencoder import Training
    from rem.tiny.base import train_base, write_base

    log_to_stderr(verbose=True)
    if corpus is None:
        write_base(to, seed=seed)
    else:
        found = train_base(to, corpus, Training(steps=steps, seed=seed, device=device))
        click.echo(
            f"masks keep {100 * found.mask_iou:.2f} % IoU through the autoencoder; "
            f"mean error of frames {found.frame_error:.4f} of 2"
        )
    click.echo(to)


@tiny.command("ship", context_settings=HELP)
@click.argument("run", type=FOLDER)
@click.option("--to", type=FOLDER, required=True, help="A new folder.")
@exits_cleanly
def ship(*, run: Path, to: Path) -> None:
    """Make the folder that ships from checkpoint RUN: what inference needs, in float16."""
    from rem.tiny.shipping import write_shipped

    click.echo(f"{to}  {write_shipped(run, to) / 1e6:.1f} MB")
