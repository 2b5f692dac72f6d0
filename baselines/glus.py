"""The ``glus`` method: GLUS (Lin et al., CVPR 2025), your own checkout; it names no licence."""

from collections.abc import Mapping

from baselines.worker.method import WorkerMethod


def load(options: Mapping[str, str]) -> WorkerMethod:
    """Return the method; see ``WorkerOptions`` and ``DEFAULTS`` of its adapter for options."""
    from baselines.worker.named import official

    return official("glus", options)
