"""Loads the stock components of a generator from a folder in the Diffusers layout."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refvps.errors import DataError, MissingExtraError
from rem.training.generator import Parts
from rem.training.keys import key_number

if TYPE_CHECKING:
    from torch import nn

NETWORKS = {
    "UNet3DConditionModel": ("unet3d", "unet"),
    "UNet2DConditionModel": ("unet2d", "unet"),
    "WanTransformer3DModel": ("wan", "transformer"),
}
"""Family and folder of every class of network that can be trained."""

KEPT_WIDE = frozenset(
    "time_embedder scale_shift_table norm1 norm2 norm3 norm_q norm_k to_q to_k to_v to_out".split()
)
"""Parts of names whose weights the official Wan code keeps in float32: ``want2v_wrapper.py:32``."""


def require_models() -> None:
    """Raise ``MissingExtraError`` unless the packages of the extra ``models`` are there."""
    try:
        import accelerate  # noqa: F401
        import diffusers  # noqa: F401
        import safetensors  # noqa: F401
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("refvps train", "models") from error


def family_of(folder: Path) -> tuple[str, str]:
    """Return the family of a folder of components, and the folder of its network.

    Raises:
        DataError: it holds no network that can be trained.
    """
    for name in ("unet", "transformer"):
        path = folder / name / "config.json"
        if path.is_file():
            kind = read_config(path).get("_class_name")
            if kind in NETWORKS:
                return NETWORKS[kind]
            known = ", ".join(NETWORKS)
            raise DataError(path, f"network is a {kind}; one of these can be trained: {known}")
    raise DataError(
        folder, "holds no unet/config.json or transformer/config.json; expected Diffusers' layout"
    )


def read_config(path: Path) -> dict[str, Any]:
    """Return the configuration of a component.

    Raises:
        DataError: missing or not JSON.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(path, f"cannot be read as JSON ({error}); copy it again") from error
    if not isinstance(found, dict):
        raise DataError(path, "expected an object of options")
    return found


def load_parts(folder: Path, *, fresh: tuple[str, ...] = (), seed: int = 0) -> Parts:
    """Load all components, in float32, in evaluation mode.

    Args:
        folder: network, ``vae``, ``text_encoder``, ``tokenizer`` and ``scheduler``.
        fresh: of ``network`` and ``text_encoder``, those that start from random weights.
        seed: what random weights are drawn from.

    Raises:
        DataError: a component is missing or damaged.
        MissingExtraError: the packages are not installed.
    """
    require_models()
    import diffusers
    import torch
    import transformers

    family, network_folder = family_of(folder)
    network_class = getattr(diffusers, read_config(folder / network_folder / "config.json")["_class_name"])
    wan = family == "wan"
    vae_class = diffusers.AutoencoderKLWan if wan else diffusers.AutoencoderKL
    encoder_class = transformers.UMT5EncoderModel if wan else transformers.CLIPTextModel
    scheduler_class = diffusers.UniPCMultistepScheduler if wan else diffusers.DDIMScheduler
    try:
        if "network" in fresh:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(key_number(seed, "network"))
                network = network_class.from_config(str(folder / network_folder)).eval()
        else:
            network = network_class.from_pretrained(folder / network_folder, torch_dtype=torch.float32)
        if "text_encoder" in fresh:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(key_number(seed, "text_encoder"))
                config = encoder_class.config_class.from_pretrained(folder / "text_encoder")
                text_encoder = encoder_class(config).eval()
        else:
            text_encoder = encoder_class.from_pretrained(folder / "text_encoder", dtype=torch.float32)
        vae = vae_class.from_pretrained(folder / "vae", torch_dtype=torch.float32)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "tokenizer")
        scheduler = scheduler_class.from_pretrained(folder / "scheduler")
    except (OSError, ValueError, RuntimeError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(folder, f"a component cannot be loaded: {first}") from error
    padded = 512 if wan else int(text_encoder.config.max_position_embeddings)
    return Parts(
        family, network, vae, text_encoder, tokenizer, scheduler, tokens=min(77, padded), padded=padded
    )


def set_weight_type(network: "nn.Module", kind: str) -> None:
    """Convert the weights of a network; see ``recipe.Precision.weights``."""
    import torch

    for name, parameter in network.named_parameters():
        narrow = kind == "bfloat16" or (
            kind == "official" and KEPT_WIDE.isdisjoint(name.split("."))
        )
        parameter.data = parameter.data.to(torch.bfloat16 if narrow else torch.float32)
