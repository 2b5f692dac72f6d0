"""The command `refvps release takedown`. Click alone is imported until it runs."""

import json
from pathlib import Path

import click

from refvps.command_line import exits_cleanly

LEFT = 3


@click.command("takedown", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("clip", metavar="CLIP|PLATFORM:ID")
@click.argument("places", nargs=-1, required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--reason", required=True, help="Kept with the tombstone.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@exits_cleanly
def takedown(
    *, clip: str, places: tuple[Path, ...], reason: str, dry_run: bool, as_json: bool
) -> None:
    """Take a clip, and all of its video, out of PLACES for good, and look whether a trace is left.

    PLACES are folders: a collection, projects with everybody's revisions, releases, folders of
    predictions. The cache of this machine is cleared too.
    """
    from refvps.logs import log_to_stderr
    from refvps.settings import read_settings
    from refvps.takedown.takedown import places_of, resolve, take_down
    from refvps.tombstones import utc_now

    log_to_stderr(verbose=False)
    cache = read_settings().cache_folder
    held = places_of([*places, *([cache] if cache.is_dir() else [])])
    names = resolve(held, clip)
    if dry_run:
        for name in sorted(names):
            click.echo(f"{name.kind}  {name.value}")
        return
    done = take_down(held, names, reason, utc_now())
    if as_json:
        document = {"clips": done.clips, "done": done.lines, "left": done.left}
        click.echo(json.dumps({**document, "looked_at": done.looked_at}, indent=1))
    else:
        for line in done.lines:
            click.echo(line)
        for line in done.left:
            click.echo(f"left: {line}")
        said = "nothing of it is left" if not done.left else f"{len(done.left)} files hold traces"
        click.echo(f"{said} in {done.looked_at} files; copies made elsewhere are not reached")
    if done.left:
        click.get_current_context().exit(LEFT)
