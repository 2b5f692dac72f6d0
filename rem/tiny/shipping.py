"""Makes the folder of weights that ships from a finished training."""

import shutil
from pathlib import Path
from typing import Any

from refvps import atomic
from refvps.errors import DataError
from rem.checkpoints.written import FACTS_FILE, read_facts

NARROWED = ("unet", "text_encoder")
"""Kept as float16: half the size, and each mask is the same to 0.1 % IoU; see the model card."""
WHOLE = ("vae", "tokenizer", "scheduler")
LARGEST = 20_000_000


def write_shipped(run: Path, to: Path) -> int:
    """Write the parts of a training's checkpoint, network and text encoder in float16.

    Args:
        run: a checkpoint, such as ``RUN/last``.
        to: a folder that is not there yet.

    Returns:
        Its size in bytes.

    Raises:
        DataError: no checkpoint of ``tiny``, ``to`` is there already, or it would be too large.
    """
    facts = read_facts(run)
    if facts is None or facts.variant != "tiny":
        raise DataError(run, f"no checkpoint of the small REM: expected {FACTS_FILE} of 'tiny'")
    if to.exists():
        raise DataError(to, "is there already; write to a new folder")
    with atomic.new_folder(to) as folder:
        for part in WHOLE:
            shutil.copytree(run / part, folder / part)
        for part in NARROWED:
            (folder / part).mkdir()
            shutil.copy(run / part / "config.json", folder / part)
            _narrow(run / part, folder / part)
        atomic.write_json(folder / FACTS_FILE, facts.model_dump(by_alias=True))
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        if size > LARGEST:
            raise DataError(to, f"would be {size / 1e6:.1f} MB; at most {LARGEST / 1e6:.0f} ship")
    return size


def _narrow(source: Path, target: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    for file in source.glob("*.safetensors"):
        state = load_file(file)
        narrow: dict[str, Any] = {
            name: value.to(torch.float16) if value.is_floating_point() else value
            for name, value in state.items()
        }
        save_file(narrow, target / file.name, {"format": "pt"})
