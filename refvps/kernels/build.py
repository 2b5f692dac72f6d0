"""Compiles the kernels once into the user's cache."""

import hashlib
import logging
import os
import platform
import shutil
import subprocess
from pathlib import Path

from refvps import atomic
from refvps.errors import MissingProgramError

log = logging.getLogger(__name__)

SOURCE = Path(__file__).with_name("kernels.c")
FLAGS = ("-std=c99", "-O3", "-shared", "-fPIC")
COMPILERS = ("cc", "gcc", "clang")


def built_library(cache: Path) -> Path:
    """Return the shared library of the kernels, compiling it if this machine has none yet.

    Args:
        cache: the user's cache folder.

    Raises:
        MissingProgramError: there is no C compiler, or it fails.
        DataError: the cache cannot be written.
    """
    library = cache / "kernels" / f"{_key()}.so"
    if library.is_file():
        return library
    compiler = _compiler()
    log.info("compiling the kernels once with %s into %s", compiler, library.parent)
    with atomic.new_file(library) as temporary:
        done = subprocess.run(
            [compiler, *FLAGS, "-o", str(temporary), str(SOURCE)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["nothing said"])[0]
            raise MissingProgramError(
                f"{compiler} cannot compile {SOURCE.name} ({said}); leave out --backend compiled"
            )
    return library


def _key() -> str:
    """Return a name that changes with the source and with the machine it is compiled for."""
    parts = [SOURCE.read_bytes(), " ".join(FLAGS).encode(), platform.platform().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def _compiler() -> str:
    named = os.environ.get("CC")
    for name in [named] if named else COMPILERS:
        if found := shutil.which(name):
            return found
    tried = named or ", ".join(COMPILERS)
    raise MissingProgramError(
        f"--backend compiled needs a C compiler, and there is none (tried {tried}); install one, "
        "on Debian and Ubuntu with the package gcc, or leave the option out"
    )
