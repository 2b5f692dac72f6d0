"""A user's own weights for a network: every name and shape has to be right, and nothing runs."""

import pickle
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refvps.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor, nn


def load_weights(module: "nn.Module", path: Path) -> None:
    """Put the weights of a file into a network.

    Raises:
        DataError: the file is damaged, holds anything but weights, or those of another network.
    """
    found, expected = _read(path), module.state_dict()
    problems = _problems(found, expected)
    if problems:
        raise DataError(path, f"holds weights of another network: {problems[0]}", details=problems)
    module.load_state_dict(dict(found))


def _read(path: Path) -> Mapping[str, "Tensor"]:
    import torch

    try:
        with warnings.catch_warnings(action="ignore"):  # of pickles too odd to be weights
            document: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (
        *(pickle.UnpicklingError, RuntimeError, OSError, EOFError),
        *(LookupError, ValueError, struct.error),
    ) as error:
        raise DataError(
            path,
            "is no file of weights, or is damaged; expected a state dict that torch.save wrote",
        ) from error
    if not isinstance(document, dict) or not all(torch.is_tensor(v) for v in document.values()):
        raise DataError(path, "expected a state dict: names with tensors, and nothing else")
    return document


def _problems(found: Mapping[str, "Tensor"], expected: Mapping[str, "Tensor"]) -> list[str]:
    missing = [f"{name} is missing" for name in expected if name not in found]
    unknown = [f"{name} is not known" for name in found if name not in expected]
    shapes = [
        f"{name} has the shape {list(found[name].shape)}; expected {list(tensor.shape)}"
        for name, tensor in expected.items()
        if name in found and found[name].shape != tensor.shape
    ]
    return [*missing, *unknown, *shapes]
