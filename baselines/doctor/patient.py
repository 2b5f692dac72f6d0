"""A method under examination: its options, and the one worker that all levels ask."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from baselines.doctor.sources import Source
from baselines.worker.launch import Launch
from baselines.worker.options import Choice
from baselines.worker.process import WorkerProcess


class Patient:
    """What is examined, with what the levels so far have found."""

    def __init__(
        self, choice: Choice, absent: Mapping[str, Path], source: Source | None, folder: Path
    ) -> None:
        """Start nothing yet.

        Args:
            choice: adapter and options.
            absent: paths that were given and are not there, by option.
            source: where its pieces are to be had, if known.
            folder: for the worker, removed by whoever made it.
        """
        self.choice, self.absent, self.source = choice, absent, source
        self.folder = folder
        self.facts: dict[str, Any] = {}
        self.hello: dict[str, Any] = {}
        self._process: WorkerProcess | None = None

    @property
    def launch(self) -> Launch:
        """What its worker is started with."""
        return self.choice.launch(0)

    @property
    def process(self) -> WorkerProcess:
        """Its worker, started when it is first asked."""
        if self._process is None:
            self._process = WorkerProcess(self.launch, self.folder / "worker")
        return self._process

    def ask(self, operation: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Return the worker's reply; see ``WorkerProcess.ask``."""
        return self.process.ask(operation, self.choice.worker.load_patience, **fields)

    def end(self) -> None:
        """End its worker."""
        if self._process is not None:
            self._process.end()

    def get(self, what: str) -> str | None:
        """Return the command or the place that a piece is had from, if known."""
        if self.source is None:
            return None
        code = self.source.code
        known = {"checkout": code.clone() if code else None, "checkpoint": self.source.checkpoint}
        known["environment"] = self.source.install()
        return known[what]
