import os
import signal
from collections.abc import Callable
from functools import partial

import pytest

from refvps.errors import DataError, RefvpsError
from refvps.executor import (
    InlineExecutor,
    Outcome,
    ProcessExecutor,
    WorkUnit,
    executor_for,
    worker_number,
)

EXECUTORS = [
    pytest.param(InlineExecutor(), id="inline"),
    pytest.param(ProcessExecutor(2), id="processes"),
]


def make_adder(amount: int) -> Callable[[int], tuple[int, int]]:
    return partial(add, amount)


def add(amount: int, value: int) -> tuple[int, int]:
    return value + amount, os.getpid()


def make_numbered() -> Callable[[int], tuple[int, int]]:
    return numbered


def numbered(value: int) -> tuple[int, int]:
    return worker_number(), os.getpid()


def make_failing() -> Callable[[int], int]:
    return fail


def fail(value: int) -> int:
    raise DataError("frame.jpg", "is damaged", details=["a"])


def make_killed() -> Callable[[int], int]:
    return kill_self


def kill_self(value: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return value


def units(count: int) -> list[WorkUnit[int]]:
    return [WorkUnit(str(value), value) for value in range(count)]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_every_unit_has_one_outcome(executor: InlineExecutor | ProcessExecutor) -> None:
    outcomes = list(executor.run(partial(make_adder, 10), units(20)))
    found = {outcome.unit_id: outcome.value[0] for outcome in outcomes}
    assert found == {str(value): value + 10 for value in range(20)}
    assert len(outcomes) == 20


@pytest.mark.parametrize("executor", EXECUTORS)
def test_nothing_to_do_is_nothing_done(executor: InlineExecutor | ProcessExecutor) -> None:
    assert list(executor.run(partial(make_adder, 1), [])) == []


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_worker_error_arrives_as_it_was(executor: InlineExecutor | ProcessExecutor) -> None:
    with pytest.raises(DataError, match=r"frame.jpg: is damaged"):
        list(executor.run(make_failing, units(3)))


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_repeated_id_is_refused(executor: InlineExecutor | ProcessExecutor) -> None:
    with pytest.raises(RefvpsError, match=r"'a' occurs twice"):
        list(executor.run(partial(make_adder, 1), [WorkUnit("a", 1), WorkUnit("a", 2)]))


def test_a_killed_worker_is_one_clear_error() -> None:
    with pytest.raises(RefvpsError, match="a worker process died"):
        list(ProcessExecutor(1).run(make_killed, units(2)))


def test_processes_read_units_only_as_they_work() -> None:
    read: list[int] = []

    def counted() -> object:
        for unit in units(50):
            read.append(unit.payload)
            yield unit

    outcomes = ProcessExecutor(1, backlog=2).run(partial(make_adder, 0), counted())
    assert isinstance(next(outcomes), Outcome)
    assert len(read) <= 3
    outcomes.close()


def test_one_worker_stays_in_this_process() -> None:
    (outcome,) = executor_for(1).run(partial(make_adder, 0), units(1))
    assert outcome.value[1] == os.getpid()


def test_processes_are_numbered_from_0_so_that_devices_can_be_shared_out() -> None:
    outcomes = list(ProcessExecutor(3).run(make_numbered, units(30)))
    by_process = {process: number for number, process in (o.value for o in outcomes)}
    assert len({(number, process) for number, process in (o.value for o in outcomes)}) == len(
        by_process
    )
    assert set(by_process.values()) <= {0, 1, 2}
    assert len(set(by_process.values())) == len(by_process)
    assert worker_number() == 0
