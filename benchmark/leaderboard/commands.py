"""``refvps leaderboard``. Click alone is imported until it runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("leaderboard", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option("--to", type=FOLDER, default="site", show_default=True, help="Folder of the site.")
@click.option("--title", default="Leaderboard", show_default=True, help="Of the first page.")
@click.option(
    "--videos",
    type=click.IntRange(0, 24),
    default=3,
    show_default=True,
    help="Clips to show a data set, where data and masks are at hand.",
)
@click.option(
    "--paper",
    multiple=True,
    metavar="TABLE",
    help="Also quote this table of the paper where it has the data set: 1 to 5 or B to I.",
)
@click.option("--dataset", metavar="NAME[:OPTION=VALUE,…]", help="Data set, for videos.")
@click.option("--root", type=FOLDER, help="Folder of the data set, for videos.")
@click.option("--pred", type=FOLDER, help="Folder of the masks, for videos.")
@click.option("-v", "--verbose", is_flag=True, help="Say more; list every problem.")
@exits_cleanly
def leaderboard(  # noqa: PLR0913 - one parameter an option
    *,
    folder: Path,
    to: Path,
    title: str,
    videos: int,
    paper: tuple[str, ...],
    dataset: str | None,
    root: Path | None,
    pred: Path | None,
    verbose: bool,
) -> None:
    """Make a static site from all records below DIR: rankings with intervals, groups, concepts.

    It opens from disk and asks no other machine for anything. Where data and masks are at hand it
    shows them as videos.
    """
    from benchmark.leaderboard.console import Wish, write_site
    from benchmark.report.overlays import Frames
    from refvps.logs import log_to_stderr

    log_to_stderr(verbose=verbose)
    frames = Frames(videos > 0, root, pred, dataset)
    click.echo(write_site(Wish(folder, to, title, videos, paper), frames))
