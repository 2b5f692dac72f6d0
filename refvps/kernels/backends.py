"""The backends by name."""

from pathlib import Path

from refvps.errors import ConfigError
from refvps.kernels.build import built_library
from refvps.kernels.compiled import CompiledKernels
from refvps.kernels.kernels import NUMPY_KERNELS, Kernels

NUMPY, COMPILED = "numpy", "compiled"
BACKENDS = (NUMPY, COMPILED)


def kernels_named(name: str, cache: Path) -> Kernels:
    """Return a backend.

    Args:
        name: one of ``BACKENDS``.
        cache: the user's cache folder, where a compiled one is kept.

    Raises:
        ConfigError: there is no such backend.
        MissingProgramError: it has to be compiled, and there is no compiler.
    """
    if name == NUMPY:
        return NUMPY_KERNELS
    if name == COMPILED:
        return CompiledKernels(built_library(cache))
    raise ConfigError(f"backend {name!r} is not known; expected {' or '.join(BACKENDS)}")
