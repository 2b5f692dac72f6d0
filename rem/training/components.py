"""Loads the stock components that training starts from, in float32."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from refvps.errors import DataError, MissingExtraError
from rem.base import CONFIG_FILES, Base, download_command, find_base, parts_of
from rem.checkpoints.files import weight_files, weights_in
from rem.checkpoints.matching import cast, load_matching
from rem.checkpoints.state import read_state
from rem.networks import CLASSES, empty_network, network_config
from rem.training.generator import Parts
from rem.training.keys import key_number
from rem.variants import Variant

if TYPE_CHECKING:
    from torch import nn

PACKAGES = ("torch", "diffusers", "transformers", "accelerate", "safetensors")

KEPT_WIDE = frozenset(
    [
        "time_embedder",
        "scale_shift_table",
        "norm1",
        "norm2",
        "norm3",
        "norm_q",
        "norm_k",
        "to_q",
        "to_k",
        "to_v",
        "to_out",
    ]
)
"""Parts of names whose weights the official Wan code keeps in float32: ``want2v_wrapper.py:32``."""


def require_models() -> None:
    """Raise ``MissingExtraError`` unless the packages of the extra ``models`` are there."""
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in PACKAGES):
        raise MissingExtraError("refvps train", "models")


def find_start(
    variant: Variant, named: str | None, start: Path | None, fresh: tuple[str, ...]
) -> Base:
    """Return the base, after checking that the network's first weights are there.

    Args:
        variant: what is trained.
        named: folder or hub repository of the components; by default the variant's own.
        start: weights of an earlier stage, or None for the generator's.
        fresh: components that start from random weights.

    Raises:
        DataError: something is missing; the message holds the command that gets it.
    """
    if start is not None:
        weight_files(start, variant.network)
        own = Base(start, parts_of(variant))
        if start.is_dir() and not own.missing():
            return own
    if named is not None and Path(named).is_dir():
        _require_configs(Path(named), variant, fresh)
        base = Base(Path(named), parts_of(variant))
    else:
        base = find_base(variant, named, download=False)
    home = base.folder / variant.network
    if start is None and "network" not in fresh and not weights_in(home):
        wanted = (*base.parts, variant.network)
        raise DataError(
            home,
            f"weights of the generator are missing; get with: "
            f"{download_command(named or variant.base, wanted)}",
        )
    return base


def load_parts(
    base: Base, variant: Variant, *, start: Path | None, fresh: tuple[str, ...], seed: int
) -> Parts:
    """Load all components, in float32, in evaluation mode.

    Args:
        base: where they are; see ``find_start``.
        variant: what they are.
        start: an earlier stage: its network, and its text encoder and VAE where it has some.
        fresh: of ``network`` and ``text_encoder``, those that start from random weights.
        seed: what random weights are drawn from.

    Raises:
        DataError: a component is missing, damaged, or does not fit.
    """
    require_models()
    import diffusers
    import transformers

    wan = variant.family == "wan"
    vae_class: Any = diffusers.AutoencoderKLWan if wan else diffusers.AutoencoderKL
    scheduler_class: Any = diffusers.UniPCMultistepScheduler if wan else diffusers.DDIMScheduler
    homes = [folder for folder in (start, base.folder) if folder is not None and folder.is_dir()]
    try:
        scheduler = scheduler_class.from_pretrained(base.folder / "scheduler") if not wan else None
        tokenizer = transformers.AutoTokenizer.from_pretrained(_home(homes, "tokenizer"))
        vae = vae_class.from_pretrained(_home(homes, "vae"))
        text = _text_encoder(variant, _home(homes, "text_encoder"), fresh, seed)
        network = _network(base, variant, start, fresh, seed)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(base.folder, f"a component cannot be loaded: {first}") from error
    own = start is not None and (start / "text_encoder").is_dir()
    return Parts(
        variant, network.eval(), vae.float().eval(), text.float().eval(), tokenizer, scheduler, own
    )


def quietly() -> None:
    """Keep the libraries' own progress bars off stderr."""
    import diffusers
    import transformers

    transformers.utils.logging.disable_progress_bar()
    diffusers.utils.logging.disable_progress_bar()


def set_weight_type(network: "nn.Module", kind: str) -> None:
    """Convert the weights of a network; see ``recipe.Precision.weights``."""
    import torch

    for name, parameter in network.named_parameters():
        narrow = kind == "bfloat16" or (
            kind == "official" and KEPT_WIDE.isdisjoint(name.split("."))
        )
        parameter.data = parameter.data.to(torch.bfloat16 if narrow else torch.float32)


def _network(
    base: Base, variant: Variant, start: Path | None, fresh: tuple[str, ...], seed: int
) -> "nn.Module":
    import diffusers
    import torch

    folders = [base.folder] if start is None else [start, base.folder]
    config = network_config(variant, *folders)
    if start is None and "network" in fresh:
        kind: Any = getattr(diffusers, CLASSES[variant.family])
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(key_number(seed, "network"))
            random: nn.Module = kind.from_config(dict(config))
        return random
    source = start or base.folder
    network = empty_network(variant.family, config)
    load_matching(network, read_state(weight_files(source, variant.network)), source, variant.name)
    cast(network, torch.float32)
    return network


def _text_encoder(variant: Variant, home: Path, fresh: tuple[str, ...], seed: int) -> Any:
    import torch
    import transformers

    wan = variant.family == "wan"
    kind: Any = transformers.UMT5EncoderModel if wan else transformers.CLIPTextModel
    if "text_encoder" not in fresh or weights_in(home):
        return kind.from_pretrained(home, dtype=torch.float32)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(key_number(seed, "text_encoder"))
        return kind(kind.config_class.from_pretrained(home))


def _home(homes: list[Path], part: str) -> Path:
    """Return the folder of a component: an earlier stage's own, else the base's."""
    return next((h / part for h in homes if (h / part).is_dir()), homes[-1] / part)


def _require_configs(folder: Path, variant: Variant, fresh: tuple[str, ...]) -> None:
    missing = [
        part
        for part in parts_of(variant)
        if not (folder / part / CONFIG_FILES[part]).is_file()
        or (part in {"vae", "text_encoder"} and part not in fresh and not weights_in(folder / part))
    ]
    if missing:
        raise DataError(
            folder,
            f"not a whole base of {variant.name} in the Diffusers layout: {missing[0]} missing",
        )
