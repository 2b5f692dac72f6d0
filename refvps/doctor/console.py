"""What the doctors' commands print."""

import json

import click

from refvps.command_line import PluginGroup
from refvps.doctor.findings import Diagnosis

MISSING = 3
"""The exit code where something is missing."""


def print_doctors(context: click.Context, *, as_json: bool) -> None:
    """Print every doctor with the first line of what it says it does."""
    group = context.command
    assert isinstance(group, PluginGroup)  # noqa: S101 - for the type checker
    found = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found[name] = command.get_short_help_str(80) if command else ""
    if as_json:
        listed = [{"name": name, "summary": summary} for name, summary in found.items()]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    width = max(map(len, found), default=0)
    for name, summary in found.items():
        click.echo(f"refvps doctor {name:<{width}}  {summary}")


def print_diagnosis(diagnosis: Diagnosis, *, as_json: bool) -> None:
    """Print what a doctor found, and exit 3 if anything is missing."""
    if as_json:
        click.echo(json.dumps(diagnosis.document(), ensure_ascii=False, indent=1))
    else:
        click.echo(diagnosis.text())
    if diagnosis.missing:
        click.get_current_context().exit(MISSING)
