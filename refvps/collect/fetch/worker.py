"""The downloading process: options and jobs as JSON lines in, answers as JSON lines out.

It ends when its standard input does, so it never outlives the process that started it.
"""

import json
import os
import sys
import threading
from dataclasses import asdict
from queue import SimpleQueue
from typing import TextIO


def main() -> None:
    """Read options, then jobs; answer each."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else prints, prints to the log
    from refvps.collect.fetch.job import FetchOptions, Job
    from refvps.collect.fetch.ytdlp import Downloader, versions

    lines: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin, lines), daemon=True).start()
    options = FetchOptions.model_validate_json(lines.get())
    downloader = Downloader(options)
    _say(answers, {"versions": versions()})
    while True:
        job = Job(**json.loads(lines.get()))
        _say(answers, asdict(downloader.do(job)))


def _read(stream: TextIO, lines: "SimpleQueue[str]") -> None:
    for line in stream:
        lines.put(line)
    os._exit(0)  # also in the middle of a download: nobody waits for it any more


def _say(stream: TextIO, value: object) -> None:
    stream.write(json.dumps(value) + "\n")
    stream.flush()


if __name__ == "__main__":
    main()
