"""Builds an environment from its lock file, with uv, or with venv and pip."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from refvps.errors import ConfigError, DataError, MissingProgramError, RefvpsError
from refvps.settings import read_settings

HERE = Path(__file__).parent
Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment that this package describes.

    Attributes:
        name: also of its folder here.
        python: the version of the interpreter.
        runs: what it is for.
    """

    name: str
    python: str
    runs: str

    @property
    def lock(self) -> Path:
        """Every package with its version and the digests of its files."""
        return HERE / self.name / "requirements.txt"


ENVIRONMENTS: Mapping[str, Environment] = {
    found.name: found
    for found in (
        Environment("rvos-compat", "3.10", "mutr, uninext, vdit"),
        Environment("glus", "3.10", "glus"),
    )
}


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be done to build an environment.

    Attributes:
        python: the interpreter that there will be.
        commands: in order.
    """

    python: Path
    commands: tuple[Command, ...]


def plan(name: str, folder: Path | None, tool: str) -> Planned:
    """Return how an environment is built.

    Args:
        name: of ``ENVIRONMENTS``.
        folder: where; by default in the user's cache folder.
        tool: "uv", "venv" or "auto".

    Raises:
        ConfigError: no such environment.
        MissingProgramError: neither uv nor the right Python is installed.
    """
    if name not in ENVIRONMENTS:
        known = ", ".join(ENVIRONMENTS)
        raise ConfigError(f"no environment is called {name!r}; there are {known}")
    found = ENVIRONMENTS[name]
    place = (folder or read_settings().cache_folder / "envs" / name).absolute()
    python = place / "bin/python"
    uv, own = shutil.which("uv"), shutil.which(f"python{found.python}")
    if tool == "uv" or (tool == "auto" and uv):
        if uv is None:
            raise MissingProgramError("uv is not installed; get it with: pip install uv")
        make: Command = (uv, "venv", "--python", found.python, str(place))
        fill: Command = (uv, "pip", "sync", "--require-hashes", "--python", str(python))
        return Planned(python, (make, (*fill, str(found.lock))))
    if own is None:
        raise MissingProgramError(
            f"environment {name!r} needs Python {found.python}, which is not installed; "
            "uv brings its own: pip install uv"
        )
    pip = (str(python), "-m", "pip", "install", "--require-hashes", "--no-deps", "-r")
    return Planned(python, ((own, "-m", "venv", str(place)), (*pip, str(found.lock))))


def create_environment(planned: Planned) -> Path:
    """Build an environment, with the tools' own progress on stderr; return its interpreter.

    Raises:
        DataError: something is there already.
        RefvpsError: a command failed.
    """
    place = planned.python.parents[1]
    if place.exists() and any(place.iterdir()):
        raise DataError(place, "is there already; remove it, or give another --folder")
    for command in planned.commands:
        done = subprocess.run(command, stdout=2, check=False)
        if done.returncode != 0:
            shutil.rmtree(place, ignore_errors=True)
            raise RefvpsError(
                f"{' '.join(command[:3])} … ended with exit code {done.returncode}; its own "
                "message is above, and nothing is left of the environment"
            )
    return planned.python
