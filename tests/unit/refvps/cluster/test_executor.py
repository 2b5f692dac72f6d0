import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from refvps.cluster.connection import Cluster, joined
from refvps.cluster.executor import RayExecutor
from refvps.errors import ConfigError, DataError, RefvpsError
from refvps.executor import Outcome, WorkUnit

ray = pytest.importorskip("ray", reason="the engine 'ray' is not installed")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with joined(workers=3) as found:
        yield found


def make_adder(amount: int) -> Callable[[int], tuple[int, int, str]]:
    return partial(add, amount)


def add(amount: int, value: int) -> tuple[int, int, str]:
    return value + amount, os.getpid(), str(Path.cwd())


def make_failing() -> Callable[[int], int]:
    return fail


def fail(value: int) -> int:
    raise DataError("frame.jpg", "is damaged", details=["a"])


def make_broken() -> Callable[[int], int]:
    raise DataError("weights.pth", "is damaged")


def make_dying(folder: Path, last: int) -> Callable[[int], int]:
    return partial(die_at_3, folder, last)


def die_at_3(folder: Path, last: int, value: int) -> int:
    """Kill the worker at unit 3, so many times; every time that a unit is begun leaves a file."""
    begun = len(list(folder.glob(f"{value}-*")))
    (folder / f"{value}-{begun}").touch()
    if value == 3 and begun < last:
        os.kill(os.getpid(), signal.SIGKILL)
    return value


def make_dead() -> Callable[[int], int]:
    os.kill(os.getpid(), signal.SIGKILL)
    return fail


def units(count: int) -> list[WorkUnit[int]]:
    return [WorkUnit(str(value), value) for value in range(count)]


def test_every_unit_has_one_outcome_by_workers_that_are_kept(cluster: Cluster) -> None:
    outcomes = list(RayExecutor(2).run(partial(make_adder, 10), units(20)))
    assert {o.unit_id: o.value[0] for o in outcomes} == {str(v): v + 10 for v in range(20)}
    assert len(outcomes) == 20
    processes = {outcome.value[1] for outcome in outcomes}
    assert len(processes) <= 2
    assert os.getpid() not in processes
    assert {outcome.value[2] for outcome in outcomes} == {str(Path.cwd())}


def make_asking() -> Callable[[int], int]:
    return ask_niceness


def ask_niceness(_: int) -> int:
    return os.nice(0)


def test_workers_yield_to_nobody_that_this_process_does_not_yield_to(cluster: Cluster) -> None:
    (outcome,) = RayExecutor(1).run(make_asking, units(1))
    assert outcome.value == os.nice(0)


def make_meeting(folder: Path) -> Callable[[int], int]:
    return partial(meet, folder)


def meet(folder: Path, value: int) -> int:
    """Wait until another unit has begun."""
    (folder / str(value)).touch()
    for _ in range(600):
        if len(list(folder.iterdir())) > 1:
            return value
        time.sleep(0.1)
    raise TimeoutError


def test_workers_work_at_once(cluster: Cluster, tmp_path: Path) -> None:
    outcomes = RayExecutor(2).run(partial(make_meeting, tmp_path), units(2))
    assert sorted(outcome.value for outcome in outcomes) == [0, 1]


def test_nothing_to_do_is_nothing_done(cluster: Cluster) -> None:
    assert list(RayExecutor(2).run(partial(make_adder, 1), [])) == []


def test_an_error_arrives_as_it_was(cluster: Cluster) -> None:
    with pytest.raises(DataError, match=r"frame.jpg: is damaged") as caught:
        list(RayExecutor(2).run(make_failing, units(3)))
    assert caught.value.exit_code == 3
    with pytest.raises(DataError, match=r"weights.pth: is damaged"):
        list(RayExecutor(2).run(make_broken, units(3)))


def test_a_repeated_id_is_refused(cluster: Cluster) -> None:
    with pytest.raises(RefvpsError, match=r"'a' occurs twice"):
        list(RayExecutor(1).run(partial(make_adder, 1), [WorkUnit("a", 1), WorkUnit("a", 2)]))


def test_a_killed_worker_is_replaced_and_its_unit_done_again(
    cluster: Cluster, tmp_path: Path
) -> None:
    outcomes = list(RayExecutor(2).run(partial(make_dying, tmp_path, 2), units(8)))
    assert sorted(outcome.value for outcome in outcomes) == list(range(8))
    begun = sorted(path.name for path in tmp_path.iterdir())
    assert [name for name in begun if name.startswith("3-")] == ["3-0", "3-1", "3-2"]
    assert len(begun) == 10


def test_a_unit_that_always_ends_its_worker_is_left_out_and_told_last(
    cluster: Cluster, tmp_path: Path
) -> None:
    found: list[int] = []
    outcomes = RayExecutor(2).run(partial(make_dying, tmp_path, 99), units(8))
    with pytest.raises(RefvpsError, match="work unit '3' ended its worker 3 times") as caught:
        found.extend(outcome.value for outcome in outcomes)
    assert sorted(found) == [0, 1, 2, 4, 5, 6, 7]
    assert caught.value.details == ("3",)


def test_workers_that_die_while_they_load_are_one_error(cluster: Cluster) -> None:
    with pytest.raises(RefvpsError, match="2 workers died one after the other while they loaded"):
        list(RayExecutor(1, attempts=2).run(make_dead, units(2)))


def test_units_are_read_as_workers_become_free(cluster: Cluster) -> None:
    read: list[int] = []

    def counted() -> Iterator[WorkUnit[int]]:
        for unit in units(50):
            read.append(unit.payload)
            yield unit

    outcomes = RayExecutor(1).run(partial(make_adder, 0), counted())
    assert isinstance(next(outcomes), Outcome)
    assert len(read) <= 2
    outcomes.close()


def test_workers_end_with_their_run(cluster: Cluster) -> None:
    ((_, process, _),) = (o.value for o in RayExecutor(1).run(partial(make_adder, 0), units(1)))
    for _ in range(200):
        if not Path(f"/proc/{process}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the worker is still there")


def test_an_address_where_no_cluster_answers_is_one_line(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    with (
        pytest.raises(ConfigError, match=r"no Ray cluster answers at 'nonsense'"),
        joined("nonsense"),
    ):
        pass
