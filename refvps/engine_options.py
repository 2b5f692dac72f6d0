"""Options that say where many units of work are done, for every command that has them."""

import click

ENGINE = click.option(
    "--engine",
    type=click.Choice(["processes", "ray"]),
    default="processes",
    show_default=True,
    help="Where to work: on this machine, or on a Ray cluster.",
)
ADDRESS = click.option(
    "--address",
    metavar="HOST:PORT|auto",
    help="A cluster that runs; by default one is started on this machine for the time it takes.",
)
