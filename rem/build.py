"""Builds a backbone: frozen parts from the base, the network from a checkpoint."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refvps.errors import DataError
from rem.autoencoders import FrameAutoencoder, VideoAutoencoder
from rem.backbone import Backbone
from rem.base import Base
from rem.checkpoints.files import SAFE, weight_files, weights_in
from rem.checkpoints.matching import cast, load_matching
from rem.checkpoints.state import read_state
from rem.networks import empty_network, network_config
from rem.options import RemSettings
from rem.placement import Placement
from rem.predictors import FrameUnet, VideoTransformer, VideoUnet
from rem.protocols import Autoencoder, Predictor, TextEncoder
from rem.speed import prepare_network, prepare_vae
from rem.text import ClipText, TokenLimits, Umt5Text

if TYPE_CHECKING:
    from torch.nn import Module


def build_backbone(
    settings: RemSettings, base: Base, checkpoint: Path, placement: Placement
) -> Backbone:
    """Return a variant with trained weights, ready to run.

    Raises:
        DataError: files are damaged, or weights do not match in full.
    """
    network = load_network(settings, base, checkpoint, placement)
    return Backbone(
        text=_text(settings, base, placement),
        autoencoder=build_autoencoder(settings, base, placement),
        predictor=_predictor(settings, base, network, placement),
        placement=placement,
    )


def load_network(
    settings: RemSettings, base: Base, checkpoint: Path, placement: Placement
) -> "Module":
    """Return the network with its weights, in the type of the placement.

    Raises:
        DataError: the weights cannot be read, or do not match in full.
    """
    variant = settings.variant
    state = read_state(weight_files(checkpoint, variant.network))
    network: Module = empty_network(
        variant.family, network_config(variant, checkpoint, base.folder)
    )
    load_matching(network, state, checkpoint, variant.name)
    cast(network, placement.dtype, variant.wide)
    return network


def _predictor(
    settings: RemSettings, base: Base, network: "Module", placement: Placement
) -> Predictor:
    prepare_network(network, settings)
    if settings.variant.family == "wan":
        return VideoTransformer(network, placement)
    scheduler = _scheduler(base)
    if settings.variant.family == "unet2d":
        return FrameUnet(network, scheduler, placement, settings.vae_batch)
    return VideoUnet(network, scheduler, placement)


def build_autoencoder(settings: RemSettings, base: Base, placement: Placement) -> Autoencoder:
    """Return a variant's autoencoder alone; only the base's ``vae`` is read.

    Raises:
        DataError: it is damaged, or not whole.
    """
    from diffusers import AutoencoderKL, AutoencoderKLWan

    wan = settings.variant.family == "wan"
    vae_class: Any = AutoencoderKLWan if wan else AutoencoderKL
    vae = _pretrained(vae_class, base.folder / "vae", torch_dtype=placement.dtype)
    if wan:
        return VideoAutoencoder(vae, placement, settings.latent_constants)
    prepare_vae(vae, settings)
    return FrameAutoencoder(vae, placement, settings.vae_batch)


def _text(settings: RemSettings, base: Base, placement: Placement) -> TextEncoder:
    from transformers import AutoTokenizer, CLIPTextModel, UMT5EncoderModel

    variant = settings.variant
    wan = variant.family == "wan"
    with _quietly(base.folder / "tokenizer"):
        tokenizer = AutoTokenizer.from_pretrained(base.folder / "tokenizer", local_files_only=True)
    encoder_class: Any = UMT5EncoderModel if wan else CLIPTextModel
    encoder = _pretrained(encoder_class, base.folder / "text_encoder", dtype=placement.dtype)
    limits = TokenLimits(variant.tokens, variant.padded_tokens, settings.long_text)
    if wan:
        return Umt5Text(tokenizer, encoder, limits, placement)
    return ClipText(tokenizer, encoder, limits, placement)


def _scheduler(base: Base) -> Any:
    from diffusers import DDIMScheduler

    with _quietly(base.folder / "scheduler"):
        # The base names the scheduler it generates with; REM reads its noise levels as DDIM.
        return DDIMScheduler.from_pretrained(base.folder / "scheduler", local_files_only=True)


def _pretrained(kind: Any, folder: Path, **types: Any) -> Any:
    """Return a frozen part; weights that its class has and its files lack are an error."""
    safe = all(file.suffix == SAFE for file in weights_in(folder))
    with _quietly(folder):
        part, report = kind.from_pretrained(
            folder,
            local_files_only=True,
            output_loading_info=True,
            use_safetensors=safe,  # else the libraries complain before they open older files
            **types,
        )
    missing = sorted(report["missing_keys"])
    if missing:
        raise DataError(
            folder,
            f"weights are not whole: {len(missing)} missing, the first {missing[0]}",
            details=missing,
        )
    return part


@contextmanager
def _quietly(path: Path) -> Iterator[None]:
    """Keep libraries' progress bars off, and turn their complaints about files into errors."""
    import diffusers
    import transformers

    bars = (transformers.utils.logging, diffusers.utils.logging)
    shown = [bar.is_progress_bar_enabled() for bar in bars]
    for bar in bars:
        bar.disable_progress_bar()
    try:
        yield
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(path, f"cannot be loaded: {reason}") from error
    finally:
        for bar, was in zip(bars, shown, strict=True):
            if was:
                bar.enable_progress_bar()
