"""``refvps doctor``: one sub-command a method that brings a doctor. Click alone is imported."""

import click

from refvps.command_line import PluginGroup, exits_cleanly
from refvps.plugins import DOCTORS

HELP = {"help_option_names": ["-h", "--help"]}


@click.group(
    "doctor",
    cls=PluginGroup,
    plugin_group=DOCTORS,
    invoke_without_command=True,
    context_settings=HELP,
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.pass_context
@exits_cleanly
def doctor(context: click.Context, *, as_json: bool) -> None:
    """Say what is present for a method, what is missing and what gets it; alone, list doctors."""
    if context.invoked_subcommand is None:
        from refvps.doctor.console import print_doctors

        print_doctors(context, as_json=as_json)
