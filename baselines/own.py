"""The ``worker`` method: an adapter file of yours, in any interpreter; see docs/workers.md."""

from collections.abc import Mapping

from baselines.worker.method import WorkerMethod


def load(options: Mapping[str, str]) -> WorkerMethod:
    """Return the method; option ``adapter`` names the file."""
    from baselines.worker.named import own

    return own(options)
