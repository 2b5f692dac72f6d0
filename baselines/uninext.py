"""The ``uninext`` method: UNINEXT (Yan et al., CVPR 2023), from your own checkout."""

from collections.abc import Mapping

from baselines.worker.method import WorkerMethod


def load(options: Mapping[str, str]) -> WorkerMethod:
    """Return the method; see ``WorkerOptions`` and ``DEFAULTS`` of its adapter for options."""
    from baselines.worker.named import official

    return official("uninext", options)
