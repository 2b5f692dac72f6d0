"""The child side of the worker protocol: drives one adapter in whatever interpreter runs it.

Run as a script in a folder of its own, the sandbox, it needs Python 3.8, the standard library and
NumPy, and imports nothing of ours but the adapter that the spec names by path. Requests come as
JSON lines on one descriptor, answers go to another; stdout and stderr are the adapter's to spoil.
``docs/workers.md`` describes the protocol.

An adapter is one Python file. Only ``load`` and ``predict`` must be there.

    NAME = "mutr"                 # a literal, as are all constants: doctors read them by ast
    LICENCE = "MIT"               # what a user should know of the licence, in a sentence
    ANCHORS = (("inference_ytvos.py", "sub_processor", ("lock", "pid", "args")),)
                                  # (file, function or Class.method, its first arguments)
    VERSIONS = {"torch": ("2.1", "2.7")}  # from the first on, below the second; "" for no bound
    DEFAULTS = {"window": 64}     # its options and their defaults; others are refused
    MIRRORED = ()                 # folders of the checkout that the sandbox must hold as real ones

    def required_files(options): ...      # -> [path inside the checkout]
    def assets(options): ...              # -> {path inside the sandbox: what belongs there}
    def import_check(spec): ...           # -> dict; imports the checkout, says which shims it needs
    def checkpoint_check(spec): ...       # -> dict; reads the checkpoint, builds nothing
    def load(spec, report): ...           # -> dict of facts; raises if any weight does not fit
    def selftest(spec, report): ...       # -> dict; after load: operators against their references
    def predict(job, report): ...         # -> (bool array [T, H, W], dict)

``spec`` and ``job`` are dicts.

    spec: adapter, name, checkout, checkpoint (paths as text, or None), assets ({sandbox path:
        path}), options ({name: text, number, true, false or None}), device ("cpu" or "cuda"),
        gpu (the value of CUDA_VISIBLE_DEVICES, or None to leave it as it is)
    job: clip (its id), expression_id, expression (its text), frames (absolute paths in order),
        height, width (of the frames, and so of the masks), seed (int), options (as in spec)

``report(done, total)`` says that work goes on: call it at least once a window, and now and then
while loading, because a worker that is silent for too long is killed. Call ``report.imported()``
right after the checkout is imported, before CUDA is used: it puts the choice of GPU back if
importing has changed it.

The dict beside the masks is kept with them; NumPy values in it are fine. What the checks return
may hold ``problems``, a list of sentences; any other key is shown as it is. Siblings of the adapter
can be imported at its top, not later; nothing but the standard library and NumPy may be beside.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import queue
import sys
import threading
import time
import traceback
from typing import Any, Callable, Dict, Optional

PROTOCOL = 1
GPU_VARIABLE = "CUDA_VISIBLE_DEVICES"
TAIL = 12
"""Lines of a traceback that travel; all of it is in the log."""

Record = Dict[str, Any]


class ProtocolError(Exception):
    """The parent asked for something that cannot be."""


class BadAnswerError(Exception):
    """The adapter answered with something that is not what it promised."""


class Channel:
    """JSON lines to the parent, whole lines at a time, from any thread."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self._file = os.fdopen(descriptor, "w", encoding="utf-8")
        self._lock = threading.Lock()

    def send(self, message: Record) -> None:
        line = json.dumps({"v": PROTOCOL, **plain(message)}, allow_nan=False)
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()


class Report:
    """Says to the parent how far the work is; that is also the sign of life."""

    def __init__(self, channel: Channel, request: int, gpu: Optional[str]) -> None:
        self._channel = channel
        self._request = request
        self._gpu = gpu

    def __call__(self, done: int = 0, total: int = 0) -> None:
        self._channel.send(
            {"id": self._request, "event": "progress", "done": int(done), "total": int(total)}
        )

    def imported(self) -> None:
        """Put the choice of GPU back."""
        choose_gpu(self._gpu)
        self()


def choose_gpu(gpu: Optional[str]) -> None:
    """Let CUDA see what the parent chose, whatever was set meanwhile; None changes nothing."""
    if gpu is not None:
        os.environ[GPU_VARIABLE] = gpu


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it; what it cannot hold becomes text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return str(value)


def load_adapter(path: str) -> Any:
    """Import the adapter by its path; its siblings are importable meanwhile."""
    folder = os.path.dirname(os.path.abspath(path))
    found = importlib.util.spec_from_file_location("refvps_adapter", path)
    if found is None or found.loader is None:
        raise ProtocolError("%s is not a Python file" % path)
    module = importlib.util.module_from_spec(found)
    sys.modules["refvps_adapter"] = module
    sys.path.insert(0, folder)
    try:
        found.loader.exec_module(module)
    finally:
        sys.path.remove(folder)
    return module


def versions_of(names: Any) -> Dict[str, Optional[str]]:
    """Return the installed version of each package, None where there is none."""
    from importlib.metadata import PackageNotFoundError, version

    def installed(name: str) -> Optional[str]:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    return {name: installed(name) for name in names}


class Worker:
    """Answers the requests of the parent about one adapter."""

    def __init__(self, spec: Record, channel: Channel) -> None:
        self._spec = spec
        self._channel = channel
        self._adapter: Any = None

    def answer(self, request: Record) -> Record:
        """Return what the reply to a request holds, beside its id."""
        if request.get("v") != PROTOCOL:
            raise ProtocolError(
                "asked in version %r of the protocol; this worker speaks %d"
                % (request.get("v"), PROTOCOL)
            )
        operations = {
            "hello": self._hello,
            "load": self._load,
            "predict": self._predict,
            "selftest": self._selftest,
        }
        operation = operations.get(request.get("op", ""))
        if operation is None:
            raise ProtocolError("no operation is called %r" % request.get("op"))
        report = Report(self._channel, request["id"], self._spec.get("gpu"))
        choose_gpu(self._spec.get("gpu"))
        try:
            return operation(request, report)
        finally:
            choose_gpu(self._spec.get("gpu"))

    def _hello(self, request: Record, report: Report) -> Record:
        adapter = self._own_adapter()
        options = self._spec.get("options", {})
        wanted = getattr(adapter, "VERSIONS", {})
        functions = ("import_check", "checkpoint_check", "load", "selftest", "predict")
        return {
            "protocol": PROTOCOL,
            "name": getattr(adapter, "NAME", os.path.basename(self._spec["adapter"])),
            "licence": getattr(adapter, "LICENCE", None),
            "python": platform.python_version(),
            "executable": sys.executable,
            "platform": platform.platform(),
            "versions": versions_of(sorted({"numpy", *wanted})),
            "wanted": wanted,
            "mirrored": list(getattr(adapter, "MIRRORED", ())),
            "required_files": list(call_if_there(adapter, "required_files", options) or ()),
            "assets": dict(call_if_there(adapter, "assets", options) or {}),
            "functions": [name for name in functions if hasattr(adapter, name)],
        }

    def _load(self, request: Record, report: Report) -> Record:
        started = time.time()
        info = self._own_adapter().load(self._spec, report)
        return {"info": info or {}, "seconds": time.time() - started}

    def _predict(self, request: Record, report: Report) -> Record:
        folder = request["job"]
        with open(os.path.join(folder, "job.json"), encoding="utf-8") as file:
            job = json.load(file)
        forget_peak()
        started = time.time()
        answer = self._own_adapter().predict(job, report)
        seconds = time.time() - started
        masks, meta = checked_answer(answer, job)
        shape, digest = write_masks(os.path.join(folder, "masks.npz"), masks)
        facts = {**plain(meta), "seconds": seconds, **memory_used()}
        write_whole(os.path.join(folder, "meta.json"), json.dumps(facts).encode("utf-8"))
        return {"shape": shape, "sha256": digest, "meta": facts}

    def _selftest(self, request: Record, report: Report) -> Record:
        what = request.get("what", "operators")
        adapter = self._own_adapter()
        if what == "devices":
            found = devices()
        elif what == "import":
            found = call_if_there(adapter, "import_check", self._spec)
        elif what == "checkpoint":
            found = call_if_there(adapter, "checkpoint_check", self._spec)
        elif what == "operators":
            found = call_if_there(adapter, "selftest", self._spec, report)
        else:
            raise ProtocolError("no self-test is called %r" % what)
        return {"found": found}

    def _own_adapter(self) -> Any:
        if self._adapter is None:
            self._adapter = load_adapter(self._spec["adapter"])
        return self._adapter


def call_if_there(adapter: Any, name: str, *arguments: Any) -> Any:
    """Call a function of the adapter; None where it has none of that name."""
    function = getattr(adapter, name, None)
    return None if function is None else function(*arguments)


def checked_answer(answer: Any, job: Record) -> Any:
    """Return masks and facts, or raise ``BadAnswerError`` if they are not what was promised."""
    import numpy as np

    if not isinstance(answer, tuple) or len(answer) != 2 or not isinstance(answer[1], dict):
        raise BadAnswerError("predict must return (masks, dict); it returned %s" % type(answer))
    masks = np.asarray(answer[0])
    wanted = (len(job["frames"]), job["height"], job["width"])
    if masks.dtype != np.bool_ or masks.shape != wanted:
        raise BadAnswerError(
            "masks must be bool %s, one a frame at the size of the frames; they are %s %s"
            % (list(wanted), masks.dtype, list(masks.shape))
        )
    return masks, answer[1]


def write_masks(path: str, masks: Any) -> Any:
    """Write masks, one bit a pixel; return their shape and the SHA-256 of the file."""
    import io

    import numpy as np

    buffer = io.BytesIO()
    np.savez(buffer, bits=np.packbits(masks), shape=np.array(masks.shape, np.int64))
    content = buffer.getvalue()
    write_whole(path, content)
    return list(masks.shape), hashlib.sha256(content).hexdigest()


def write_whole(path: str, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    temporary = "%s.partial" % path
    with open(temporary, "wb") as file:
        file.write(content)
    os.replace(temporary, path)


def forget_peak() -> None:
    """Start counting GPU memory anew, if torch is in use."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.reset_peak_memory_stats()


def memory_used() -> Record:
    """Return the peak of main memory since the start, and of GPU memory in this call, in bytes."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    found: Record = {"peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        found["peak_gpu_memory"] = torch.cuda.max_memory_allocated()
    return found


def devices() -> Record:
    """Return the GPUs that torch sees, and what its build was made for."""
    try:
        import torch
    except Exception as error:  # a broken installation raises anything
        return {"torch": None, "problem": "torch cannot be imported: %s" % error, "gpus": []}
    gpus = []
    for index in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        major, minor = torch.cuda.get_device_capability(index)
        gpus.append({"name": torch.cuda.get_device_name(index), "capability": [major, minor]})
    return {
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "architectures": list(torch.cuda.get_arch_list()) if gpus else [],
        "gpus": gpus,
    }


def described(error: BaseException) -> Record:
    """Return an error as it travels."""
    kind = "raised"
    if isinstance(error, MemoryError) or "OutOfMemory" in type(error).__name__:
        kind = "out of memory"
    elif isinstance(error, SystemExit):
        kind = "exit"
    elif isinstance(error, (ProtocolError, BadAnswerError)):
        kind = "protocol" if isinstance(error, ProtocolError) else "bad answer"
    elif isinstance(error, RuntimeError) and "out of memory" in str(error).lower():
        kind = "out of memory"  # torch before 2.0 has no class for it
    message = str(error)
    if isinstance(error, SystemExit):
        message = "the code called exit(%r)" % (error.code,)
    lines = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {
        "kind": kind,
        "type": type(error).__name__,
        "message": message or type(error).__name__,
        "traceback_tail": lines.rstrip().splitlines()[-TAIL:],
    }


def requests_from(descriptor: int) -> Callable[[], Record]:
    """Return what gives the next request. When the parent is gone, this process ends at once."""
    os.set_inheritable(descriptor, False)
    waiting: queue.Queue[Record] = queue.Queue()

    def read() -> None:
        with os.fdopen(descriptor, encoding="utf-8") as file:
            for line in file:
                waiting.put(json.loads(line))
        os._exit(1)

    threading.Thread(target=read, daemon=True).start()
    return waiting.get


def serve(spec: Record, next_request: Callable[[], Record], channel: Channel) -> None:
    """Answer requests until one asks to stop."""
    worker = Worker(spec, channel)
    while True:
        request = next_request()
        reply: Record = {"id": request.get("id"), "ok": True}
        if request.get("op") == "shutdown":
            channel.send(reply)
            return
        try:
            reply.update(worker.answer(request))
        except BaseException as error:  # exit() of the code that is driven is no reason to end
            traceback.print_exc()
            reply.update(ok=False, error=described(error))
        sys.stdout.flush()
        channel.send(reply)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd-in", type=int, required=True)
    parser.add_argument("--fd-out", type=int, required=True)
    parser.add_argument("--spec", required=True)
    arguments = parser.parse_args()
    sys.argv = sys.argv[:1]  # official code parses it
    sys.path[:] = [entry for entry in sys.path if entry != os.path.dirname(__file__)]
    with open(arguments.spec, encoding="utf-8") as file:
        spec = json.load(file)
    sys.dont_write_bytecode = True
    serve(spec, requests_from(arguments.fd_in), Channel(arguments.fd_out))
    os._exit(0)  # threads and exit handlers of the code that is driven must not hold it up


if __name__ == "__main__":
    main()
