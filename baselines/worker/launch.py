"""What a worker process is started with."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baselines.worker.adapter_file import CHILD, AdapterFile, OptionValue
from refvps.errors import DataError

WORKER_MAIN = CHILD / "worker_main.py"

OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
OURS = ("PYTHONPATH", "PYTHONHOME")
"""Would bring packages of this interpreter into the other one."""


@dataclass(frozen=True, slots=True)
class Launch:
    """An adapter with the interpreter and the files that it works with.

    Attributes:
        adapter: drives the method.
        python: its interpreter; a link, as in a virtual environment, is not followed.
        checkout: the official code, or None.
        checkpoint: its weights, or None.
        assets: a folder that holds what the adapter asks for, at the paths it names; or None.
        options: of the adapter.
        device: "cpu" or "cuda".
        gpu: which GPU it may see, as CUDA_VISIBLE_DEVICES; "" for none.
    """

    adapter: AdapterFile
    python: Path
    checkout: Path | None = None
    checkpoint: Path | None = None
    assets: Path | None = None
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    device: str = "cpu"
    gpu: str | None = ""

    def spec(self) -> dict[str, Any]:
        """Return what the adapter is told."""
        return {
            "adapter": str(self.adapter.path),
            "name": self.adapter.name,
            "checkout": _text(self.checkout),
            "checkpoint": _text(self.checkpoint),
            "assets": {},
            "options": dict(self.options),
            "device": self.device,
            "gpu": self.gpu,
        }

    def command(self, spec: Path, descriptors: tuple[int, int]) -> list[str]:
        """Return the command line; the descriptors are those the child reads and writes."""
        reads, writes = map(str, descriptors)
        ends = ["--fd-in", reads, "--fd-out", writes, "--spec", str(spec)]
        return [str(self.python.absolute()), "-s", "-u", str(WORKER_MAIN), *ends]

    def environment(self) -> dict[str, str]:
        """Return the child's environment: ours, offline, without our packages."""
        kept = {key: value for key, value in os.environ.items() if key not in OURS}
        kept.update(dict.fromkeys(OFFLINE, "1"), PYTHONDONTWRITEBYTECODE="1")
        if self.gpu is not None:
            kept["CUDA_VISIBLE_DEVICES"] = self.gpu
        return kept


def write_spec(launch: Launch, path: Path) -> None:
    """Write what the adapter is told.

    Raises:
        DataError: the disk is full, or cannot be written.
    """
    write_for_worker(path, json.dumps(launch.spec(), indent=1, ensure_ascii=False))


def write_for_worker(path: Path, text: str) -> None:
    """Write a file that a worker reads; its folder is made.

    Raises:
        DataError: the disk is full, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise DataError(path, f"cannot be written: {reason}; name another folder, logs=") from error


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())
