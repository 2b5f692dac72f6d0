"""The options of the ``rem`` method, and what they come to for a variant."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from refvps.errors import ConfigError
from rem.variants import NoiseKind, Precision, Variant
from rem.windows import WindowPlan

Constants = Literal["bfloat16", "exact"]
LongText = Literal["refuse", "truncate"]
Postprocessing = Literal["model", "float32"]
Speed = Literal["official", "fast"]
Compiled = Literal["nothing", "vae", "all"]

SWITCHES = ("channels_last", "time_as_rows", "autotune")
"""Options of speed that are on or off, and off unless asked for."""

FAST: Mapping[str, Any] = MappingProxyType(
    {"dtype": "float16", "channels_last": True, "time_as_rows": True, "autotune": True}
)
"""What ``speed=fast`` comes to: what was measured to be faster on a GPU, with its agreement, in
``docs/rem.md``. Wan keeps the type that its weights ran in."""


@dataclass(frozen=True, slots=True)
class RemOptions:
    """Every option as a user gives it; None means "as the authors ran this variant".

    Attributes:
        variant: a name of ``rem.variants``; by default what the checkpoint says of itself, else
            ``ms-1.4b``.
        checkpoint: weights of the network: a file, or a folder.
        base: folder or hub name of text encoder, tokenizer, VAE and scheduler.
        download: whether missing base components may be fetched from the hub.
        device: "auto" is a GPU if there is one.
        dtype: the type that weights and latents are held in.
        autocast: whether torch chooses the type of each operation.
        noise: what is added to the latents of the video.
        seed: noise derives from it, the clip, the expression and the window alone.
        windows: a benchmark whose official windows are used, or a number of frames; by default
            those of the data set, or of "sample" where it has none of its own.
        overlap: frames that neighbouring windows share; their masks are blended.
        size: side of the square that frames are squeezed to.
        long_text: what happens to an expression of too many tokens.
        latent_constants: Wan's latent mean and deviation rounded to bfloat16, as it was trained,
            or exact.
        postprocess: the type in which masks are enlarged and thresholded: the model's, or float32.
        vae_batch: frames that the VAE of ``ms-1.4b`` takes at once.
        expression_batch: expressions that the network takes at once.
        speed: "fast" sets those of the options here that make a GPU faster; any given beside it
            holds.
        channels_last: memory layout of convolutions.
        time_as_rows: whether convolutions over time are computed as ones over images.
        autotune: whether cuDNN times its kernels for each new shape.
        compile: what is compiled first: nothing, the VAE of ``ms-1.4b``, or the network as well.
        offload: whether parts wait in main memory while they are not used.
    """

    variant: str | None = None
    checkpoint: Path | None = None
    base: str | None = None
    download: bool = False
    device: str = "auto"
    dtype: Precision | None = None
    autocast: bool | None = None
    noise: NoiseKind | None = None
    seed: int = 42
    windows: str | None = None
    overlap: int = 0
    size: int | None = None
    long_text: LongText | None = None
    latent_constants: Constants = "bfloat16"
    postprocess: Postprocessing = "model"
    vae_batch: int = 16
    expression_batch: int = 1
    speed: Speed = "official"
    channels_last: bool | None = None
    time_as_rows: bool | None = None
    autotune: bool | None = None
    compile: Compiled = "nothing"
    offload: bool = False


@dataclass(frozen=True, slots=True)
class RemSettings:
    """What the options come to: every value in force.

    Attributes:
        variant: the model.
        plan: how clips are divided.
        dtype: see ``RemOptions``, as everything below.
        autocast: false where ``dtype`` is float32.
        noise: what is added to the latents of the video.
        seed: what noise derives from.
        size: side of the square that frames are squeezed to.
        long_text: what happens to an expression of too many tokens.
        latent_constants: how Wan's latents are scaled.
        postprocess: the type in which masks are enlarged and thresholded.
        vae_batch: frames that a VAE of frames takes at once.
        expression_batch: expressions that the network takes at once.
        channels_last: memory layout of convolutions.
        time_as_rows: whether convolutions over time are computed as ones over images.
        autotune: whether cuDNN times its kernels for each new shape.
        compile: what is compiled first.
    """

    variant: Variant
    plan: WindowPlan
    dtype: Precision
    autocast: bool
    noise: NoiseKind
    seed: int
    size: int
    long_text: LongText
    latent_constants: Constants
    postprocess: Postprocessing
    vae_batch: int
    expression_batch: int
    channels_last: bool
    time_as_rows: bool
    autotune: bool
    compile: Compiled

    def as_text(self) -> dict[str, str]:
        """Return every value that can change a mask, by the name of its option."""
        values = {
            field.name: str(getattr(self, field.name))
            for field in dataclasses.fields(self)
            if field.name not in ("variant", "plan")
        }
        lengths = ",".join(map(str, self.plan.lengths))
        return {
            "variant": self.variant.name,
            "windows": lengths,
            "overlap": str(self.plan.overlap),
            **values,
        }


def settings_of(options: RemOptions, variant: Variant) -> RemSettings:
    """Return the values in force for a variant.

    Raises:
        ConfigError: values that cannot be, or do not fit the variant; all are named.
    """
    problems = [*_out_of_range(options)]
    if variant.family == "wan" and options.noise == "ddim_t0":
        problems.append(f"noise=ddim_t0: {variant.name} adds no noise; leave it out")
    if problems:
        raise ConfigError(f"method 'rem': {problems[0]}", details=problems)
    fast = _fast(options, variant)
    dtype = options.dtype or fast.get("dtype", variant.precision)
    autocast = variant.autocast if options.autocast is None else options.autocast
    return RemSettings(
        variant=variant,
        plan=WindowPlan(
            variant.rule, _lengths(options.windows or "sample", variant), options.overlap
        ),
        dtype=dtype,
        autocast=autocast and dtype != "float32",
        noise=options.noise or variant.noise,
        seed=options.seed,
        size=options.size or variant.size,
        long_text=options.long_text or ("truncate" if variant.truncates else "refuse"),
        latent_constants=options.latent_constants,
        postprocess=options.postprocess,
        vae_batch=options.vae_batch,
        expression_batch=options.expression_batch,
        compile=options.compile,
        **{name: _switch(getattr(options, name), fast.get(name, False)) for name in SWITCHES},
    )


def _switch(given: bool | None, default: bool) -> bool:
    return default if given is None else given


def _fast(options: RemOptions, variant: Variant) -> Mapping[str, Any]:
    if options.speed != "fast":
        return {}
    return {**FAST, "dtype": variant.precision} if variant.family == "wan" else FAST


def _out_of_range(options: RemOptions) -> list[str]:
    positive = {
        "vae_batch": options.vae_batch,
        "expression_batch": options.expression_batch,
    }
    problems = [
        f"{key}={value}: must be at least 1" for key, value in positive.items() if value < 1
    ]
    if options.size is not None and (options.size < 16 or options.size % 16):
        problems.append(f"size={options.size}: must be a multiple of 16")
    if options.seed < 0:
        problems.append(f"seed={options.seed}: must not be negative")
    return problems


def _lengths(text: str, variant: Variant) -> tuple[int, ...]:
    """Return window lengths, longest first, from a benchmark's name or a number of frames."""
    if text in variant.windows:
        return variant.windows[text]
    if not text.isdecimal() or int(text) < 1:
        known = ", ".join(variant.windows)
        raise ConfigError(
            f"method 'rem': windows={text!r} is neither a number of frames nor one of {known}"
        )
    length = int(text)
    shorter = tuple(n for n in variant.windows["sample"] if n < length)
    return (length, *shorter) if variant.rule == "shifted" else (length,)
