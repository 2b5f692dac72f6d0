"""The executor on a Ray cluster: workers that are made once, replaced when they are lost."""

import logging
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from refvps.cluster.connection import require_ray
from refvps.cluster.hands import Hands, Parcel
from refvps.errors import RefvpsError
from refvps.executor import Outcome, WorkUnit, without_repeats

log = logging.getLogger(__name__)

P = TypeVar("P")
R = TypeVar("R")

LOOK_EVERY = 30.0
"""Seconds after which it is said that no worker has started yet."""


@dataclass(frozen=True, slots=True)
class RayExecutor:
    """Does units in actors of a cluster that this process has joined.

    A worker has one unit at a time, so units are read as workers become free and no unit waits
    behind a long one. A worker that is lost, with its node or alone, is replaced, and its unit is
    done again.

    Attributes:
        workers: how many at once.
        gpus: GPUs of each worker, of which it sees no others; parts of one are shared.
        cpus: cores of each worker.
        attempts: how often a unit may be the end of its worker before it is left out.
    """

    workers: int
    gpus: float = 0.0
    cpus: float = 1.0
    attempts: int = 3

    def run(
        self, make_worker: Callable[[], Callable[[P], R]], units: Iterable[WorkUnit[P]]
    ) -> Iterator[Outcome[R]]:
        """See ``Executor.run``; ``make_worker`` and payloads must be picklable.

        Raises:
            RefvpsError: also when units were left out, after all others are done.
        """
        crew = _Crew(self, _parcel(make_worker), without_repeats(units))
        try:
            yield from crew.outcomes()
        finally:
            crew.dismiss()


def _parcel(make_worker: Callable[[], Any]) -> Parcel:
    from ray import cloudpickle

    paths = tuple(path for path in sys.path if path)
    pickled: bytes = cloudpickle.dumps(make_worker)  # type: ignore[no-untyped-call]
    return Parcel(paths, str(Path.cwd()), pickled)


@dataclass(eq=False, slots=True)
class _Hand:
    """One worker, and what it is at: loading, where there is no unit."""

    actor: Any
    unit: WorkUnit[Any] | None = None


@dataclass(slots=True)
class _Crew:
    """The workers of one run."""

    plan: RayExecutor
    parcel: Parcel
    units: Iterator[WorkUnit[Any]]
    again: deque[WorkUnit[Any]] = field(default_factory=deque)
    busy: dict[Any, _Hand] = field(default_factory=dict)
    idle: list[_Hand] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    left_out: list[str] = field(default_factory=list)
    lost_loading: int = 0

    def outcomes(self) -> Iterator[Outcome[Any]]:
        ray = require_ray()
        since, said = time.monotonic(), False
        while self._hand_out():
            ready, _ = ray.wait(list(self.busy), timeout=LOOK_EVERY)
            if not ready and not said and self._all_loading():
                said = True
                log.warning(
                    "no worker has started for %.0f s: each needs %g CPU and %g GPU, and free now "
                    "are %s",
                    *(time.monotonic() - since, self.plan.cpus, self.plan.gpus),
                    {k: v for k, v in ray.available_resources().items() if k in ("CPU", "GPU")},
                )
            for ref in ready:
                yield from self._done(ray, ref)
        if self.left_out:
            raise RefvpsError(
                f"work unit {self.left_out[0]!r} ended its worker {self.plan.attempts} times, "
                f"killed from outside or out of memory ({len(self.left_out)} of them in all); "
                "all others are done",
                details=self.left_out,
            )

    def dismiss(self) -> None:
        """End every worker of this run; the cluster stays."""
        ray = require_ray()
        for hand in (*self.idle, *self.busy.values()):
            _end(ray, hand)

    def _hand_out(self) -> bool:
        """Give idle workers units, hire where units wait; whether there is anything to wait for."""
        while self.idle and (unit := self._next()) is not None:
            hand = self.idle.pop()
            hand.unit = unit
            self.busy[hand.actor.work.remote(unit.payload)] = hand
        while len(self.idle) + len(self.busy) < self.plan.workers and self._more_wait():
            self._hire()
        # Workers that still load when all is done are not waited for.
        return bool(self.again) or any(hand.unit is not None for hand in self.busy.values())

    def _next(self) -> WorkUnit[Any] | None:
        return self.again.popleft() if self.again else next(self.units, None)

    def _more_wait(self) -> bool:
        """Return whether more units wait than workers are loading, reading one more if need be."""
        loading = sum(hand.unit is None for hand in self.busy.values())
        if len(self.again) <= loading and (unit := next(self.units, None)) is not None:
            self.again.append(unit)
        return len(self.again) > loading

    def _hire(self) -> None:
        ray = require_ray()
        made = ray.remote(num_cpus=self.plan.cpus, num_gpus=self.plan.gpus, max_restarts=0)(Hands)
        hand = _Hand(made.remote())
        self.busy[hand.actor.load.remote(self.parcel)] = hand

    def _all_loading(self) -> bool:
        return not self.idle and all(hand.unit is None for hand in self.busy.values())

    def _done(self, ray: Any, ref: Any) -> Iterator[Outcome[Any]]:  # noqa: ANN401
        hand = self.busy.pop(ref)
        unit, hand.unit = hand.unit, None
        try:
            value = ray.get(ref)
        except ray.exceptions.RayTaskError as error:
            _end(ray, hand)
            raise error.cause if isinstance(error.cause, Exception) else error from None
        except ray.exceptions.RayError as error:
            _end(ray, hand)
            self._lost(unit, error)
            return
        self.idle.append(hand)
        self.lost_loading = 0
        if unit is not None:
            yield Outcome(unit.unit_id, value)

    def _lost(self, unit: WorkUnit[Any] | None, error: Exception) -> None:
        if unit is None:
            self.lost_loading += 1
            if self.lost_loading >= self.plan.attempts * self.plan.workers:
                raise RefvpsError(
                    f"{self.lost_loading} workers died one after the other while they loaded, "
                    "killed from outside or out of memory"
                ) from error
            return
        self.ends[unit.unit_id] += 1
        if self.ends[unit.unit_id] >= self.plan.attempts:
            self.left_out.append(unit.unit_id)
            return
        log.warning("a worker was lost at %s; it is done again", unit.unit_id)
        self.again.appendleft(unit)


def _end(ray: Any, hand: _Hand) -> None:  # noqa: ANN401
    """End a worker, which may be gone already."""
    try:
        ray.kill(hand.actor)
    except (ValueError, ray.exceptions.RayError):
        return
