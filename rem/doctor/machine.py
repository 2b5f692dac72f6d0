"""The devices of this machine and their memory."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from refvps.doctor.findings import Finding
from rem.doctor.packages import installed
from rem.memory import GIGA


@dataclass(frozen=True, slots=True)
class Device:
    """Something that REM can run on.

    Attributes:
        name: as people call it.
        memory: all of it, in bytes.
        free: what nobody uses now, in bytes.
    """

    name: str
    memory: int
    free: int


def gpus() -> tuple[Device, ...]:
    """Return the GPUs that torch can use; none without torch."""
    if not installed("torch"):
        return ()
    import torch

    found = []
    for index in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        free, whole = torch.cuda.mem_get_info(index)
        found.append(Device(torch.cuda.get_device_name(index), whole, free))
    return tuple(found)


def main_memory() -> Device:
    """Return the main memory of this machine."""
    page = os.sysconf("SC_PAGE_SIZE")
    free = page * os.sysconf("SC_AVPHYS_PAGES")
    return Device("main memory", page * os.sysconf("SC_PHYS_PAGES"), free)


def examine_machine(found: tuple[Device, ...], main: Device) -> Iterator[Finding]:
    """Yield what there is to run on."""
    for index, device in enumerate(found):
        yield Finding(f"GPU {index}", "present", f"{device.name}, {_memory(device)}")
    if not found:
        yield Finding("GPU", "note", f"none that torch can use ({_build()}); it runs on the CPU")
    yield Finding(main.name, "present", _memory(main))


def _memory(device: Device) -> str:
    return f"{device.memory / GIGA:.1f} GB, {device.free / GIGA:.1f} GB free"


def _build() -> str:
    if not installed("torch"):
        return "torch is not installed"
    import torch

    return f"torch is built for {f'CUDA {torch.version.cuda}' if torch.version.cuda else 'CPU'}"
