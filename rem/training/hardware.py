"""What the machine has: memory, and how fast it multiplies."""

import os
import time


def device_in_use(*, cpu: bool) -> str:
    """Return ``cuda`` or ``cpu``."""
    import torch

    return "cuda" if torch.cuda.is_available() and not cpu else "cpu"


def memory_of(device: str) -> float:
    """Return the memory of a device in bytes; of the CPU, all of the machine's."""
    import torch

    if device == "cuda":
        return float(torch.cuda.get_device_properties(0).total_memory)
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def measured_flops(device: str, *, narrow: bool, threads: int = 1) -> float:
    """Return the operations a second of a large matrix product, measured now.

    Args:
        device: ``cuda`` or ``cpu``.
        narrow: whether in bfloat16.
        threads: of torch, on a CPU.
    """
    import torch

    if device == "cpu":
        torch.set_num_threads(threads)

    side = 8192 if device == "cuda" else 1024
    dtype = torch.bfloat16 if narrow and device == "cuda" else torch.float32
    matrix = torch.randn(side, side, device=device, dtype=dtype)
    matrix @ matrix
    best = float("inf")
    for _ in range(3):
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        matrix @ matrix
        if device == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - start)
    return 2.0 * side**3 / best
