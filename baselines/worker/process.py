"""One worker process: started, asked, watched and ended."""

import json
import os
import select
import signal
import subprocess
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baselines.worker.launch import Launch, write_spec
from refvps.errors import ConfigError, RefvpsError

PROTOCOL = 1
LOG_LINES = 5
LOADING, WORKING = 1800.0, 600.0
"""Seconds of silence that are borne while a worker loads, and while it works."""
GRACE = 2.0
"""Seconds that a worker has to end by itself."""
MOST_LINE = 1 << 24
"""Bytes of a reply; masks travel as files."""

Heard = Callable[[int, int], None]
"""Told how far a request is: done, of how many."""


class WorkerLostError(RefvpsError):
    """A worker died, fell silent, or stopped speaking the protocol."""


class RequestError(RefvpsError):
    """A worker is well but could not do what was asked.

    ``kind`` is "raised", "exit", "out of memory", "bad answer" or "protocol".
    """

    def __init__(self, kind: str, message: str, tail: tuple[str, ...] = ()) -> None:
        """Keep what the worker said; the details are the end of its traceback."""
        super().__init__(message, details=tail)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a worker may be silent.

    Attributes:
        loading: while it starts and loads.
        working: while it predicts.
    """

    loading: float = LOADING
    working: float = WORKING


class WorkerProcess:
    """A running worker. It ends with this object, and with the process that made it."""

    def __init__(self, launch: Launch, folder: Path) -> None:
        """Start it.

        Args:
            launch: what to start.
            folder: new or empty; takes the log, the sandbox and the jobs.

        Raises:
            ConfigError: the interpreter cannot be run.
            DataError: the folder cannot be written.
        """
        self.folder, self.sandbox = folder, folder / "sandbox"
        self.log = folder / "worker.log"
        write_spec(launch, folder / "spec.json")
        self.sandbox.mkdir(parents=True, exist_ok=True)
        self._process, self._writes, self._reads = _start(launch, folder)
        self._finalizer = weakref.finalize(self, _end, self._process, self._writes, self._reads)
        self._received = b""
        self._asked = 0

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ask(
        self,
        operation: str,
        silence: float,
        heard: Heard | None = None,
        **fields: Any,  # noqa: ANN401 - JSON
    ) -> dict[str, Any]:
        """Return the reply to a request.

        Args:
            operation: of the protocol.
            silence: seconds without a sign of life after which the worker counts as lost.
            heard: told of progress.
            fields: of the request.

        Raises:
            RequestError: the worker could not do it.
            WorkerLostError: it died or was silent for too long; it is ended.
        """
        self._asked += 1
        self._send({"v": PROTOCOL, "id": self._asked, "op": operation, **fields})
        while True:
            message = self._next(silence)
            if message.get("id") != self._asked:
                continue
            if message.get("event") == "progress":
                if heard is not None:
                    heard(int(message.get("done", 0)), int(message.get("total", 0)))
            elif message.get("ok"):
                return message
            else:
                raise _request_error(message.get("error") or {})

    def end(self) -> None:
        """End it and all that it started."""
        self._finalizer()

    def log_tail(self) -> tuple[str, ...]:
        """Return the last lines of its log."""
        try:
            content = self.log.read_bytes()[-8192:]
        except OSError:
            return ()
        lines = [line for line in content.decode(errors="replace").splitlines() if line.strip()]
        return tuple(lines[-LOG_LINES:])

    def _send(self, message: dict[str, Any]) -> None:
        line = json.dumps(message, ensure_ascii=False).encode() + b"\n"
        try:
            while line:
                line = line[os.write(self._writes, line) :]
        except OSError:
            raise self._lost(self._how_it_ended()) from None

    def _next(self, silence: float) -> dict[str, Any]:
        until = time.monotonic() + silence
        while b"\n" not in self._received:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._reads], [], [], left)[0]:
                raise self._lost(f"gave no sign of life for {silence:g} s")
            piece = os.read(self._reads, 1 << 16)
            if not piece:
                raise self._lost(self._how_it_ended())
            self._received += piece
            if len(self._received) > MOST_LINE:
                raise self._lost("sent a reply without end")
        line, _, self._received = self._received.partition(b"\n")
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict) or message.get("v") != PROTOCOL:
            raise self._lost(f"does not speak version {PROTOCOL} of the protocol: {line[:80]!r}")
        return message

    def _how_it_ended(self) -> str:
        try:
            code = self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            return "closed its end of the line"
        if code < 0:
            name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
            more = " (out of memory, perhaps)" if name == "SIGKILL" else ""
            return f"was killed by {name}{more}"
        return f"ended by itself with exit code {code}"

    def _lost(self, how: str) -> WorkerLostError:
        self.end()
        return WorkerLostError(f"the worker {how}", details=self.log_tail())


def _request_error(error: dict[str, Any]) -> RequestError:
    kind, name = str(error.get("kind", "raised")), str(error.get("type", "error"))
    message = " ".join(str(error.get("message", "no reason given")).split())
    spoken = message if kind in ("exit", "bad answer", "protocol") else f"{name}: {message}"
    return RequestError(kind, spoken, tuple(map(str, error.get("traceback_tail", ()))))


def _start(launch: Launch, folder: Path) -> tuple["subprocess.Popen[bytes]", int, int]:
    child_reads, writes = os.pipe()
    reads, child_writes = os.pipe()
    try:
        with (folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                launch.command(folder.absolute() / "spec.json", (child_reads, child_writes)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder / "sandbox",
                env=launch.environment(),
                pass_fds=(child_reads, child_writes),
                # Ctrl-C is for this process to answer; and its whole group can be ended.
                start_new_session=True,
            )
    except OSError as error:
        os.close(writes)
        os.close(reads)
        reason = error.strerror or error
        raise ConfigError(f"option python={launch.python}: cannot be run: {reason}") from error
    finally:
        os.close(child_reads)
        os.close(child_writes)
    return process, writes, reads


def _end(process: "subprocess.Popen[bytes]", writes: int, reads: int) -> None:
    os.close(writes)  # the worker ends when nobody can ask it any more
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        pass
    finally:
        os.close(reads)
        # Whatever it has started goes with it; mostly nothing is left.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
