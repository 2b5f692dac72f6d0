"""The options of a method that runs in a worker; its adapter adds its own."""

import dataclasses
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from baselines.worker.adapter_file import AdapterFile, OptionValue
from baselines.worker.gpus import share_of, visible_gpus
from baselines.worker.launch import Launch
from baselines.worker.process import LOADING, WORKING
from refvps.errors import ConfigError
from refvps.options import parse_options


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """Options that every method in a worker has.

    Attributes:
        python: its interpreter; by default this one.
        checkout: folder of the official code.
        checkpoint: its weights, a file or a folder.
        assets: folder that holds what else it reads, at the paths that the adapter names.
        device: "auto", "cpu", "cuda" or "cuda:N".
        seed: random numbers derive from it, the clip, the expression and the window.
        patience: seconds without a sign of life after which a worker is started again.
        load_patience: the same while it loads.
        logs: folder for logs; by default in the user's cache folder.
    """

    python: Path = field(default_factory=lambda: Path(sys.executable))
    checkout: Path | None = None
    checkpoint: Path | None = None
    assets: Path | None = None
    device: str = "auto"
    seed: int = 42
    patience: float = WORKING
    load_patience: float = LOADING
    logs: Path | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Options as they were understood.

    Attributes:
        adapter: whose they are.
        worker: those of every worker.
        own: those of the adapter.
    """

    adapter: AdapterFile
    worker: WorkerOptions
    own: Mapping[str, OptionValue]

    def launch(self, worker: int) -> Launch:
        """Return what one of several workers is started with."""
        options = self.worker
        device, gpu = share_of(options.device, worker, visible_gpus())
        return Launch(
            adapter=self.adapter,
            python=options.python,
            checkout=options.checkout,
            checkpoint=options.checkpoint,
            assets=options.assets,
            options=self.own,
            device=device,
            gpu=gpu,
        )


def choose(adapter: AdapterFile, given: Mapping[str, str], owner: str) -> Choice:
    """Return the options of a method.

    Raises:
        ConfigError: an option is unknown, or what it names is not there.
    """
    fields = {item.name for item in dataclasses.fields(WorkerOptions)}
    shared = {key: value for key, value in given.items() if key in fields}
    rest = {key: value for key, value in given.items() if key not in fields}
    options = parse_options(WorkerOptions, shared, owner)
    own = adapter.options(rest, owner)
    problems = [*_absent(options)]
    if problems:
        raise ConfigError(f"{owner}: {problems[0]}", details=problems)
    return Choice(adapter, options, own)


def _absent(options: WorkerOptions) -> list[str]:
    named = {"python": options.python, "checkout": options.checkout}
    named |= {"checkpoint": options.checkpoint, "assets": options.assets}
    return [
        f"option {name}={path}: no such {'folder' if name in ('checkout', 'assets') else 'file'}"
        for name, path in named.items()
        if path is not None and not path.exists()
    ]
