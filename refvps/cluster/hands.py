"""What runs in a worker of the cluster."""

import os
import pickle
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from refvps.errors import DataError


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a worker is told before its first unit.

    Attributes:
        paths: where the process that asks imports from.
        folder: the folder it works in; paths of data and predictions may be relative to it.
        make_worker: pickled, so that nothing of it is imported before ``paths`` are known.
    """

    paths: tuple[str, ...]
    folder: str
    make_worker: bytes


class Hands:
    """A worker: an actor of Ray that keeps what it has loaded."""

    def __init__(self) -> None:
        """Wait to be told what to load."""
        self._work: Callable[[Any], Any] | None = None

    def load(self, parcel: Parcel) -> None:
        """Make the worker.

        Raises:
            DataError: this machine does not have the folder of the one that asks.
        """
        sys.path += [path for path in parcel.paths if path not in sys.path]
        try:
            os.chdir(parcel.folder)
        except OSError as error:
            raise DataError(
                parcel.folder,
                f"machine {socket.gethostname()} of the cluster does not have this folder; start "
                "from one that every machine sees under the same path",
            ) from error
        self._work = pickle.loads(parcel.make_worker)()  # noqa: S301 - from the driver, as all of Ray

    def work(self, payload: Any) -> Any:  # noqa: ANN401 - typed by Executor.run
        """Do a unit."""
        if self._work is None:
            raise RuntimeError("a worker was asked before it had loaded")
        return self._work(payload)
