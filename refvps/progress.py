"""Progress of long work, on stderr: a bar where there is a terminal, else a line now and then."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

LINE_EVERY = 10.0
REDRAW_EVERY = 0.1
BAR_WIDTH = 24


class Progress:
    """Counts finished units, and items within them for the rate.

    Used by the command line alone; everything below it yields and stays silent.
    """

    def __init__(self, title: str, total: int, *, item: str, stream: TextIO) -> None:
        """Start counting.

        Args:
            title: what is being done, such as "predict motion".
            total: how many units there are.
            item: what the rate counts, such as "frames".
            stream: where it is drawn.
        """
        self._title, self._total, self._item, self._stream = title, total, item, stream
        self._done = self._before = self._items = 0
        self._start = time.monotonic()
        self._drawn = self._start
        self._bar = stream.isatty()

    def begin(self, done: int) -> None:
        """Start the clock now, with units that were done before; they say nothing of the rate."""
        self._done = self._before = done
        self._start = time.monotonic()

    def step(self, *, units: int = 1, items: int = 0) -> None:
        """Count finished units and the items in them, and draw if it is time to."""
        self._done += units
        self._items += items
        now = time.monotonic()
        if now - self._drawn >= (REDRAW_EVERY if self._bar else LINE_EVERY):
            self._drawn = now
            self._draw()

    def reach(self, done: int, total: int, *, items: int = 0) -> None:
        """Set how many units are done, and of how many, and count more items; see ``step``."""
        self._total = total
        self.step(units=done - self._done, items=items)

    def close(self) -> None:
        """Draw the last state and end the line."""
        self._draw()
        if self._bar:
            self._stream.write("\n")
        self._stream.flush()

    def _draw(self) -> None:
        elapsed = max(time.monotonic() - self._start, 1e-9)
        text = f"{self._title}  {self._done}/{self._total}"
        if self._items:
            rate = self._items / elapsed
            text += f"  {rate:.{0 if rate >= 10 else 1}f} {self._item}/s"
        if self._before < self._done < self._total:
            left = elapsed * (self._total - self._done) / (self._done - self._before)
            text += f"  {_clock(left)} left"
        else:
            text += f"  {_clock(elapsed)}"
        if self._bar:
            filled = BAR_WIDTH * self._done // max(self._total, 1)
            bar = "█" * filled + "░" * (BAR_WIDTH - filled)
            self._stream.write(f"\r\x1b[K{bar} {text}")
        else:
            self._stream.write(f"{text}\n")
        self._stream.flush()


@contextmanager
def progress(title: str, total: int, *, item: str = "frames") -> Iterator[Progress]:
    """Show progress on stderr while the block runs, its last state also if the block raises."""
    shown = Progress(title, total, item=item, stream=sys.stderr)
    try:
        yield shown
    finally:
        shown.close()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
