"""The command `refvps figure`. Click alone is imported until it runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("figure", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("clips", nargs=-1, required=True, metavar="CLIP[/EXPRESSION]...")
@click.option("--methods", default="", metavar="A,B,…", help="Methods to compare, a row each.")
@click.option("--pred", type=FOLDER, help="Folder of their masks, as refvps-eval takes it.")
@click.option("--dataset", help="Data set; see `refvps datasets`. By default the built-in demo.")
@click.option("--root", type=FOLDER, help="Folder of the data set; alone, any release.")
@click.option(
    "--to",
    required=True,
    multiple=True,
    type=click.Path(path_type=Path),
    help="File to write: .png, .pdf or .mp4; may be given several times.",
)
@click.option(
    "--frames",
    type=click.IntRange(1, 24),
    help="Pictures side by side: annotated frames, evenly spaced. By default 5.",
)
@click.option("--at", default="", metavar="ID,ID,…", help="Show these frames instead.")
@click.option("--no-truth", is_flag=True, help="Leave out the truth, and with it every J.")
@click.option(
    "--columns",
    type=click.IntRange(1, 6),
    default=1,
    show_default=True,
    help="Clips side by side.",
)
@click.option(
    "--per-page",
    type=click.IntRange(1, 48),
    default=6,
    show_default=True,
    help="Clips on a page; a PNG of several pages becomes several files.",
)
@click.option(
    "--width",
    type=click.FloatRange(1, 40),
    default=7.0,
    show_default=True,
    help="Width of a page at most, in inches.",
)
@click.option(
    "--dpi",
    type=click.IntRange(50, 1200),
    default=300,
    show_default=True,
    help="Pixels an inch at most; frames are reduced to it, never enlarged.",
)
@click.option(
    "--video-width",
    type=click.IntRange(160, 7680),
    default=1920,
    show_default=True,
    help="Width of a video at most, in pixels.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more; list every problem.")
@exits_cleanly
def figure(  # noqa: PLR0913 - one parameter an option
    *,
    clips: tuple[str, ...],
    methods: str,
    pred: Path | None,
    dataset: str | None,
    root: Path | None,
    to: tuple[Path, ...],
    frames: int | None,
    at: str,
    no_truth: bool,
    columns: int,
    per_page: int,
    width: float,
    dpi: int,
    video_width: int,
    verbose: bool,
) -> None:
    """Put frames, truth and the masks of methods side by side, as a picture or a video.

    CLIP alone means its first expression. A video is made of each clip, with all of its frames.
    """
    from benchmark.figure.console import make_figures
    from benchmark.figure.request import Request
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    request = Request(
        clips=clips,
        methods=_listed(methods),
        pred=pred,
        dataset=dataset,
        root=root,
        frames=frames,
        at=_listed(at),
        truth=not no_truth,
        across=columns,
        a_page=per_page,
        width=width,
        dpi=dpi,
        video_width=video_width,
    )
    make_figures(request, to)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())
