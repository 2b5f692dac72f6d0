"""The command `refvps release build`. Click alone is imported until it runs."""

from pathlib import Path
from typing import Any

import click

from refvps.command_line import exits_cleanly

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("build", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("project", type=FOLDER)
@click.option("--to", required=True, type=FOLDER, help="A new folder.")
@click.option("--name", required=True, help="The data set's name.")
@click.option("--version", required=True, help="MAJOR.MINOR.PATCH.")
@click.option("--licence", default="unknown", show_default=True, help="Of the annotations.")
@click.option("--description", default="", help="A sentence or two.")
@click.option(
    "--kind", type=click.Choice(["ids-only", "full"]), default="ids-only", show_default=True
)
@click.option("--provenance", type=FILE, help="From `refvps collect provenance`.")
@click.option("--attestations", type=FILE, help="TOML: who says that pixels may be published.")
@click.option("--previous", type=FOLDER, help="The release before: changelog and removals.")
@click.option("--unreviewed", is_flag=True, help="Also what nobody accepted yet.")
@exits_cleanly
def build(*, project: Path, to: Path, **asked: Any) -> None:  # noqa: ANN401 - options
    """Publish PROJECT: accepted masks, expressions, provenance, datasheet, metadata, checksums."""
    from annotator.project import Project
    from annotator.release.build import Asked, build_release

    built = build_release(Project(project), to, Asked(**asked))
    click.echo(f"{to}: {asked['name']} {asked['version']}, {built.clips} clips, {asked['kind']}")
    click.echo(f"digest {built.digest}")
    for line in built.changes.lines if built.changes is not None else ():
        click.echo(f"since the release before: {line}")
    if built.left_out:
        listed = ", ".join(built.left_out[:5]) + (", …" if len(built.left_out) > 5 else "")
        click.echo(f"{len(built.left_out)} clips are not ready and left out: {listed}", err=True)
    if built.removed:
        click.echo(f"{built.removed} clips were removed before and are left out", err=True)
