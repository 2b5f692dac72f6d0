"""The downloading process, seen from the one that gives it work."""

import json
import select
import subprocess
import sys
import time
from dataclasses import asdict
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Protocol, Self

from refvps.collect.fetch.job import Answer, FetchOptions, Job
from refvps.errors import MissingExtraError, RefvpsError

START_SECONDS = 120.0


class Fetcher(Protocol):
    """Does jobs, one at a time."""

    def do(self, job: Job) -> Answer:
        """Do one job; every failure is an answer."""
        ...

    def tool(self) -> str:
        """Return name and version of what does the work."""
        ...


class FetchProcess:
    """Does jobs with yt-dlp in a child process, which is ended if one takes too long."""

    def __init__(self, options: FetchOptions) -> None:
        """Prepare; the process is started with the first job."""
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._versions: dict[str, str] = {}
        self._rest = b""

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def do(self, job: Job) -> Answer:
        """Do one job; every failure is an answer.

        Raises:
            MissingExtraError: yt-dlp is not installed.
        """
        process = self._started()
        try:
            self._send(process, json.dumps(asdict(job)))
            found = self._receive(process, self._options.wall_clock)
        except (BrokenPipeError, EOFError):
            self.close()
            return Answer("unknown", "the downloading process ended without an answer")
        except TimeoutError:
            self.close()
            most = f"{self._options.wall_clock:g}"
            return Answer("timeout", f"took longer than fetch.wall_clock = {most} s")
        return Answer(**{**found, "entries": tuple(found["entries"])})

    def tool(self) -> str:
        """Return name and version of what does the work."""
        self._started()
        return " ".join(f"{name} {version}" for name, version in self._versions.items())

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process, self._rest = self._process, None, b""
        if process is not None:
            process.kill()
            process.communicate()

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            if find_spec("yt_dlp") is None:
                raise MissingExtraError("downloading", "collect")
            self._process = subprocess.Popen(
                [sys.executable, "-m", "refvps.collect.fetch.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            self._send(self._process, self._options.model_dump_json())
            try:
                self._versions = self._receive(self._process, START_SECONDS)["versions"]
            except (EOFError, TimeoutError) as error:
                self.close()
                raise RefvpsError(
                    "the downloading process did not start; `refvps collect doctor` says more"
                ) from error
        return self._process

    def _send(self, process: "subprocess.Popen[bytes]", line: str) -> None:
        assert process.stdin is not None  # noqa: S101 - for the type checker
        process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()

    def _receive(self, process: "subprocess.Popen[bytes]", seconds: float) -> dict[str, Any]:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        end = time.monotonic() + seconds
        while b"\n" not in self._rest:
            left = end - time.monotonic()
            ready, _, _ = select.select([process.stdout], [], [], max(left, 0))
            if not ready:
                raise TimeoutError
            piece = process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            if not piece:
                raise EOFError
            self._rest += piece
        line, self._rest = self._rest.split(b"\n", 1)
        found: dict[str, Any] = json.loads(line)
        return found
