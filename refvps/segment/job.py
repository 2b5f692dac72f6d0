"""One segmentation in a process of its own, so that it can be stopped at any moment.

``python -m refvps.segment.job`` takes one line of JSON on its standard input and answers with lines
of JSON on its standard output. It stops when its standard input is closed, as also happens when
whoever started it dies.
"""

import json
import logging
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from refvps.errors import RefvpsError
from refvps.progress import REDRAW_EVERY


def main() -> None:
    """Run the job that standard input describes."""
    from refvps.logs import log_to_stderr

    # What a method prints must not mix with the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    log_to_stderr(verbose=False)
    logging.getLogger().addHandler(_Warnings(lambda text: say(warning=text)))

    def say(**message: Any) -> None:  # noqa: ANN401 - JSON is any of its types
        answers.write(f"{json.dumps(message)}\n")
        answers.flush()

    try:
        line = sys.stdin.readline()
        if not line:
            return  # stopped before it began
        asked = json.loads(line)
        threading.Thread(target=_watch, args=(sys.stdin,), daemon=True).start()
        _run(asked, say)
    except RefvpsError as error:
        say(error=" ".join(error.message.split()))
    except KeyboardInterrupt:
        say(error="stopped")


def _run(asked: dict[str, Any], say: Callable[..., None]) -> None:
    import time

    from refvps.segment.console import Asked
    from refvps.segment.run import Step, segment

    start, end, rate = asked["times"]
    request = Asked(
        video=Path(asked["video"]),
        expressions=tuple(asked["expressions"]),
        method=asked["method"],
        options=tuple(asked["options"]),
        times=(start, end, rate),
    ).request()
    said, stage = 0.0, ""

    def tell(step: Step) -> None:
        nonlocal said, stage
        if step.stage != stage or time.monotonic() - said >= REDRAW_EVERY:
            said, stage = time.monotonic(), step.stage
            say(stage=step.stage, done=step.done, total=step.total)

    with closing(segment(request, Path(asked["folder"]), tell=tell)) as steps:
        for step in steps:
            tell(step)
    say(finished=asked["folder"])


class _Warnings(logging.Handler):
    """Hands the text of every warning on, so that the page can show it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Hand one on; see ``logging.Handler``."""
        self._say(" ".join(record.getMessage().split()))


def _watch(source: IO[str]) -> None:
    """Interrupt the main thread when a stream ends."""
    import _thread

    source.read()
    _thread.interrupt_main()


if __name__ == "__main__":
    main()
