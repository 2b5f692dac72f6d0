"""The ``vdit`` method: VD-IT (Zhu et al., ECCV 2024), your own checkout; non-commercial."""

from collections.abc import Mapping

from baselines.worker.method import WorkerMethod


def load(options: Mapping[str, str]) -> WorkerMethod:
    """Return the method; see ``WorkerOptions`` and ``DEFAULTS`` of its adapter for options."""
    from baselines.worker.named import official

    return official("vdit", options)
