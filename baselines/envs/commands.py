"""``refvps env``: environments for official methods. Click alone is imported until one runs."""

from pathlib import Path

import click

from refvps.command_line import exits_cleanly

HELP = {"help_option_names": ["-h", "--help"]}


@click.group("env", context_settings=HELP)
def env() -> None:
    """Environments that official methods run in."""


@env.command("list", context_settings=HELP)
@exits_cleanly
def list_environments() -> None:
    """List the environments, what runs in each, and where its lock file is."""
    from baselines.envs.create import ENVIRONMENTS

    for found in ENVIRONMENTS.values():
        click.echo(f"{found.name:<12}  Python {found.python}  {found.runs}  [{found.lock}]")


@env.command("create", context_settings=HELP)
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Where to build it. By default in the user's cache folder.",
)
@click.option(
    "--with",
    "tool",
    type=click.Choice(["auto", "uv", "venv"]),
    default="auto",
    show_default=True,
    help="What builds it: uv if it is installed, else venv and pip.",
)
@click.option("--dry-run", is_flag=True, help="Print the commands and run none.")
@exits_cleanly
def create(*, name: str, folder: Path | None, tool: str, dry_run: bool) -> None:
    """Build an environment from its lock file; this downloads gigabytes."""
    from baselines.envs.create import create_environment, plan

    planned = plan(name, folder, tool)
    if dry_run:
        for command in planned.commands:
            click.echo(" ".join(map(str, command)))
        return
    click.echo(create_environment(planned))
