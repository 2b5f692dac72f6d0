"""The command `refvps segment`. Click alone is imported until it runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly


@click.command("segment", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("video", required=False, type=click.Path(path_type=Path))
@click.argument("expressions", nargs=-1, metavar="[EXPRESSION]...")
@click.option("--method", help="Method to segment with; see `refvps methods`.")
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write. By default VIDEO-METHOD here.",
)
@click.option("--start", metavar="TIME", help="Where to start: seconds, or 1:02.5.")
@click.option("--end", metavar="TIME", help="Where to end: seconds, or 1:02.5.")
@click.option(
    "--fps",
    metavar="RATE",
    help="Resample a video to so many frames a second; by default every frame is kept, at its own "
    "time. For a folder: its rate, by default 24.",
)
@click.option(
    "--option", "options", multiple=True, metavar="KEY=VALUE", help="Option of the method."
)
@click.option("--variant", help="Short for --option variant=VARIANT.")
@click.option("--checkpoint", help="Short for --option checkpoint=CHECKPOINT.")
@click.option("--device", help="Short for --option device=DEVICE.")
@click.option("--force", is_flag=True, help="Replace an earlier result in the folder.")
@click.option("--web", is_flag=True, help="Open a page to do the same in a browser.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the page.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=7860,
    show_default=True,
    help="Port of the page; 0 for any that is free.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.option("-v", "--verbose", is_flag=True, help="Say more; list every problem.")
@exits_cleanly
def segment(  # noqa: PLR0913 - one parameter an option
    *,
    video: Path | None,
    expressions: tuple[str, ...],
    method: str | None,
    to: Path | None,
    start: str | None,
    end: str | None,
    fps: str | None,
    options: tuple[str, ...],
    variant: str | None,
    checkpoint: str | None,
    device: str | None,
    force: bool,
    web: bool,
    host: str,
    port: int,
    as_json: bool,
    verbose: bool,
) -> None:
    """Segment what sentences say in VIDEO, a video file or a folder of frames.

    Writes an overlay video with its sound, masks as PNG and as JSON, the area of each target over
    time, and a contact sheet.
    """
    from refvps.logs import log_to_stderr
    from refvps.options import short_options

    log_to_stderr(verbose=verbose)
    short = short_options(variant=variant, checkpoint=checkpoint, device=device)
    options = (*options, *short)
    if web:
        _require_page_only(video, to, start, end, fps)
        from refvps.segment.page import serve

        serve(host, port, method=method, options=options)
        return
    if video is None:
        raise click.UsageError("name a video, or open the page with --web")
    from refvps.segment.console import Asked, segment_video

    asked = Asked(video, expressions, method, options, (start, end, fps))
    segment_video(asked, to, force=force, as_json=as_json)


def _require_page_only(video: Path | None, *others: object) -> None:
    if video is not None or any(other is not None for other in others):
        raise click.UsageError(
            "--web opens a page where the video and the rest are chosen; leave them out here"
        )
