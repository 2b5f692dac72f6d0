"""Networks of the variants as stock Diffusers classes, without weights."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refvps.errors import DataError
from rem.architectures import Config
from rem.variants import Family, Variant

if TYPE_CHECKING:
    from torch.nn import Module

CLASSES: dict[Family, str] = {
    "unet3d": "UNet3DConditionModel",
    "unet2d": "UNet2DConditionModel",
    "wan": "WanTransformer3DModel",
}


def network_config(variant: Variant, *folders: Path) -> Config:
    """Return the network's configuration: of the first folder that has one, else the variant's.

    Args:
        variant: whose network it is.
        folders: folders in the Diffusers layout, or of the network itself.

    Raises:
        DataError: a configuration is damaged, or of another class.
    """
    for folder in folders:
        for path in (folder / variant.network / "config.json", folder / "config.json"):
            if path.is_file():
                return _read_config(path, CLASSES[variant.family])
    return variant.config


def empty_network(family: Family, config: Config) -> "Module":
    """Return a network whose parameters have shapes and no memory."""
    import diffusers
    from accelerate import init_empty_weights

    network_class: Any = getattr(diffusers, CLASSES[family])
    # Buffers that no checkpoint holds, such as rotary frequencies, are computed here and now.
    with init_empty_weights(include_buffers=False):
        network: Module = network_class.from_config(dict(config))
    return network


def _read_config(path: Path, expected: str) -> Config:
    try:
        config = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(path, f"damaged configuration ({error})") from error
    found = config.get("_class_name") if isinstance(config, dict) else None
    if found not in (expected, None) or not isinstance(config, dict):
        raise DataError(path, f"is of class {found}; expected {expected}")
    return config
