"""How much memory a variant needs: its weights, and what its parts hold while they work.

An estimate in powers of 1000. Published sizes are counted exactly; what parts hold was found by
running them without memory and adding up what is alive, attention fused, and the VAE of frames and
``ms-1.4b`` as a whole agree with peaks measured on a GPU (``docs/rem.md``). Wan was not measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rem.variants import Precision, Variant

GIGA = 1_000_000_000
BYTES: Mapping[Precision, int] = MappingProxyType({"float32": 4, "float16": 2, "bfloat16": 2})
LATENT = 8
"""Pixels on a side that one position of the latents stands for, in every variant."""
STEP = 4
"""Frames that Wan's VAE makes one latent of, after the first."""
FRAME_VAE = 1041
"""Values that the VAE of frames holds for each pixel of each frame it takes at once. 768 are alive
at once; the rest is what convolutions borrow, measured: 8.7 GB for 16 frames of 512 in float16."""
VIDEO_VAE = 5300
"""Values that Wan's VAE holds for each pixel, few of them for each frame."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Published sizes of a variant.

    Attributes:
        network: millions of parameters.
        vae: millions of parameters.
        text: millions of parameters of the text encoder.
        values: that the network holds for each position of the latents of a window.
    """

    network: float
    vae: float
    text: float
    values: int


SIZES = MappingProxyType(
    {
        "ms-1.4b": Sizes(1411.2, 83.7, 340.4, 10_584),
        "sd-2.1": Sizes(865.9, 83.7, 340.4, 8_344),
        "wan-14b": Sizes(14288.5, 126.9, 5680.9, 14_181),
        "wan-1.3b": Sizes(1419.0, 126.9, 5680.9, 6_102),
    }
)


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a machine at once.

    Attributes:
        dtype: the type of weights and latents.
        frames: of a window.
        size: side of the squares, in pixels.
        vae_batch: frames that a VAE of frames takes at once.
        expressions: that the network takes at once.
    """

    dtype: Precision
    frames: int
    size: int = 512
    vae_batch: int = 16
    expressions: int = 1


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes that a variant needs.

    Attributes:
        network: of its weights.
        vae: of its weights.
        text: of the text encoder's weights.
        predicting: beside weights, while the network works.
        coding: beside weights, while the VAE works.
    """

    network: int
    vae: int
    text: int
    predicting: int
    coding: int

    @property
    def whole(self) -> int:
        """With all parts on the device."""
        return self.network + self.vae + self.text + max(self.predicting, self.coding)

    @property
    def offloaded(self) -> int:
        """With the option ``offload``: one part on the device at a time."""
        return max(self.network + self.predicting, self.vae + self.coding, self.text)


def footprint(variant: Variant, load: Load) -> Footprint:
    """Return an estimate of the memory that a variant needs.

    >>> from rem.variants import MS_1_4B
    >>> found = footprint(MS_1_4B, Load("float32", frames=72, vae_batch=8))
    >>> round(found.whole / GIGA, 1), round(found.offloaded / GIGA, 1)
    (19.8, 18.1)
    """
    sizes, width = SIZES[variant.name], BYTES[load.dtype]
    pixels, positions = load.size**2, (load.size // LATENT) ** 2
    if variant.family == "wan":
        steps, coding = (load.frames - 1) // STEP + 1, VIDEO_VAE * pixels
    else:
        steps, coding = load.frames, FRAME_VAE * pixels * min(load.vae_batch, load.frames)
    # A network of frames takes as many at once as its VAE.
    together = min(steps, load.vae_batch) if variant.family == "unet2d" else steps
    predicting = sizes.values * together * positions * load.expressions
    return Footprint(
        network=_bytes(sizes.network, width),
        vae=_bytes(sizes.vae, width),
        text=_bytes(sizes.text, width),
        predicting=width * predicting,
        coding=width * coding,
    )


def _bytes(millions: float, width: int) -> int:
    return round(millions * 1e6) * width
