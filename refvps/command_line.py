"""The frame of every command: the lazy group, expected errors as one line, exit codes."""

import functools
import json
import os
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import click

from refvps.errors import RefvpsError

P = ParamSpec("P")
R = TypeVar("R")

INTERRUPTED = 130


class PluginGroup(click.Group):
    """A click group whose commands are entry points, each imported when it is named."""

    def __init__(self, *args: Any, plugin_group: str = "refvps.commands", **kwargs: Any) -> None:  # noqa: ANN401 - click's own
        """Take click's arguments, and the group of entry points."""
        super().__init__(*args, **kwargs)
        self._plugin_group = plugin_group

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the installed commands."""
        from refvps import plugins

        return [*super().list_commands(ctx), *plugins.names(self._plugin_group)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if there is none of that name."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        from refvps import plugins
        from refvps.errors import UnknownPluginError

        try:
            command: click.Command = plugins.load(self._plugin_group, cmd_name)
        except UnknownPluginError as error:
            ctx.fail(error.message)
        except (ImportError, AttributeError) as error:
            return _broken(cmd_name, error)
        return command


@click.group(cls=PluginGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="refvps")
def main() -> None:
    """Referring video segmentation of dynamic processes."""


def exits_cleanly(command: Callable[P, R]) -> Callable[P, R]:
    """Turn expected errors of a command into one line on stderr and an exit code.

    The command's ``verbose`` parameter adds the error's details below the line, its ``as_json``
    parameter prints all of it as JSON on stdout. With ``REFVPS_DEBUG=1`` the traceback is shown.
    Ctrl-C exits 130.
    """

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        context = click.get_current_context()
        try:
            return command(*args, **kwargs)
        except RefvpsError as error:
            if os.environ.get("REFVPS_DEBUG"):
                raise
            _report(error, context.params)
            context.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("interrupted; run the same command again to go on from here", err=True)
            context.exit(INTERRUPTED)

    return wrapped


def _broken(name: str, cause: Exception) -> click.Command:
    """Return a stand-in, so that one broken plug-in does not take the others' help with it."""

    @click.command(name, help=f"Cannot be loaded: {type(cause).__name__}: {cause}.")
    def broken() -> None:
        raise cause

    return broken


def _report(error: RefvpsError, params: dict[str, Any]) -> None:
    if params.get("as_json"):
        found = {
            "kind": type(error).__name__,
            "message": error.message,
            "details": list(error.details),
        }
        click.echo(json.dumps({"error": found}, ensure_ascii=False, indent=1))
    click.echo(f"error: {' '.join(error.message.split())}", err=True)
    if params.get("verbose"):
        for detail in error.details:
            click.echo(f"  {detail}", err=True)
