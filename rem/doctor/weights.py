"""A checkpoint, examined without its values being read into memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from refvps.errors import ConfigError, DataError
from rem.checkpoints.digest import digest_of
from rem.checkpoints.files import SAFE, weight_files
from rem.checkpoints.matching import compare
from rem.checkpoints.state import OFFICIAL_MS, OFFICIAL_WAN, read_shapes, unpickled
from rem.checkpoints.written import read_facts
from rem.networks import empty_network, network_config
from rem.variants import MS_1_4B, WAN_14B, Variant, variant_named


@dataclass(frozen=True, slots=True)
class Weights:
    """What a checkpoint is.

    Attributes:
        kind: in words.
        variant: whose network they were compared with.
        digest: SHA-256 of its files.
        tensors: how many it holds for the network.
        mismatch: how they differ from what the network has; empty for a full match.
    """

    kind: str
    variant: Variant
    digest: str
    tensors: int
    mismatch: str


def examine_weights(path: Path, asked: Variant | None, base: Path | None = None) -> Weights:
    """Return what a checkpoint is and whether it fits in full.

    Args:
        path: a file or a folder.
        asked: the variant it should be of; by default what it says of itself.
        base: a folder that may hold the network's configuration.

    Raises:
        DataError: there is nothing, it is damaged, or holds something else.
        ConfigError: it is of another variant than the one asked for.
    """
    kind, variant = _kind_and_variant(path, asked)
    files = weight_files(path, variant.network)
    state = read_shapes(files)
    folders = (path,) if base is None else (path, base)
    network = empty_network(variant.family, network_config(variant, *folders))
    return Weights(kind, variant, digest_of(files), len(state), str(compare(network, state)))


def _kind_and_variant(path: Path, asked: Variant | None) -> tuple[str, Variant]:
    facts = read_facts(path)
    if facts is not None:
        own = variant_named(facts.variant)
        if asked not in (None, own):
            raise ConfigError(f"{path}: weights of variant {own.name}; asked for {asked.name}")
        return "this project's own checkpoint", own
    if path.is_dir():
        return "folder in the Diffusers layout", asked or MS_1_4B
    if not path.is_file():
        raise DataError(path, "no such file or folder; expected weights of REM")
    if path.suffix == SAFE or path.name.endswith(".json"):
        return "weights alone, as safetensors", asked or MS_1_4B
    document = unpickled(path)
    held = document if isinstance(document, Mapping) else {}
    if OFFICIAL_MS in held:
        return f"official checkpoint with {OFFICIAL_MS!r}", asked or MS_1_4B
    if OFFICIAL_WAN in held:
        return f"official checkpoint with {OFFICIAL_WAN!r}", asked or WAN_14B
    return "weights alone, as torch saves them", asked or MS_1_4B
