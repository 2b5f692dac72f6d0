"""Drives one adapter through the child side of the worker protocol, without the parent side."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from refvps.types import BoolArray

CHILD = Path(__file__).parents[2] / "baselines/worker/child"
ADAPTERS = CHILD / "adapters"


@dataclass(frozen=True, slots=True)
class Spec:
    """What a worker is told at its start."""

    adapter: Path
    python: str
    sandbox: Path
    checkout: Path | None = None
    checkpoint: Path | None = None
    options: Mapping[str, Any] | None = None
    assets: Mapping[str, str] | None = None


class Child:
    """A worker process that answers one request at a time."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        record = {
            "adapter": str(spec.adapter),
            "name": spec.adapter.stem,
            "checkout": None if spec.checkout is None else str(spec.checkout),
            "checkpoint": None if spec.checkpoint is None else str(spec.checkpoint),
            "assets": dict(spec.assets or {}),
            "options": dict(spec.options or {}),
            "device": "cpu",
            "gpu": None,
        }
        told = spec.sandbox / "spec.json"
        told.write_text(json.dumps(record))
        in_read, in_write = os.pipe()
        out_read, out_write = os.pipe()
        self._log = (spec.sandbox / "worker.log").open("w")
        self._process = subprocess.Popen(
            [
                *(spec.python, "-s", "-u", str(CHILD / "worker_main.py"), "--spec", str(told)),
                *("--fd-in", str(in_read), "--fd-out", str(out_write)),
            ],
            cwd=spec.sandbox,
            pass_fds=(in_read, out_write),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=offline_environment(),
        )
        os.close(in_read)
        os.close(out_write)
        self._to = os.fdopen(in_write, "w")
        self._from = os.fdopen(out_read)
        self._asked = 0

    def ask(self, op: str, **more: Any) -> dict[str, Any]:
        """Return the reply to a request; an error is raised with its traceback."""
        self._asked += 1
        self._to.write(json.dumps({"v": 1, "id": self._asked, "op": op, **more}) + "\n")
        self._to.flush()
        for line in self._from:
            reply = json.loads(line)
            if "event" in reply:
                continue
            assert reply["ok"], "\n".join(reply["error"]["traceback_tail"])
            return reply
        log = (self._spec.sandbox / "worker.log").read_text()
        raise AssertionError(f"the worker ended: {log[-2000:]}")

    def masks(
        self, frames: list[Path], expression: str, size: tuple[int, int], **more: Any
    ) -> tuple[BoolArray, dict[str, Any]]:
        """Return the masks of an expression and what the adapter tells of them."""
        folder = self._spec.sandbox / f"job-{self._asked}"
        folder.mkdir()
        job = {
            "clip": frames[0].parent.name,
            "expression_id": "0",
            "expression": expression,
            "frames": [str(path) for path in frames],
            "height": size[0],
            "width": size[1],
            "seed": 42,
            "options": {},
        }
        (folder / "job.json").write_text(json.dumps(job | more))
        reply = self.ask("predict", job=str(folder))
        with np.load(folder / "masks.npz") as stored:
            shape = tuple(stored["shape"])
            bits = np.unpackbits(stored["bits"], count=int(np.prod(shape)))
        return bits.reshape(shape).astype(bool), reply["meta"]

    def close(self) -> None:
        """End the process."""
        self._to.close()
        self._process.wait(60)
        self._from.close()
        self._log.close()


def offline_environment() -> dict[str, str]:
    """Return an environment in which nothing is fetched and no bytecode is written."""
    fixed = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore",
    }
    return {**os.environ, **fixed}
