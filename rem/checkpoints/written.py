"""Checkpoints of our own training: a folder in the Diffusers layout, with ``rem.json``.

::

    FOLDER/rem.json                                          what it is: see ``CheckpointFacts``
    FOLDER/unet/config.json                                  or transformer/
    FOLDER/unet/diffusion_pytorch_model.safetensors          in shards where it is large
    FOLDER/vae, text_encoder, tokenizer, scheduler           optional: then it is its own base
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from refvps import atomic
from refvps.errors import DataError
from refvps.mask_png import read_file

if TYPE_CHECKING:
    from torch.nn import Module

FACTS_FILE = "rem.json"


class CheckpointFacts(BaseModel):
    """What a checkpoint says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    form: Literal["rem-checkpoint/1"] = Field("rem-checkpoint/1", alias="schema")
    """The version of this file's form."""
    variant: str
    """The variant it is for."""
    network: str
    """The folder of the network: "unet" or "transformer"."""
    training: dict[str, Any] = {}
    """How it was trained; free, for people."""


def read_facts(folder: Path) -> CheckpointFacts | None:
    """Return what a checkpoint says of itself, or None if it says nothing.

    Raises:
        DataError: the file is damaged.
    """
    path = folder / FACTS_FILE
    if not path.is_file():
        return None
    try:
        return CheckpointFacts.model_validate_json(read_file(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(path, f"{where}: {first['msg'].lower()}") from error


def write_checkpoint(folder: Path, network: "Module", facts: CheckpointFacts) -> None:
    """Write a checkpoint of our own; the folder must not exist.

    Raises:
        DataError: it exists, or cannot be written.
    """
    if folder.exists():
        raise DataError(folder, "exists already; a checkpoint is never overwritten")
    with atomic.new_folder(folder) as temporary:
        saved: Any = network
        saved.save_pretrained(temporary / facts.network)
        document = facts.model_dump(by_alias=True)
        atomic.write_json(temporary / FACTS_FILE, document)
