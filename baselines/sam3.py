"""The ``sam3`` method: SAM 3 (Carion et al., 2025) prompted with text, from local weights."""

from collections.abc import Mapping

from baselines.worker.method import WorkerMethod


def load(options: Mapping[str, str]) -> WorkerMethod:
    """Return the method; see ``WorkerOptions`` and ``DEFAULTS`` of its adapter for options."""
    from baselines.worker.named import local_weights

    return local_weights("sam3", options)
