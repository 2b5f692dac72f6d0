"""Joins a Ray cluster, or starts one on this machine for as long as it is needed."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from refvps.errors import ConfigError, MissingExtraError

OBJECTS = 100_000_000
"""Bytes of shared memory of a local cluster. Work units and their outcomes are small: frames are
read and masks are written where the work is done."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a cluster has, when it was joined.

    Attributes:
        nodes: machines that are up.
        cpus: their cores, as Ray counts them.
        gpus: their GPUs.
    """

    nodes: int
    cpus: int
    gpus: int


def require_ray() -> Any:  # noqa: ANN401 - Ray's module, imported nowhere else
    """Return Ray.

    Raises:
        MissingExtraError: it is not installed.
    """
    # What its daemons say of a lost worker would be printed to stdout, among results, by a thread
    # that any setting of logging leaves alone. It is read once, at import.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    try:
        import ray
    except ImportError as error:
        raise MissingExtraError("the engine 'ray'", "ray") from error
    return ray


@contextmanager
def joined(address: str | None = None, workers: int | None = None) -> Iterator[Cluster]:
    """Join a cluster for the length of a block; one that this process has joined stays joined.

    Args:
        address: ``HOST:PORT`` of its head, or "auto" for the one that runs on this machine; None
            starts one here, which ends with the block.
        workers: how many cores a cluster that is started here says it has; by default its own.

    Raises:
        ConfigError: no cluster answers there.
        MissingExtraError: Ray is not installed.
    """
    ray = require_ray()
    if ray.is_initialized():
        yield _described(ray)
        return
    if address is not None:
        _require_answer(address)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # nor a warning about GPUs
    # Ray makes workers nicer than what else runs here, by 15; they are to be as this process is.
    os.environ.setdefault("RAY_worker_niceness", "0")
    started_here = {"num_cpus": workers, "include_dashboard": False, "object_store_memory": OBJECTS}
    try:
        ray.init(
            address=address or "local",
            log_to_driver=False,
            logging_level="ERROR",
            **({} if address else started_here),
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        if address is None:
            raise
        raise _no_cluster(address, error) from error
    try:
        yield _described(ray)
    finally:
        ray.shutdown()


def _require_answer(address: str) -> None:
    """Raise ``ConfigError`` if nothing listens there: Ray itself would wait for minutes."""
    if address == "auto":
        return
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except (OSError, ValueError) as error:
        raise _no_cluster(address, error) from error


def _no_cluster(address: str, error: Exception) -> ConfigError:
    reason = " ".join(str(error).split())
    return ConfigError(
        f"no Ray cluster answers at {address!r} ({reason[:120]}); start one with "
        "`ray start --head`, or leave out --address to have one started on this machine"
    )


def _described(ray: Any) -> Cluster:  # noqa: ANN401
    there = ray.cluster_resources()
    nodes = sum(bool(node["Alive"]) for node in ray.nodes())
    return Cluster(nodes, int(there.get("CPU", 0)), int(there.get("GPU", 0)))
