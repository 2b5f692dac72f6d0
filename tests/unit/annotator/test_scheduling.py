"""One thread, the most urgent first, propagations in turns, clicks that supersede."""

import threading
import time
from collections.abc import Iterator

import pytest

from annotator.scheduling import Priority, Scheduler, StoppedError, SupersededError

PATIENCE = 20.0


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    with Scheduler() as one:
        yield one


@pytest.fixture
def gate(scheduler: Scheduler) -> Iterator[threading.Event]:
    """Hold the thread until the event is set, so that a queue can form behind it."""
    opened, reached = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        assert opened.wait(PATIENCE)

    scheduler.submit(Priority.CLICK, hold)
    assert reached.wait(PATIENCE)
    yield opened
    opened.set()


def test_the_most_urgent_comes_first_and_the_earlier_of_two(
    scheduler: Scheduler, gate: threading.Event
) -> None:
    done: list[str] = []
    wanted = [
        (Priority.BACKGROUND, "background"),
        (Priority.PROPAGATION, "step"),
        (Priority.CLICK, "click"),
        (Priority.ON_SCREEN, "screen"),
        (Priority.CLICK, "second click"),
    ]
    futures = [scheduler.submit(p, lambda name=name: done.append(name)) for p, name in wanted]
    gate.set()
    for future in futures:
        future.result(PATIENCE)
    assert done == ["click", "second click", "screen", "step", "background"]


def test_all_work_runs_in_one_thread(scheduler: Scheduler) -> None:
    names = {
        scheduler.submit(p, threading.get_ident).result(PATIENCE) for p in Priority for _ in "ab"
    }
    assert len(names) == 1
    assert threading.get_ident() not in names


def test_the_newest_click_supersedes_queued_ones_of_its_session_and_keeps_their_turn(
    scheduler: Scheduler, gate: threading.Event
) -> None:
    done: list[str] = []
    old = scheduler.submit(Priority.CLICK, lambda: done.append("a1"), replaces="a")
    other = scheduler.submit(Priority.CLICK, lambda: done.append("b1"), replaces="b")
    new = scheduler.submit(Priority.CLICK, lambda: done.append("a2"), replaces="a")
    gate.set()
    new.result(PATIENCE)
    other.result(PATIENCE)
    with pytest.raises(SupersededError):
        old.result(PATIENCE)
    assert done == ["a2", "b1"]


def test_a_click_that_already_runs_is_not_superseded(scheduler: Scheduler) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        reached.set()
        go_on.wait(PATIENCE)
        return "first"

    first = scheduler.submit(Priority.CLICK, slow, replaces="a")
    assert reached.wait(PATIENCE)
    second = scheduler.submit(Priority.CLICK, lambda: "second", replaces="a")
    go_on.set()
    assert first.result(PATIENCE) == "first"
    assert second.result(PATIENCE) == "second"


def test_ten_clicks_against_a_slow_model_cost_two_predictions(scheduler: Scheduler) -> None:
    computed: list[int] = []
    started, go_on = threading.Event(), threading.Event()

    def predict(count: int) -> int:
        started.set()
        go_on.wait(PATIENCE)
        computed.append(count)
        return count

    futures = [scheduler.submit(Priority.CLICK, lambda: predict(1), replaces="s")]
    assert started.wait(PATIENCE)
    futures += [
        scheduler.submit(Priority.CLICK, lambda n=n: predict(n), replaces="s") for n in range(2, 11)
    ]
    go_on.set()
    assert futures[-1].result(PATIENCE) == 10
    assert computed == [1, 10]


def test_a_cancelled_future_costs_nothing(scheduler: Scheduler, gate: threading.Event) -> None:
    done: list[int] = []
    future = scheduler.submit(Priority.BACKGROUND, lambda: done.append(1))
    assert future.cancel()
    after = scheduler.submit(Priority.BACKGROUND, lambda: done.append(2))
    gate.set()
    after.result(PATIENCE)
    assert done == [2]


def test_an_error_goes_to_whoever_waits_and_the_thread_lives_on(scheduler: Scheduler) -> None:
    def fail() -> None:
        raise ValueError("no such frame")

    with pytest.raises(ValueError, match="no such frame"):
        scheduler.submit(Priority.CLICK, fail).result(PATIENCE)
    assert scheduler.submit(Priority.CLICK, lambda: 7).result(PATIENCE) == 7


def test_streams_take_turns_step_by_step(scheduler: Scheduler, gate: threading.Event) -> None:
    done: list[str] = []

    def steps(name: str) -> Iterator[str]:
        for k in range(4):
            done.append(f"{name}{k}")
            yield name

    first = scheduler.stream(lambda: steps("a"))
    second = scheduler.stream(lambda: steps("b"))
    gate.set()
    assert list(first) == ["a"] * 4
    assert list(second) == ["b"] * 4
    assert done == ["a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3"]


def test_a_click_waits_for_one_step_at_most(scheduler: Scheduler) -> None:
    done: list[str] = []
    stepping, go_on = threading.Event(), threading.Event()

    def steps() -> Iterator[int]:
        for k in range(3):
            stepping.set()
            go_on.wait(PATIENCE)
            done.append(f"step {k}")
            yield k

    stream = scheduler.stream(steps)
    assert stepping.wait(PATIENCE)
    click = scheduler.submit(Priority.CLICK, lambda: done.append("click"))
    go_on.set()
    click.result(PATIENCE)
    assert list(stream) == [0, 1, 2]
    assert done == ["step 0", "click", "step 1", "step 2"]


def test_closing_a_stream_ends_its_work_within_a_step_and_in_the_models_thread(
    scheduler: Scheduler,
) -> None:
    closed_by: list[int] = []
    done: list[int] = []

    def steps() -> Iterator[int]:
        try:
            for k in range(1000):
                done.append(k)
                yield k
        finally:
            closed_by.append(threading.get_ident())

    stream = scheduler.stream(steps, ahead=1)
    assert next(stream) == 0
    stream.close()
    assert stream.wait(PATIENCE)
    assert list(stream) == []
    assert len(done) <= 3  # the one read, one ahead, one under way
    assert closed_by == [scheduler.submit(Priority.CLICK, threading.get_ident).result(PATIENCE)]


def test_a_reader_who_does_not_read_pauses_the_work(scheduler: Scheduler) -> None:
    done: list[int] = []

    def steps() -> Iterator[int]:
        for k in range(100):
            done.append(k)
            yield k

    stream = scheduler.stream(steps, ahead=3)
    assert next(stream) == 0
    for _ in range(10):
        scheduler.submit(Priority.BACKGROUND, lambda: None).result(PATIENCE)
    assert len(done) == 4
    assert list(stream) == list(range(1, 100))


def test_an_error_in_a_stream_comes_after_what_went_well(scheduler: Scheduler) -> None:
    def steps() -> Iterator[int]:
        yield 1
        raise RuntimeError("out of memory")

    stream = scheduler.stream(steps)
    assert next(stream) == 1
    with pytest.raises(RuntimeError, match="out of memory"):
        next(stream)
    assert list(stream) == []


def test_closing_ends_what_is_queued_and_refuses_more() -> None:
    scheduler = Scheduler()
    reached, go_on = threading.Event(), threading.Event()

    def hold() -> str:
        reached.set()
        go_on.wait(PATIENCE)
        return "held"

    running = scheduler.submit(Priority.CLICK, hold)
    assert reached.wait(PATIENCE)
    queued = scheduler.submit(Priority.CLICK, lambda: 1)
    stream = scheduler.stream(lambda: iter([1, 2]))
    closing = threading.Thread(target=scheduler.close)
    closing.start()
    with pytest.raises(StoppedError):
        queued.result(PATIENCE)
    go_on.set()
    closing.join(PATIENCE)
    assert running.result(PATIENCE) == "held"
    with pytest.raises(StoppedError):
        next(stream)
    with pytest.raises(StoppedError):
        scheduler.submit(Priority.CLICK, lambda: 1)


def test_clicks_of_three_stay_prompt_while_two_propagate(scheduler: Scheduler) -> None:
    step = 0.005

    def steps() -> Iterator[int]:
        for k in range(60):
            time.sleep(step)
            yield k

    streams = [scheduler.stream(steps) for _ in range(2)]
    readers = [threading.Thread(target=lambda s=stream: list(s)) for stream in streams]
    for reader in readers:
        reader.start()
    waits = []
    for n in range(30):
        asked = time.perf_counter()
        scheduler.submit(Priority.CLICK, lambda: time.sleep(step), replaces=n % 3).result(PATIENCE)
        waits.append(time.perf_counter() - asked)
    for reader in readers:
        reader.join(PATIENCE)
    # One step, then itself; a busy machine is given twenty times that.
    assert sorted(waits)[28] < 40 * step
