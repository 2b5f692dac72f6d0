"""Methods in workers by name: those whose adapters come with this package, and the user's."""

from collections.abc import Mapping
from pathlib import Path

from baselines.worker.adapter_file import ADAPTERS, read_adapter
from baselines.worker.method import WorkerMethod
from baselines.worker.options import choose
from refvps.errors import ConfigError

NEEDED = ("checkout", "checkpoint")


def official(name: str, options: Mapping[str, str]) -> WorkerMethod:
    """Return a method that comes with an adapter of ours.

    Raises:
        ConfigError: options that cannot be, or no checkout or checkpoint.
    """
    owner = f"method {name!r}"
    lacking = [key for key in NEEDED if key not in options]
    if lacking:
        given = " ".join(f"--option {key}=PATH" for key in lacking)
        raise ConfigError(
            f"{owner} runs your own copy of its official code: give {given}; "
            f"`refvps doctor {name}` says what is missing and where to get it"
        )
    return WorkerMethod(choose(read_adapter(ADAPTERS / f"{name}.py"), options, owner))


def local_weights(name: str, options: Mapping[str, str]) -> WorkerMethod:
    """Return a method that comes with an adapter of ours and needs no code but a package's.

    Raises:
        ConfigError: options that cannot be, or no checkpoint.
    """
    owner = f"method {name!r}"
    if "checkpoint" not in options:
        raise ConfigError(
            f"{owner} reads weights from a folder of yours: give --option checkpoint=FOLDER; "
            f"`refvps doctor {name}` says what is missing and where to get it"
        )
    return WorkerMethod(choose(read_adapter(ADAPTERS / f"{name}.py"), options, owner))


def own(options: Mapping[str, str]) -> WorkerMethod:
    """Return a method of an adapter that the user wrote.

    Raises:
        ConfigError: options that cannot be, or no adapter.
        DataError: the adapter cannot be read.
    """
    given = dict(options)
    path = given.pop("adapter", None)
    if path is None:
        raise ConfigError(
            "method 'worker' runs an adapter of yours: give --option adapter=FILE; "
            "docs/workers.md says how to write one"
        )
    return WorkerMethod(choose(read_adapter(Path(path)), given, "method 'worker'"))
