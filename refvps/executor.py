"""One way to fan work out: units keyed by id, done here, in processes, or on a cluster."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for
from typing import Any, Generic, Protocol, TypeVar

from refvps.errors import RefvpsError

P = TypeVar("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class WorkUnit(Generic[P]):
    """A piece of work with an id that is unique in its run; doing it twice must do no harm."""

    unit_id: str
    payload: P


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """What became of a unit. Outcomes come in the order of completion: join them by id."""

    unit_id: str
    value: R


class Executor(Protocol):
    """Does units of work with workers that are made once and kept."""

    def run(
        self, make_worker: Callable[[], Callable[[P], R]], units: Iterable[WorkUnit[P]]
    ) -> Iterator[Outcome[R]]:
        """Yield the outcome of every unit as it is ready.

        Args:
            make_worker: called once in each process that works; what it returns is called with
                each payload. It loads what is expensive to load.
            units: read as workers become free, so they may be many.

        Raises:
            RefvpsError: a unit id occurs twice, or a worker died.
            Exception: whatever a worker raised; units not yet done are dropped.
        """
        ...


def executor_for(workers: int) -> Executor:
    """Return the executor for a number of workers: inline for one, else processes."""
    return InlineExecutor() if workers <= 1 else ProcessExecutor(workers)


class InlineExecutor:
    """Does every unit in this process, in order."""

    def run(
        self, make_worker: Callable[[], Callable[[P], R]], units: Iterable[WorkUnit[P]]
    ) -> Iterator[Outcome[R]]:
        """See ``Executor.run``."""
        worker: Callable[[P], R] | None = None
        for unit in without_repeats(units):
            worker = worker or make_worker()
            yield Outcome(unit.unit_id, worker(unit.payload))


@dataclass(frozen=True, slots=True)
class ProcessExecutor:
    """Does units in processes of their own, started fresh so that no lock or thread is inherited.

    Attributes:
        workers: how many processes.
        backlog: units handed out but not finished, for each worker; bounds memory.
    """

    workers: int
    backlog: int = 2

    def run(
        self, make_worker: Callable[[], Callable[[P], R]], units: Iterable[WorkUnit[P]]
    ) -> Iterator[Outcome[R]]:
        """See ``Executor.run``; ``make_worker`` and payloads must be picklable."""
        before = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(
            self.workers,
            mp_context=context,
            initializer=_start_worker,
            initargs=(make_worker, context.Value("i", 0)),
        )
        try:
            yield from _drain(pool, without_repeats(units), self.workers * self.backlog)
            pool.shutdown(wait=True)  # an interrupt may still come here: a process may be starting
        except BrokenProcessPool as error:
            raise RefvpsError(
                "a worker process died, killed from outside or out of memory; "
                "run the same command again to go on, with fewer --workers if memory was short"
            ) from error
        finally:
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()
            pool.shutdown(wait=True, cancel_futures=True)


def without_repeats(units: Iterable[WorkUnit[P]]) -> Iterator[WorkUnit[P]]:
    """Yield units; raise ``RefvpsError`` at one whose id was there before."""
    seen: set[str] = set()
    for unit in units:
        if unit.unit_id in seen:
            raise RefvpsError(f"work unit {unit.unit_id!r} occurs twice")
        seen.add(unit.unit_id)
        yield unit


def _drain(
    pool: ProcessPoolExecutor, units: Iterator[WorkUnit[Any]], most: int
) -> Iterator[Outcome[Any]]:
    running: dict[Future[Any], str] = {}
    more = True
    while more or running:
        while more and len(running) < most:
            unit = next(units, None)
            if unit is None:
                more = False
            else:
                with _interrupts_held():
                    running[pool.submit(_work, unit.payload)] = unit.unit_id
        done, _ = wait(running, return_when=FIRST_COMPLETED) if running else (set(), set())
        for future in done:
            yield Outcome(running.pop(future), future.result())


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back while processes may be started, and raise afterwards if one came.

    Processes started meanwhile inherit the blocked signal, so they never see one: the parent
    decides what an interrupt means. The handler is exchanged as well, because the signal may
    arrive in another thread and would still be raised in this one.
    """
    if not hasattr(signal, "pthread_sigmask") or not _in_main_thread():
        yield
        return
    held: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if held:
        raise KeyboardInterrupt


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


_made: list[Callable[[Any], Any]] = []
"""The one worker of this process; filled only in processes that an executor started."""
_number: list[int] = []
"""The number of this process among those of its executor; filled beside ``_made``."""


def worker_number() -> int:
    """Return which of its executor's processes this one is, from 0; 0 where there are none.

    What a machine has several of can so be shared out: GPUs, say.
    """
    return _number[0] if _number else 0


def _start_worker(make_worker: Callable[[], Callable[[Any], Any]], started: Any) -> None:  # noqa: ANN401 - has no useful type
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    with started.get_lock():
        _number.append(started.value)
        started.value += 1
    _made.append(make_worker())


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone, killed or not."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _work(payload: Any) -> Any:  # noqa: ANN401 - typed by Executor.run
    return _made[0](payload)
