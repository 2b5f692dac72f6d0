"""A command of another package."""

import click


@click.command("hello")
def hello() -> None:
    """Say hello from another package."""
    click.echo("hello from a plug-in")
