"""Where the parts of a backbone are, in which types, and when they are there."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refvps.errors import ConfigError
from refvps.executor import worker_number

if TYPE_CHECKING:
    from torch import Tensor, device, dtype
    from torch.nn import Module


@dataclass(frozen=True, slots=True)
class Placement:
    """A device and a type.

    Attributes:
        device: where parts work.
        dtype: the type of weights and latents.
        offload: whether parts wait in main memory while they are not used.
        autocast: whether torch chooses the type of each operation.
    """

    device: "device"
    dtype: "dtype"
    offload: bool = False
    autocast: bool = False

    def settle(self, module: Any) -> Any:
        """Put a part where it waits; in evaluation mode, without gradients."""
        module.eval().requires_grad_(requires_grad=False)
        return module if self.offload else module.to(self.device)

    @contextmanager
    def at_work(self, module: "Module") -> Iterator[None]:
        """Keep a part on the device for a while."""
        if not self.offload:
            yield
            return
        module.to(self.device)
        try:
            yield
        finally:
            module.to("cpu")

    def bring(self, tensor: "Tensor") -> "Tensor":
        """Return a tensor on the device, in the type of the latents."""
        return tensor.to(self.device, self.dtype)

    def precision(self) -> AbstractContextManager[None]:
        """Return the context in which everything is computed."""
        import torch

        if not self.autocast:
            return nullcontext()
        # Weights that are kept wide are cast anew each time, as in the official evaluation.
        context: AbstractContextManager[None] = torch.autocast(
            self.device.type, self.dtype, cache_enabled=False
        )
        return context


def device_named(name: str) -> "device":
    """Return a torch device; "auto" is a GPU if there is one.

    Of several GPUs, "auto" and "cuda" are the one of this process: see ``devices_of``.

    Raises:
        ConfigError: no such device on this machine.
    """
    import torch

    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda":
        name = own_gpu(worker_number(), torch.cuda.device_count())
    try:
        found = torch.device(name)
        torch.empty(0, device=found)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"method 'rem': device={name!r} cannot be used: {reason}") from error
    return found


def devices_of(name: str) -> int:
    """Return how many processes can each have a device of their own: all GPUs, or one."""
    import torch

    every = name == "cuda" or (name == "auto" and torch.cuda.is_available())
    return max(1, torch.cuda.device_count()) if every else 1


def own_gpu(worker: int, gpus: int) -> str:
    """Return the GPU of a process, so that clips go to all of them in turn.

    >>> own_gpu(0, 1), own_gpu(1, 4), own_gpu(5, 4), own_gpu(0, 0)
    ('cuda', 'cuda:1', 'cuda:1', 'cuda')
    """
    return "cuda" if gpus <= 1 else f"cuda:{worker % gpus}"


def device_label(found: "device") -> str:
    """Return what a device is called, for provenance."""
    import torch

    if found.type == "cuda":
        return f"cuda: {torch.cuda.get_device_name(found)}"
    return found.type
