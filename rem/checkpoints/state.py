"""Reads the weights of a network, and nothing else, from the files of a checkpoint."""

import argparse
import pickle
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refvps.errors import DataError
from rem.checkpoints.files import SAFE

if TYPE_CHECKING:
    from torch import Tensor

State = dict[str, "Tensor"]

WRAPPERS = ("_fsdp_wrapped_module.", "_checkpoint_wrapped_module.", "_orig_mod.")
"""What FSDP, activation checkpointing and compiling put into names."""

OFFICIAL_MS = "unet"
"""Official MS checkpoints: ``{unet, optimizer, epoch, args}``, bare names."""
OFFICIAL_WAN = "model_state"
"""Official Wan checkpoints: ``{model_state, optimizer, epoch, iteration, args}``."""
WAN_NETWORK = "backbone.dit."
"""The network among them; ``backbone.vae.`` is frozen and taken from the base."""


def read_state(files: Sequence[Path]) -> State:
    """Return the weights in files, by the names of the stock network.

    Nothing in a file can run code. Tensors stay on disk until they are used.

    Raises:
        DataError: a file is damaged, holds something else, or two hold the same name.
    """
    return _read(files, _safe)


def read_shapes(files: Sequence[Path]) -> State:
    """Return what ``read_state`` does, on the meta device: names and shapes alone.

    Raises:
        DataError: see ``read_state``.
    """
    return {name: tensor.to("meta") for name, tensor in _read(files, _safe_shapes).items()}


def _read(files: Sequence[Path], safe: Callable[[Path], State]) -> State:
    found: State = {}
    for path in files:
        part = safe(path) if path.suffix == SAFE else network_state(unpickled(path), path)
        repeated = found.keys() & part.keys()
        if repeated:
            raise DataError(path, f"holds {min(repeated)} again, which another shard holds")
        found.update(part)
    return bare_names(found)


def network_state(document: Any, path: Path) -> State:
    """Return what a pickled checkpoint holds for the network.

    Raises:
        DataError: not a checkpoint of REM.
    """
    if isinstance(document, Mapping):
        for key in (OFFICIAL_MS, OFFICIAL_WAN):
            if isinstance(document.get(key), Mapping):
                document = document[key]
                break
    import torch

    if not isinstance(document, Mapping) or not document:
        raise DataError(path, f"holds a {type(document).__name__}; expected weights by name")
    other = [name for name, value in document.items() if not isinstance(value, torch.Tensor)]
    if other:
        raise DataError(
            path,
            f"holds {other[0]!r}, which is no tensor; expected a checkpoint of REM with "
            f"{OFFICIAL_MS!r} or {OFFICIAL_WAN!r}, or weights by name",
        )
    return dict(document)


def bare_names(state: State) -> State:
    """Return weights by the names of the stock network, wrappers taken off.

    Of an official Wan checkpoint only the network is kept.
    """
    plain = {_unwrapped(name): tensor for name, tensor in state.items()}
    if any(name.startswith(WAN_NETWORK) for name in plain):
        return {
            name.removeprefix(WAN_NETWORK): tensor
            for name, tensor in plain.items()
            if name.startswith(WAN_NETWORK)
        }
    return plain


def _unwrapped(name: str) -> str:
    for wrapper in WRAPPERS:
        name = name.replace(wrapper, "")
    return name.removeprefix("module.")


def _safe(path: Path) -> State:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise DataError(path, f"damaged safetensors file ({error}); copy it again") from error


def _safe_shapes(path: Path) -> State:
    import torch
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            return {
                name: torch.empty(file.get_slice(name).get_shape(), device="meta")
                for name in file.keys()  # noqa: SIM118 - not a mapping
            }
    except (SafetensorError, OSError, ValueError) as error:
        raise DataError(path, f"damaged safetensors file ({error}); copy it again") from error


def unpickled(path: Path) -> Any:
    """Return what torch stored in a file, if it is weights and plain values alone.

    Raises:
        DataError: it is damaged, or holds more.
    """
    import torch

    try:
        # Official checkpoints hold the arguments of their training.
        with torch.serialization.safe_globals([argparse.Namespace]):
            return torch.load(path, map_location="cpu", weights_only=True, mmap=_mapped(path))
    except pickle.UnpicklingError as error:
        raise DataError(
            path,
            "holds more than weights and plain values, or is damaged; such a file is not opened, "
            "because it could run code: convert it to safetensors where you trust it",
        ) from error
    except (RuntimeError, OSError, EOFError, ValueError) as error:
        raise DataError(path, f"damaged checkpoint ({_line(error)}); copy it again") from error


def _mapped(path: Path) -> bool:
    """Return whether a file can stay on disk: torch's older form cannot."""
    import zipfile

    return zipfile.is_zipfile(path)


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
