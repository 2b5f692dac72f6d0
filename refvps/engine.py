"""What runs a method on many clips: processes of this machine, or a Ray cluster."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Protocol

from refvps.errors import ConfigError
from refvps.executor import Executor, executor_for
from refvps.method_choice import MethodChoice
from refvps.protocols import MethodCard

EngineName = Literal["processes", "ray"]


class Staff(Protocol):
    """An engine that is ready to work."""

    def card(self, choice: MethodChoice) -> MethodCard:
        """Return what a method says of itself where it will run."""
        ...

    def executor(self, asked: int | None) -> Executor:
        """Return an executor.

        Args:
            asked: ``MethodCard.workers`` of the method, or None for one a core.
        """
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine as the user chose it.

    Attributes:
        name: which one.
        workers: how many at once; None for what suits method and machine.
        address: of a Ray cluster; None starts one on this machine.
        gpus: of each worker of a cluster; None for one where the method wants one and there are.
    """

    name: EngineName = "processes"
    workers: int | None = None
    address: str | None = None
    gpus: float | None = None

    def __post_init__(self) -> None:
        """Check that options go together."""
        if self.name != "ray" and (self.address is not None or self.gpus is not None):
            raise ConfigError("--address and --gpus are of the engine 'ray': add --engine ray")

    @contextmanager
    def ready(self) -> Iterator[Staff]:
        """Have the engine ready for the length of a block.

        Raises:
            ConfigError: there is no such cluster.
            MissingExtraError: Ray is not installed.
        """
        if self.name == "processes":
            yield LocalStaff(self.workers)
            return
        from refvps.cluster.connection import joined
        from refvps.cluster.staff import ClusterStaff

        with joined(self.address, self.workers) as cluster:
            yield ClusterStaff(cluster, self.workers, self.gpus)


@dataclass(frozen=True, slots=True)
class LocalStaff:
    """Processes of this machine."""

    workers: int | None

    def card(self, choice: MethodChoice) -> MethodCard:
        """See ``Staff.card``."""
        return choice.load().card

    def executor(self, asked: int | None) -> Executor:
        """See ``Staff.executor``."""
        return executor_for(self.workers or asked or os.cpu_count() or 1)
