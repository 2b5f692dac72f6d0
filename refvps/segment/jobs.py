"""Jobs of the page: each a process, started, followed and stopped."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 5.0
"""Seconds that a job has to stop by itself."""

CRASHED = "the method crashed; the terminal that serves this page says more"


@dataclass(frozen=True, slots=True)
class JobAsked:
    """What the page asks for, as typed.

    Attributes:
        video: the file.
        expressions: one or more sentences.
        method: a method's name.
        options: ``key=value`` texts.
        times: start, end and frames a second; empty texts for none.
    """

    video: str
    expressions: tuple[str, ...]
    method: str
    options: tuple[str, ...]
    times: tuple[str, str, str]

    def line(self, folder: Path) -> str:
        """Return the job for ``refvps.segment.job``."""
        return json.dumps(
            {
                "video": self.video,
                "expressions": self.expressions,
                "method": self.method,
                "options": self.options,
                "times": [text.strip() or None for text in self.times],
                "folder": str(folder),
            }
        )


class Job:
    """One process that segments."""

    def __init__(self, asked: JobAsked, folder: Path) -> None:
        """Start it; the results go to a folder that does not exist yet."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "refvps.segment.job"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # A terminal's Ctrl-C ends the page, which then stops its jobs in its own way.
            start_new_session=True,
        )
        try:
            self._pipe.write(f"{asked.line(folder)}\n")
            self._pipe.flush()
        except BrokenPipeError:
            self.stop()

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield what it says, the last of which is ``finished`` or ``error``."""
        last: dict[str, Any] = {}
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        for line in self._process.stdout:
            last = json.loads(line)
            yield last
        if "finished" not in last and "error" not in last:
            yield {"error": CRASHED}

    def stop(self) -> None:
        """Stop it if it still runs, and wait until it is gone."""
        with contextlib.suppress(BrokenPipeError):
            self._pipe.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def _pipe(self) -> Any:  # noqa: ANN401
        return self._process.stdin
