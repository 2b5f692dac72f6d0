"""One thread owns the model; what people wait for comes first.

Work is done in pieces, the most urgent first and, of two that are as urgent, the earlier one. A
propagation is one piece a frame and queues again after each, so that those of several people
take turns and a click waits for one step at most.
"""

import heapq
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import IntEnum
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from refvps.errors import RefvpsError

T = TypeVar("T")

AHEAD = 4
"""Results of a stream that wait for their reader before its work pauses."""


class Priority(IntEnum):
    """How urgent a piece of work is; the smallest comes first."""

    CLICK = 0
    ON_SCREEN = 1
    PROPAGATION = 2
    BACKGROUND = 3


class SupersededError(RefvpsError):
    """A newer request holds everything that this one asked; it was not computed."""


class StoppedError(RefvpsError):
    """The scheduler was closed before this was computed."""


@dataclass(order=True, slots=True)
class _Piece:
    """Work in the queue; the order is that of its turn."""

    priority: Priority
    turn: int
    work: Callable[[], Any] = field(compare=False)
    future: "Future[Any]" = field(compare=False)
    replaces: Hashable = field(compare=False)

    def run(self) -> None:
        """Do the work, unless nobody waits for it any more."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.work()
        except BaseException as error:
            self.future.set_exception(error)  # whoever waits raises it
        else:
            self.future.set_result(result)


class Scheduler:
    """The thread that owns a model, and the queue before it. Close it, or use it in ``with``."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: list[_Piece] = []
        self._replaceable: dict[Hashable, _Piece] = {}
        self._turns = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def submit(
        self, priority: Priority, work: Callable[[], T], *, replaces: Hashable = None
    ) -> "Future[T]":
        """Queue a piece of work.

        Args:
            priority: how urgent it is.
            work: called once by the thread that owns the model; its result or error goes to the
                future. A future that is cancelled before its turn costs nothing.
            replaces: the session whose earlier request this one makes needless, for requests that
                say everything, as a list of all clicks does. The new one takes the old one's turn,
                and the old future raises ``SupersededError``; one that already runs ends as usual.

        Raises:
            StoppedError: the scheduler is closed.
        """
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                raise StoppedError("the model's thread has ended; start the server again")
            piece = _Piece(priority, self._turns, work, future, replaces)
            self._turns += 1
            old = self._replaceable.pop(replaces, None) if replaces is not None else None
            if old is not None and old.priority == priority:
                piece.turn = old.turn
            if replaces is not None:
                self._replaceable[replaces] = piece
            heapq.heappush(self._queue, piece)
            self._changed.notify()
        if old is not None and old.future.set_running_or_notify_cancel():
            old.future.set_exception(SupersededError("a newer request of the session came"))
        return future

    def stream(
        self,
        steps: Callable[[], Iterator[T]],
        *,
        priority: Priority = Priority.PROPAGATION,
        ahead: int = AHEAD,
    ) -> "Stream[T]":
        """Queue work that yields, one ``next`` a turn.

        Args:
            steps: makes the iterator; called, stepped and closed by the thread that owns the model.
            priority: of every step.
            ahead: results that may wait for their reader before the work pauses, at least 1.

        Returns:
            The results as an iterator, for one reader in another thread; close it to cancel.
        """
        return Stream(self, steps, priority, ahead)

    def close(self) -> None:
        """End the thread after the piece it works on; what is queued raises ``StoppedError``."""
        with self._changed:
            self._closed = True
            left, self._queue = self._queue, []
            self._replaceable.clear()
            self._changed.notify()
        for piece in left:
            if not piece.future.done() and piece.future.set_running_or_notify_cancel():
                piece.future.set_exception(StoppedError("the server is stopping"))
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while (piece := self._next()) is not None:
            piece.run()

    def _next(self) -> _Piece | None:
        with self._changed:
            while True:
                while not self._queue and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return None
                piece = heapq.heappop(self._queue)
                if piece.replaces is None:
                    return piece
                if self._replaceable.get(piece.replaces) is piece:
                    del self._replaceable[piece.replaces]
                    return piece


class Stream(Generic[T]):
    """Results of stepped work, in order; see ``Scheduler.stream``."""

    def __init__(
        self,
        scheduler: Scheduler,
        steps: Callable[[], Iterator[T]],
        priority: Priority,
        ahead: int,
    ) -> None:
        self._scheduler = scheduler
        self._make = steps
        self._priority = priority
        self._ahead = max(1, ahead)
        self._steps: Iterator[T] | None = None
        self._changed = threading.Condition()
        self._results: deque[T] = deque()
        self._queued = False
        self._cancelled = False
        self._error: BaseException | None = None
        self._ended = False
        self._queue_step()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._changed:
            self._changed.wait_for(lambda: self._results or self._ended or self._cancelled)
            if self._cancelled:
                raise StopIteration
            if self._results:
                result = self._results.popleft()
            elif self._error is not None:
                error, self._error = self._error, None
                raise error
            else:
                raise StopIteration
        self._queue_step()
        return result

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Cancel: the step under way is the last, and its result is not given out."""
        with self._changed:
            self._cancelled = True
            self._results.clear()
            self._changed.notify_all()
        self._queue_step()  # so that the thread that owns the model closes the iterator

    def wait(self, seconds: float | None = None) -> bool:
        """Return whether all work of the stream ended within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._ended, seconds)

    def _queue_step(self) -> None:
        with self._changed:
            full = len(self._results) >= self._ahead
            if self._queued or self._ended or (full and not self._cancelled):
                return
            self._queued = True
        try:
            future = self._scheduler.submit(self._priority, self._step)
        except StoppedError as error:
            self._end(error)
        else:
            future.add_done_callback(self._after_step)

    def _step(self) -> bool:
        """Do one step; return whether there is another."""
        if self._cancelled:
            _close(self._steps)
            return False
        if self._steps is None:
            self._steps = iter(self._make())
        try:
            result = next(self._steps)
        except StopIteration:
            return False
        with self._changed:
            if not self._cancelled:
                self._results.append(result)
                self._changed.notify_all()
        return True

    def _after_step(self, future: "Future[bool]") -> None:
        error = future.exception()
        if error is not None or not future.result():
            self._end(error)
            return
        with self._changed:
            self._queued = False
        self._queue_step()

    def _end(self, error: BaseException | None) -> None:
        with self._changed:
            self._error = error
            self._ended = True
            self._queued = False
            self._changed.notify_all()


def _close(steps: Iterator[Any] | None) -> None:
    close = getattr(steps, "close", None)
    if close is not None:
        close()
