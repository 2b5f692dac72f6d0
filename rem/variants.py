"""The variants of REM: every constant that its weights depend on, with its source.

"Official" means the code of the paper, ``miccooper9/ReferEverything``. Masks are {0, 1} before
they are encoded and are read at 0.5 after they are decoded, for every variant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from refvps.errors import ConfigError
from rem.architectures import (
    MODELSCOPE_UNET,
    STABLE_DIFFUSION_2_1_UNET,
    TINY_SIZE,
    TINY_UNET,
    WAN_1_3B_TRANSFORMER,
    WAN_14B_TRANSFORMER,
    Config,
)

MASK_THRESHOLD = 0.5
"""The middle of {0, 1} in the raw range of the decoder; strictly above is target. Official."""

Family = Literal["unet3d", "unet2d", "wan"]
Precision = Literal["float32", "bfloat16", "float16"]
NoiseKind = Literal["ddim_t0", "none"]
WindowRule = Literal["consecutive", "shifted", "interleaved"]


@dataclass(frozen=True, slots=True)
class Variant:
    """One model of the paper, or one of its ablations.

    Attributes:
        name: what a user calls it.
        family: which classes it is made of; see ``rem.backbones.build``.
        base: the hub repository of its text encoder, tokenizer, VAE and scheduler; empty where
            they come with the weights.
        network: the folder of the network in the Diffusers layout.
        config: the network's configuration where its folder brings none.
        weights: the hub repository of the authors' weights, or None where there are none.
        wide: modules kept in float32 beside those that their class keeps.
        size: frames are squeezed to this many pixels on each side.
        tokens: length of the text that the network sees.
        padded_tokens: length that the text encoder sees.
        truncates: whether longer texts were cut silently; elsewhere they are refused.
        precision: the type its weights ran in.
        autocast: whether mixed precision was left to ``torch.autocast``.
        noise: what was added to the latents of the video.
        rule: how windows lie; see ``rem.windows``.
        windows: admissible window lengths by benchmark, longest first.
    """

    name: str
    family: Family
    base: str
    network: str
    config: Config
    windows: Mapping[str, tuple[int, ...]]
    rule: WindowRule
    precision: Precision
    noise: NoiseKind
    padded_tokens: int
    truncates: bool
    autocast: bool = False
    weights: str | None = None
    wide: tuple[str, ...] = ()
    size: int = 512
    tokens: int = 77


_CONSECUTIVE = MappingProxyType(
    {
        "sample": (72,),
        "ref-davis": (72,),
        "ref-youtube-vos": (72,),
        "burst": (64,),
        "vspw": (32,),
    }
)
"""Official: ``--num_frames`` in the scripts that run the MS model. Ref-VPS and MeViS have none of
their own and take "sample", as every video does unless the user says otherwise."""

_SHIFTED = MappingProxyType(
    {
        "sample": (73, 61, 49, 37, 25, 17, 9),
        "ref-davis": (73, 61, 49, 37, 25, 17, 9),
        "ref-youtube-vos": (73, 61, 49, 37, 25, 17, 9, 5),
        "burst": (65, 49, 37, 25, 17, 9),
        "vspw": (105, 73, 61, 49, 37, 25, 17, 9),
    }
)
"""Official: the tables in the scripts that run the Wan model."""

MS_1_4B = Variant(
    name="ms-1.4b",
    family="unet3d",
    base="ali-vilab/text-to-video-ms-1.7b",  # official: models/mst2v_wrapper.py
    network="unet",
    config=MODELSCOPE_UNET,
    windows=_CONSECUTIVE,
    rule="consecutive",
    precision="float32",  # official: no autocast, no half
    noise="ddim_t0",  # official: add_noise at the scheduler's last time step, 0
    padded_tokens=77,  # the tokenizer's own length
    truncates=True,  # official: truncation=True
    weights="anuragba/refereverything",
)


def _wan(name: str, base: str, config: Config, weights: str | None) -> Variant:
    return Variant(
        name=name,
        family="wan",
        base=base,
        network="transformer",
        config=config,
        windows=_SHIFTED,
        rule="shifted",
        precision="bfloat16",  # official: torch_dtype of every part
        autocast=True,  # official: evaluation runs in torch.autocast(bfloat16)
        noise="none",  # official: computed and thrown away
        padded_tokens=512,  # official: the UMT5 encoder sees 512, the network 77
        truncates=False,  # official: more than 77 crash
        weights=weights,
        # Official: these and the projections of attention. Autocast rounds the projections anew
        # at each use, so storing them rounded changes nothing and halves their memory.
        wide=("norm_q", "norm_k"),
    )


WAN_14B = _wan(
    "wan-14b",
    "Wan-AI/Wan2.1-T2V-14B-Diffusers",  # official: default of --base_dir
    WAN_14B_TRANSFORMER,
    "anuragba/refereverything",
)
WAN_1_3B = _wan("wan-1.3b", "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", WAN_1_3B_TRANSFORMER, None)
"""Not in the paper: the same code on the smaller base."""

SD_2_1 = Variant(
    name="sd-2.1",
    family="unet2d",
    base="stabilityai/stable-diffusion-2-1",
    network="unet",
    config=STABLE_DIFFUSION_2_1_UNET,
    windows=_CONSECUTIVE,  # frames are independent: only how many are held at once
    rule="consecutive",
    precision="float32",
    noise="ddim_t0",
    padded_tokens=77,
    truncates=True,
)
"""The image-only ablation of Table F. No official code or weights of it exist: everything but the
network is as in ``ms-1.4b``, which shares its VAE and text encoder."""

TINY = Variant(
    name="tiny",
    family="unet3d",
    base="",  # everything is in the folder of its weights
    network="unet",
    config=TINY_UNET,
    # Trained on 8 frames spread over a whole clip at 6 a second: so it sees clips here.
    windows=MappingProxyType({"sample": (24,)}),
    rule="interleaved",
    precision="float32",
    noise="ddim_t0",
    padded_tokens=48,
    truncates=True,
    size=TINY_SIZE,
    tokens=48,
)
"""Not in the paper: the same code at toy size, for the built-in demo; see ``rem.tiny``."""

_VARIANTS = MappingProxyType({v.name: v for v in (MS_1_4B, WAN_14B, WAN_1_3B, SD_2_1, TINY)})

_NOT_IN_DIFFUSERS = (
    "{name}: Diffusers has no class for its network, and REM runs on stock classes alone; "
    "of the paper's ablations sd-2.1 is available"
)
_REFUSED = frozenset({"videocrafter-1", "videocrafter-2", "vc-1", "vc-2"})

VARIANT_NAMES = tuple(_VARIANTS)


def variant_named(name: str) -> Variant:
    """Return a variant.

    Raises:
        ConfigError: unknown, or an ablation of the paper that cannot be built.
    """
    if name in _REFUSED:
        raise ConfigError(_NOT_IN_DIFFUSERS.format(name=name))
    if name not in _VARIANTS:
        raise ConfigError(f"no variant of REM is called {name!r}; known: {', '.join(_VARIANTS)}")
    return _VARIANTS[name]


def benchmark_of(dataset: str, variant: Variant) -> str:
    """Return whose windows a data set takes: its own official ones, else those of "sample".

    Parts of a benchmark carry its name: "ref-youtube-vos-test".

    >>> benchmark_of("burst", MS_1_4B), benchmark_of("ref-youtube-vos-test", MS_1_4B)
    ('burst', 'ref-youtube-vos')
    >>> benchmark_of("mevis-valid_u", MS_1_4B)
    'sample'
    """
    named = (name for name in variant.windows if dataset == name or dataset.startswith(f"{name}-"))
    return next(named, "sample")
