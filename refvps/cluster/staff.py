"""Workers of a cluster, as many as it has GPUs or cores."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from refvps.cluster.connection import Cluster
from refvps.cluster.executor import RayExecutor
from refvps.executor import Executor, WorkUnit
from refvps.method_choice import MethodChoice
from refvps.protocols import MethodCard


@dataclass(frozen=True, slots=True)
class ClusterStaff:
    """What an engine does its work with on a cluster; see ``refvps.engine.Staff``.

    Attributes:
        cluster: what it has.
        workers: how many the user wants, or None.
        gpus: GPUs of each that the user wants, or None.
    """

    cluster: Cluster
    workers: int | None = None
    gpus: float | None = None

    def card(self, choice: MethodChoice) -> MethodCard:
        """Ask a worker: the machine that the command was given on may have no GPU."""
        gpus = min(1, self.cluster.gpus) if self.gpus is None else self.gpus
        units = [WorkUnit("card", choice)]
        (outcome,) = RayExecutor(1, gpus).run(_make_asker, units)
        return outcome.value

    def executor(self, asked: int | None) -> Executor:
        """Return an executor with a GPU a worker, where the method wants devices of its own."""
        per_worker = self._gpus(asked)
        if self.workers is not None:
            count = self.workers
        elif per_worker:
            count = max(1, int(self.cluster.gpus / per_worker))
        else:
            count = self.cluster.cpus if asked is None else asked * self.cluster.nodes
        return RayExecutor(max(1, count), per_worker)

    def _gpus(self, asked: int | None) -> float:
        if self.gpus is not None:
            return self.gpus
        return 1.0 if asked is not None and self.cluster.gpus else 0.0


def _make_asker() -> Callable[[MethodChoice], MethodCard]:
    return _ask


def _ask(choice: MethodChoice) -> MethodCard:
    """Return the card as plain dictionaries, which travel."""
    card = choice.load().card
    return replace(card, options=dict(card.options), versions=dict(card.versions))
