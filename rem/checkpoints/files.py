"""Which files a checkpoint consists of: one file, or a folder in the Diffusers layout."""

import json
from collections.abc import Iterable
from pathlib import Path

from refvps.errors import DataError

SAFE = ".safetensors"
PICKLED = (".pth", ".pt", ".bin", ".ckpt")
INDEX = ".index.json"
STEMS = ("diffusion_pytorch_model", "model", "pytorch_model")


def weight_files(path: Path, network: str) -> tuple[Path, ...]:
    """Return the files that hold the weights of a network.

    Args:
        path: a file of weights, an index of shards, or a folder: one that holds them, or one whose
            folder ``network`` does.
        network: "unet" or "transformer".

    Raises:
        DataError: nothing there, or nothing that holds weights.
    """
    if path.is_file():
        return _shards(path) if path.name.endswith(INDEX) else (_known(path),)
    if not path.is_dir():
        raise DataError(path, "no such file or folder; expected weights of REM")
    for folder in (path / network, path):
        found = weights_in(folder)
        if found:
            return found
    raise DataError(
        path,
        f"holds no weights: expected {network}/{STEMS[0]}{SAFE}, or shards with {INDEX}, there or "
        "in the folder itself",
    )


def weights_in(folder: Path) -> tuple[Path, ...]:
    """Return the files of the weights directly in a folder, or none.

    Raises:
        DataError: an index names a shard that is missing.
    """
    for stem in STEMS:
        for suffix in (SAFE, ".bin"):
            index = folder / f"{stem}{suffix}{INDEX}"
            if index.is_file():
                return _shards(index)
            single = folder / f"{stem}{suffix}"
            if single.is_file():
                return (single,)
    return ()


def _known(path: Path) -> Path:
    if path.suffix not in (SAFE, *PICKLED):
        known = ", ".join((SAFE, *PICKLED, f"…{INDEX}"))
        raise DataError(path, f"not a file of weights; known endings: {known}")
    return path


def _shards(index: Path) -> tuple[Path, ...]:
    try:
        names: Iterable[str] = json.loads(index.read_text("utf-8"))["weight_map"].values()
        shards = sorted({index.parent / Path(name).name for name in names})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(index, f"damaged index of shards ({error}); copy it again") from error
    missing = [shard for shard in shards if not shard.is_file()]
    if missing:
        raise DataError(
            missing[0], f"shard is missing ({len(missing)} of {len(shards)}); {index.name} names it"
        )
    return tuple(shards)
