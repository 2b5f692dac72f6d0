"""Videos of strangers, decoded in a process of their own, within limits of time and memory.

A decoder is a large program in C that reads whatever somebody sent. One that crashes, hangs or
swallows memory takes its own process with it, and the import ends with one line.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from refvps.errors import DataError, MissingExtraError
from refvps.video.times import Span

CHILD = "annotator.formats.decoding_child"


@dataclass(frozen=True, slots=True)
class Limits:
    """What decoding one video may take.

    Attributes:
        frames: at most so many come out.
        side: longest side of a frame, in pixels.
        memory: address space, in bytes.
        silence: seconds without a frame.
        cpu: seconds of computing, of all its threads together.
        file: bytes of one frame as a JPEG file.
    """

    frames: int
    side: int
    memory: int = 4 << 30
    silence: float = 60.0
    cpu: int = 1800
    file: int = 64 << 20


def decoded_frames(path: Path, rate: int, span: Span, limits: Limits) -> Iterator[bytes]:
    """Yield the frames of a video file as JPEG files, at a rate; see ``at_rate``.

    Raises:
        DataError: it is damaged, or takes more than the limits.
        MissingExtraError: PyAV is not installed.
    """
    if find_spec("av") is None:
        raise MissingExtraError("reading videos", "video")
    request = {
        "path": str(path.absolute()),
        "rate": str(rate),
        "start": str(span.start),
        "end": None if span.end is None else str(span.end),
        "longest": limits.frames,
        "side": limits.side,
        "memory": limits.memory,
        "cpu_seconds": limits.cpu,
    }
    with _child(json.dumps(request)) as process:
        reader = _Reader(path, process, limits)
        while size := int.from_bytes(reader.take(8), "big"):
            if size > limits.file:
                raise DataError(path, f"gives a frame of {size} bytes; at most {limits.file}")
            yield reader.take(size)
        problem = json.loads(reader.rest()).get("error")
    if problem is not None:
        raise DataError(path, problem)


class _Reader:
    """Reads what the child writes, until it is silent for too long or gone."""

    def __init__(self, path: Path, process: "subprocess.Popen[bytes]", limits: Limits) -> None:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        self._path, self._process, self._limits = path, process, limits
        self._stream: IO[bytes] = process.stdout
        self._held = bytearray()

    def take(self, size: int) -> bytes:
        """Return so many bytes."""
        while len(self._held) < size:
            piece = self._piece()
            if not piece:
                raise self._lost()
            self._held += piece
        found = bytes(self._held[:size])
        del self._held[:size]
        return found

    def rest(self) -> bytes:
        """Return all that is left."""
        while piece := self._piece():
            self._held += piece
        if not self._held:
            raise self._lost()
        return bytes(self._held)

    def _piece(self) -> bytes:
        until = time.monotonic() + self._limits.silence
        left = max(0.0, until - time.monotonic())
        if not select.select([self._stream], [], [], left)[0]:
            problem = f"gives no frame for {self._limits.silence:g} s; convert it, and try again"
            raise DataError(self._path, problem)
        return os.read(self._stream.fileno(), 1 << 20)

    def _lost(self) -> DataError:
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            problem = f"takes more than {self._limits.cpu} s of computing to decode; cut it first"
        else:
            name = (
                signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"
            )
            problem = f"makes the decoder crash ({name}); convert it, and try again"
        return DataError(self._path, problem)


@contextmanager
def _child(request: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a child and give it its request; it is gone when the block ends."""
    paths = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    # One pool of memory a core would be most of the address space that it may have.
    env = {**os.environ, "PYTHONPATH": paths, "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
        start_new_session=True,  # Ctrl-C is for this process to answer
    )
    try:
        assert process.stdin is not None  # noqa: S101 - for the type checker
        process.stdin.write(request.encode() + b"\n")
        process.stdin.flush()
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
