"""Puts weights into a network; every name and every shape must fit."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from refvps.errors import DataError
from rem.checkpoints.state import State

if TYPE_CHECKING:
    from torch import dtype
    from torch.nn import Module


@dataclass(frozen=True, slots=True)
class Mismatch:
    """How weights differ from what a network has.

    Attributes:
        missing: names that the network has and the weights do not.
        unexpected: names that the weights have and the network does not.
        reshaped: names of another shape, with both shapes.
    """

    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    reshaped: tuple[str, ...]

    @property
    def details(self) -> list[str]:
        """Every difference, one a line."""
        return [
            *(f"missing: {name}" for name in self.missing),
            *(f"unexpected: {name}" for name in self.unexpected),
            *(f"another shape: {name}" for name in self.reshaped),
        ]

    def __str__(self) -> str:
        """Return counts and first names, on one line."""
        kinds = (
            ("missing", self.missing),
            ("unexpected", self.unexpected),
            ("of another shape", self.reshaped),
        )
        return ", ".join(
            f"{len(names)} {kind}, the first {names[0]}" for kind, names in kinds if names
        )


def compare(module: "Module", state: State) -> Mismatch:
    """Return how weights differ from what a network has."""
    expected = module.state_dict()
    return Mismatch(
        tuple(sorted(expected.keys() - state.keys())),
        tuple(sorted(state.keys() - expected.keys())),
        tuple(
            f"{name} ({_shape(state[name].shape)}; expected {_shape(expected[name].shape)})"
            for name in sorted(expected.keys() & state.keys())
            if state[name].shape != expected[name].shape
        ),
    )


def load_matching(module: "Module", state: State, path: Path, owner: str) -> None:
    """Give a network its weights, in the types they are stored in.

    Args:
        module: may be without memory of its own; buffers that no checkpoint holds must have some.
        state: weights by name.
        path: where they come from, for errors.
        owner: whose network it is: "ms-1.4b".

    Raises:
        DataError: they do not match in full; the details name every difference.
    """
    mismatch = compare(module, state)
    if mismatch.details:
        total = len(module.state_dict())
        raise DataError(
            path,
            f"does not fit the network of {owner}, which has {total} weights: {mismatch}",
            details=mismatch.details,
        )
    module.load_state_dict(state, strict=True, assign=True)


def cast(module: "Module", to: "dtype", wide: Collection[str] = ()) -> None:
    """Convert a network's weights, but for those that its class keeps in float32.

    Args:
        module: a network with weights.
        to: the type to convert to.
        wide: names of further modules that are kept in float32.
    """
    import torch

    kept = {*(getattr(module, "_keep_in_fp32_modules", None) or ()), *wide}
    narrow = to in (torch.float16, torch.bfloat16)
    for name, parameter in module.named_parameters():
        stays = narrow and not kept.isdisjoint(name.split("."))
        parameter.data = parameter.data.to(torch.float32 if stays else to)


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "scalar"
