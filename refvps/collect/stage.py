"""What a stage of collecting is, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from refvps.collect.store.records import Candidate
from refvps.collect.store.store import Store

Status = Literal["ok", "excluded", "failed"]


def nothing(_: Store) -> None:
    """Save nothing: the answer itself says all."""


@dataclass(frozen=True, slots=True)
class StageResult:
    """What a stage found about a candidate.

    Attributes:
        status: "ok" lets the candidate go on; "excluded" ends its way for a reason that is no
            error; "failed" ends it until the stage is run again.
        reason: a short code such as "no-video"; empty where all is well.
        detail: JSON for people and reports; nothing that depends on the clock.
        save: puts the records into the store; called once, in one transaction with this result.
    """

    status: Status = "ok"
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    save: Callable[[Store], None] = nothing


Task = Callable[[], StageResult]
"""The work of a stage on a candidate: it and what it returns can be pickled."""


class Stage(Protocol):
    """A step on a candidate's way, done once for its version, options and input.

    ``task`` reads the store. What it returns is called, here or in another process or on another
    machine that sees the collection's folder: it reads the files there, and may write some whose
    names follow from their content or subject, whole or not at all (``refvps.atomic``). It
    changes no row: that is done by the result's ``save``. Killed and run again, it gives the same.
    """

    @property
    def name(self) -> str:
        """The stage's name, such as "probe"."""
        ...

    @property
    def version(self) -> int:
        """Raised when the same input would give another result."""
        ...

    @property
    def options(self) -> Mapping[str, Any]:
        """Everything that a user can set and that changes the result; JSON."""
        ...

    def task(self, store: Store, candidate: Candidate) -> Task:
        """Return the work for one candidate.

        Raises:
            DataError: here or by the task: a file of the candidate cannot be read; recorded as
                failed.
        """
        ...
