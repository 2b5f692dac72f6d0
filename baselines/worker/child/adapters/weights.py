"""Checkpoints of official code: read without running anything in them, and loaded in full.

The official scripts load with ``strict=False`` and print what did not fit; here a name that does
not fit is an error, unless it is known to carry nothing.
"""

from __future__ import annotations

import argparse
import hashlib
from fnmatch import fnmatchcase
from typing import Any, Iterable, Sequence

SHOWN = 5
"""Names told in an error; the count tells of the rest."""


def read(path: str) -> Any:
    """Return what a torch checkpoint holds; it may hold the arguments of its training."""
    import torch

    if hasattr(torch.serialization, "safe_globals"):
        with torch.serialization.safe_globals([argparse.Namespace]):
            return torch.load(path, map_location="cpu", weights_only=True)
    return torch.load(path, map_location="cpu", weights_only=True)


def state_of(path: str, key: str = "model") -> dict[str, Any]:
    """Return the tensors of a checkpoint by name.

    Raises:
        ValueError: it has no such part.
    """
    held = read(path)
    if not isinstance(held, dict) or key not in held:
        found = sorted(map(str, held))[:SHOWN] if isinstance(held, dict) else type(held).__name__
        raise ValueError("%s holds no %r; it holds %s" % (path, key, found))
    return dict(held[key])


def without(names: Iterable[str], allowed: Sequence[str]) -> list[str]:
    """Return the names that no pattern of the allow-list covers, sorted."""
    return sorted(n for n in names if not any(fnmatchcase(n, pattern) for pattern in allowed))


def require_fit(
    missing: Iterable[str],
    unexpected: Iterable[str],
    may_miss: Sequence[str] = (),
    may_exceed: Sequence[str] = (),
) -> dict[str, int]:
    """Return how many allowed names did not fit.

    Raises:
        ValueError: a name that is not allowed did not; the first of them are told.
    """
    missing, unexpected = list(missing), list(unexpected)
    bad = [
        "%d %s (%s)" % (len(names), what, ", ".join(names[:SHOWN]))
        for what, names in (
            ("missing", without(missing, may_miss)),
            ("unexpected", without(unexpected, may_exceed)),
        )
        if names
    ]
    if bad:
        raise ValueError(
            "the checkpoint does not fit the model: "
            + " and ".join(bad)
            + "; is it of this baseline, with the backbone that the options name?"
        )
    return {"missing_allowed": len(missing), "unexpected_allowed": len(unexpected)}


def load_into(model: Any, state: dict[str, Any], may_exceed: Sequence[str] = ()) -> dict[str, int]:
    """Load tensors into a model; every one of the model's must be there.

    Raises:
        ValueError: a name does not fit.
        RuntimeError: a shape does not.
    """
    told = model.load_state_dict(state, strict=False)
    return require_fit(told.missing_keys, told.unexpected_keys, (), may_exceed)


def renamed_like(own: dict[str, Any], state: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Return a state under a model's names, and how many names changed.

    Transformers 5 took a level out of CLIP's names; an older checkpoint has it, a newer has not.
    """
    shorter = {_short(name): name for name in own}
    told = {name: name if name in own else shorter.get(_short(name), name) for name in state}
    return {told[name]: tensor for name, tensor in state.items()}, sum(
        name != new for name, new in told.items()
    )


def _short(name: str) -> str:
    for level in ("text_model", "vision_model"):
        name = name.replace(".%s." % level, ".", 1)
    return name


def differing(own: dict[str, Any], state: dict[str, Any], parts: tuple[str, ...]) -> int:
    """Return how many tensors of some parts are others in a state than in a model."""
    return sum(
        not bool((own[name].to(tensor.dtype) == tensor).all())
        for name, tensor in state.items()
        if name.startswith(parts) and name in own and own[name].shape == tensor.shape
    )


def digest(path: str) -> str:
    """Return the SHA-256 of a file."""
    found = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            found.update(block)
    return found.hexdigest()


def looked_at(path: str, key: str = "model") -> dict[str, Any]:
    """Return what a doctor tells of a checkpoint."""
    state = state_of(path, key)
    return {
        "tensors": len(state),
        "numbers": sum(tensor.numel() for tensor in state.values()),
        "sha256": digest(path),
    }
