"""A method that runs in a worker process: restarted once, and never answered for."""

import logging
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from baselines.worker.gpus import visible_gpus
from baselines.worker.job import read_masks, write_job
from baselines.worker.options import Choice
from baselines.worker.process import Patience, RequestError, WorkerLostError, WorkerProcess
from baselines.worker.provenance import commit_of, digest_of, outline_of
from baselines.worker.sandbox import asset_path, fill_sandbox
from refvps.errors import QueryFailedError, RefvpsError, WorkerError
from refvps.executor import worker_number
from refvps.protocols import MethodCard
from refvps.types import Prediction, Query

log = logging.getLogger(__name__)

ATTEMPTS = 2
TAINTED = ("out of memory", "exit")
"""After these a worker is not asked again: what it holds may be in disorder."""


class WorkerMethod:
    """A method driven through an adapter in a process of its own, started by the first query."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._patience = Patience(choice.worker.load_patience, choice.worker.patience)
        self._process: WorkerProcess | None = None
        self._loaded: Mapping[str, Any] = {}
        self._broken: WorkerError | None = None
        self._made: Callable[[int], None] = lambda _: None

    def tell(self, made: Callable[[int], None]) -> None:
        """See ``TellsProgress``: as often as the adapter reports."""
        self._made = made

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker, or None while none runs."""
        return None if self._process is None else self._process.pid

    @property
    def card(self) -> MethodCard:
        """Options, commit, digests and the versions in the worker's interpreter."""
        choice, options = self._choice, self._choice.worker
        hello = self._greeting()
        launch = choice.launch(0)
        stated = {key: str(value) for key, value in choice.own.items()}
        stated |= {"seed": str(options.seed), "adapter": digest_of(choice.adapter.path)}
        if options.checkout is not None:
            stated["checkout"] = commit_of(options.checkout)
        paths = [asset_path(launch, name) for name in sorted(hello["assets"])]
        if paths:
            stated["assets"] = outline_of(path for path in paths if path is not None)
        versions = {key: str(value) for key, value in hello["versions"].items() if value}
        window = choice.own.get("window")
        return MethodCard(
            options=stated,
            checkpoint=digest_of(options.checkpoint) if options.checkpoint else None,
            device=launch.device,
            seed=options.seed,
            window=window if isinstance(window, int) else None,
            versions={f"worker's {key}": versions[key] for key in versions}
            | {"worker's python": str(hello["python"])},
            workers=max(1, len(visible_gpus())) if launch.device == "cuda" else 1,
        )

    def predict(self, queries: Iterable[Query]) -> Iterator[Prediction]:
        """Yield one prediction a query.

        Raises:
            QueryFailedError: a query that the method could not answer; the next may be asked.
            WorkerError: the method cannot be loaded.
        """
        for query in queries:
            yield self._answer(query)

    def close(self) -> None:
        """End the worker, if one runs."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def _answer(self, query: Query) -> Prediction:
        lost: WorkerLostError | None = None
        for attempt in range(ATTEMPTS):
            process = self._running()
            try:
                return self._ask(process, query)
            except WorkerLostError as error:
                lost, self._process = error, None
                if attempt + 1 < ATTEMPTS:
                    log.warning("%s: %s; it is started again", query.query_id, error.message)
            except RequestError as error:
                if error.kind in TAINTED:
                    self.close()
                raise self._failed(query, error.kind, error, process.log) from error
        assert lost is not None  # noqa: S101 - for the type checker
        raise self._failed(query, "lost", lost, process.log) from lost

    def _ask(self, process: WorkerProcess, query: Query) -> Prediction:
        folder = process.folder / "jobs" / secrets.token_hex(6)
        frame_ids = query.clip.frame_ids
        told = 0

        def heard(done: int, total: int) -> None:
            nonlocal told
            if total == len(frame_ids) and done > told:
                self._made(done - told)
                told = done

        size = write_job(folder, query, self._choice.worker.seed, self._choice.own)
        reply = process.ask("predict", self._patience.working, heard, job=str(folder.absolute()))
        masks = read_masks(folder, len(frame_ids), size, reply.get("sha256"))
        shutil.rmtree(folder, ignore_errors=True)
        facts = {**(reply.get("meta") or {}), "worker": self._loaded}
        return Prediction(query, frame_ids, masks, facts)

    def _running(self) -> WorkerProcess:
        if self._broken is not None:
            raise self._broken
        if self._process is None:
            self._process = self._started()
        return self._process

    def _started(self) -> WorkerProcess:
        """Return a worker that has loaded; one that cannot is not tried for every query."""
        for attempt in range(ATTEMPTS):
            process = self._new_process()
            try:
                self._loaded = self._load(process)
            except (RequestError, WorkerLostError) as error:
                process.end()
                if attempt + 1 == ATTEMPTS or isinstance(error, RequestError):
                    self._broken = self._cannot_load(error, process)
                    raise self._broken from error
            except RefvpsError:
                process.end()
                raise
            else:
                return process
        raise AssertionError  # the loop returns or raises

    def _load(self, process: WorkerProcess) -> dict[str, Any]:
        launch, silence = self._choice.launch(worker_number()), self._patience.loading
        hello = process.ask("hello", silence)
        fill_sandbox(process.sandbox, launch, hello["assets"], hello["mirrored"])
        reply = process.ask("load", silence)
        kept = ("name", "python", "executable", "platform", "versions")
        told = {key: hello.get(key) for key in kept}
        return {**told, "load": reply.get("info"), "load_seconds": reply.get("seconds")}

    def _greeting(self) -> dict[str, Any]:
        process = self._new_process()
        try:
            hello = process.ask("hello", self._patience.loading)
        except (RequestError, WorkerLostError) as error:
            raise self._cannot_load(error, process) from error
        finally:
            process.end()
        shutil.rmtree(process.folder, ignore_errors=True)
        return hello

    def _new_process(self) -> WorkerProcess:
        folder = self._logs() / secrets.token_hex(6)
        return WorkerProcess(self._choice.launch(worker_number()), folder)

    def _logs(self) -> Path:
        from refvps.settings import read_settings

        given = self._choice.worker.logs
        return given or read_settings().cache_folder / "workers" / self._choice.adapter.name

    def _cannot_load(self, error: RefvpsError, process: WorkerProcess) -> WorkerError:
        name = self._choice.adapter.name
        return WorkerError(
            f"method {name!r} cannot be loaded: {error.message}; its log is {process.log}",
            details=error.details or process.log_tail(),
        )

    def _failed(self, query: Query, kind: str, error: RefvpsError, path: Path) -> QueryFailedError:
        frames = len(query.clip.frame_ids)
        message = f"{query.query_id}: {error.message}"
        if kind == "out of memory":
            message += (
                f"; the clip has {frames} frames. It is not shortened by itself, because that "
                "changes the method"
            )
        return QueryFailedError(
            f"{message}; the log is {path}",
            facts={"kind": kind, "message": error.message, "frames": frames, "log": str(path)},
            details=error.details,
        )
