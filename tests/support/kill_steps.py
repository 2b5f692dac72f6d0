"""Dies by SIGKILL at a chosen step of writing: before or after any call that changes a disk."""

import os
import signal
from pathlib import Path

CALLS = ("fsync", "replace", "truncate", "mkdir")


class Killer:
    """Counts the calls that change the disk and dies at one of them.

    Args:
        at: the number of the step to die at; every call is two, before and after it.
    """

    def __init__(self, at: int) -> None:
        self.at, self.steps = at, 0

    def step(self) -> None:
        if self.steps == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.steps += 1

    def around(self, call):
        def wrapped(*args, **kwargs):
            self.step()
            result = call(*args, **kwargs)
            self.step()
            return result

        return wrapped

    def install(self) -> None:
        """Stand around every call from here on."""
        for name in CALLS:
            setattr(os, name, self.around(getattr(os, name)))
        for name in ("replace", "mkdir"):
            setattr(Path, name, self.around(getattr(Path, name)))
