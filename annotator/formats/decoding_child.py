"""Decodes one video for its parent, within limits; run as a program, never imported by ours.

Reads ``{path, start, end, cpu_seconds, memory, longest, side}`` as one JSON line on standard input,
and ends when that is closed. Writes frames at 24 a second as JPEG files on standard output, each
after its length in eight bytes, big-endian; after the last one the length 0 and a line of JSON:
``{}``, or ``{"error": …}`` with what is wrong in one line.
"""

import json
import os
import resource
import sys
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO


def main() -> None:
    """Answer the one request."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints does not come between
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit(request)
    try:
        end = _answer(request, out)
    except MemoryError:
        end = {"error": f"needs more than {request['memory'] >> 20} MiB of memory to decode"}
    out.write(bytes(8) + json.dumps(end).encode() + b"\n")
    out.flush()
    os._exit(0)  # without waiting for the decoder's threads


def _answer(request: dict[str, Any], out: BinaryIO) -> dict[str, Any]:
    from refvps.errors import DataError, RefvpsError

    try:
        for content in _frames(request):
            out.write(len(content).to_bytes(8, "big") + content)
            out.flush()
    except DataError as error:
        return {"error": error.problem}
    except RefvpsError as error:
        return {"error": error.message}
    return {}


def _frames(request: dict[str, Any]) -> Iterator[bytes]:
    from refvps.errors import DataError
    from refvps.frames import encode_frame
    from refvps.video.source import open_video
    from refvps.video.times import Span, at_rate

    path = Path(request["path"])
    end = request["end"]
    span = Span(Fraction(request["start"]), None if end is None else Fraction(end))
    source = open_video(path)
    if max(source.facts.size) > request["side"]:
        size, most = source.facts.size, request["side"]
        raise DataError(path, f"frames of {size} are too large; at most {most} a side")
    rate = Fraction(request["rate"])
    for number, (_, frame) in enumerate(at_rate(source.frames(span.start), rate, span)):
        if number >= request["longest"]:
            seconds = Fraction(request["longest"]) / rate
            raise DataError(path, f"is longer than {seconds} s; cut it with --start and --end")
        yield encode_frame(frame.pixels())


def _limit(request: dict[str, Any]) -> None:
    memory, cpu = request["memory"], request["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))  # at the second one, SIGKILL
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
