"""The tree of expected errors; each prints as one line and sets the exit code."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar


class RefvpsError(Exception):
    """An expected failure: the command line prints ``error: …`` without a traceback.

    ``details`` holds what one line cannot: every item of a list whose first is in the message.
    It is shown with ``-v`` and in ``--json``.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, details: Sequence[str] = ()) -> None:
        """Keep the one-line message and its details."""
        super().__init__(message)
        self.details = tuple(details)

    @property
    def message(self) -> str:
        """The message, on one line."""
        return str(self.args[0])


class ConfigError(RefvpsError):
    """Options or settings that cannot be right; ``details`` names every problem."""

    exit_code = 2


class UnknownPluginError(RefvpsError):
    """No method, data set or command of that name is installed."""

    exit_code = 2


class DataError(RefvpsError):
    """A file or folder that is missing or malformed, always named."""

    exit_code = 3

    def __init__(self, path: Path | str, problem: str, *, details: Sequence[str] = ()) -> None:
        """Name the file first, then what is wrong and what to do."""
        super().__init__(f"{path}: {problem}", details=details)
        self.path = Path(path)
        self.problem = problem

    def __reduce__(self) -> tuple[type["DataError"], tuple[Path, str]]:
        """Let the error cross a process boundary with its path."""
        return type(self), (self.path, self.problem)


class MissingPredictionsError(RefvpsError):
    """Predictions that scoring needs are not there; ``details`` names every one."""

    exit_code = 3


class UnreadablePredictionsError(RefvpsError):
    """Stored predictions are damaged or do not fit; ``details`` names every one."""

    exit_code = 3


class PredictingFailedError(RefvpsError):
    """A method could not predict some clips; ``details`` names every one and why."""

    exit_code = 3


class ResumeError(RefvpsError):
    """Stored predictions were made with something else; ``details`` names each difference."""

    exit_code = 3


class MissingExtraError(RefvpsError):
    """A feature needs packages that are not installed."""

    exit_code = 4

    def __init__(self, feature: str, extra: str) -> None:
        """Name the feature and the command that installs what it needs."""
        super().__init__(f"{feature} needs more packages: pip install 'refvps[{extra}]'")
        self.feature, self.extra = feature, extra

    def __reduce__(self) -> tuple[type["MissingExtraError"], tuple[str, str]]:
        """Let the error cross a process boundary."""
        return type(self), (self.feature, self.extra)


class MissingProgramError(RefvpsError):
    """A feature needs a program that is not on this machine."""

    exit_code = 4


class WorkerError(RefvpsError):
    """A method in a worker process cannot be loaded; ``details`` is the end of what it said."""

    exit_code = 5


class QueryFailedError(RefvpsError):
    """A method could not answer one query; others may go well.

    ``facts`` says what a later reader should know: how it failed, and where the log is.
    """

    exit_code = 5

    def __init__(
        self, message: str, *, facts: Mapping[str, Any], details: Sequence[str] = ()
    ) -> None:
        """Keep the message, what is stored of the failure, and the details."""
        super().__init__(message, details=details)
        self.facts = dict(facts)

    def __reduce__(self) -> tuple[Callable[..., "QueryFailedError"], tuple[()]]:
        """Let the error cross a process boundary."""
        make = partial(type(self), self.message, facts=self.facts, details=self.details)
        return make, ()


class ShapeError(RefvpsError, ValueError):
    """An array does not have the shape or type its contract names."""
