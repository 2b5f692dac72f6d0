"""The GPUs of this machine, found without a framework."""

import os
import shutil
import subprocess

from refvps.errors import ConfigError


def visible_gpus() -> tuple[str, ...]:
    """Return the GPUs that this process may use, each as CUDA_VISIBLE_DEVICES would name it."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return tuple(name for name in chosen.split(",") if name.strip() not in ("", "-1"))
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    done = subprocess.run([program, "-L"], capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("GPU ")]
    return tuple(str(index) for index in range(len(lines)))


def share_of(device: str, worker: int, gpus: tuple[str, ...]) -> tuple[str, str]:
    """Return the device of one of several workers, and the GPU it may see.

    Args:
        device: "auto", "cpu", "cuda" (each worker in turn) or "cuda:N".
        worker: its number.
        gpus: those there are.

    Raises:
        ConfigError: no such device here.

    >>> share_of("auto", 3, ("0", "1")), share_of("auto", 0, ()), share_of("cuda:1", 0, ("4", "6"))
    (('cuda', '1'), ('cpu', ''), ('cuda', '6'))
    """
    if device == "cpu" or (device == "auto" and not gpus):
        return "cpu", ""
    kind, _, number = device.partition(":")
    wanted = int(number) if number.isdigit() else worker % max(1, len(gpus))
    if kind not in ("auto", "cuda") or wanted >= len(gpus):
        raise ConfigError(f"option device={device}: there is none; GPUs here: {len(gpus)}")
    return "cuda", gpus[wanted]
