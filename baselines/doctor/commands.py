"""``refvps doctor`` for methods in workers: one command each. Click alone is imported."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from refvps.command_line import exits_cleanly

LAST_LEVEL = 6
ANY = click.Path(path_type=Path)
PLACES = ("python", "checkout", "checkpoint", "assets", "device")
"""Options of the method that are options of the command too."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--python", type=ANY, help="Interpreter that the method runs in."),
        click.option("--checkout", type=ANY, help="Folder of the official code."),
        click.option("--checkpoint", type=ANY, help="Its weights: a file or a folder."),
        click.option("--assets", type=ANY, help="Folder of what else it reads."),
        click.option("--device", help="auto, cpu, cuda or cuda:N."),
        click.option("--option", "options", multiple=True, metavar="KEY=VALUE"),
        click.option(
            "--level",
            type=click.IntRange(0, LAST_LEVEL),
            default=LAST_LEVEL,
            show_default=True,
            help="The last level to examine: 0 files, 1 interpreter, 2 imports, 3 weights, "
            "4 loading, 5 operators, 6 a prediction.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print JSON for machines."),
    )[::-1]:
        command = option(command)
    return command


def _examine(
    name: str,
    *,
    level: int,
    as_json: bool,
    options: tuple[str, ...],
    **places: object,
) -> None:
    from baselines.doctor.examine import examine
    from refvps.doctor.console import print_diagnosis
    from refvps.method_choice import choices_of
    from refvps.options import split_options

    given = {key: str(value) for key, value in places.items() if value is not None}
    (choice,) = choices_of([name], {**split_options(options), **given})
    print_diagnosis(examine(name, choice.options, level), as_json=as_json)


def _doctor(name: str, title: str) -> click.Command:
    def command(**given: Any) -> None:  # noqa: ANN401 - click's own
        _examine(name, **given)

    command.__doc__ = f"Code, interpreter, weights and a prediction of {title}; downloads nothing."
    settings = {"help_option_names": ["-h", "--help"]}
    return click.command(name, context_settings=settings)(_options(exits_cleanly(command)))


mutr = _doctor("mutr", "MUTR")
uninext = _doctor("uninext", "UNINEXT")
vdit = _doctor("vdit", "VD-IT")
glus = _doctor("glus", "GLUS")
sam3 = _doctor("sam3", "SAM 3")
worker = click.option("--adapter", type=ANY, required=True, help="Your adapter.")(
    _doctor("worker", "your adapter")
)
