"""The options of the ``rem`` method, and what they come to for a variant."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from refvps.errors import ConfigError
from rem.variants import NoiseKind, Precision, Variant
from rem.windows import WindowPlan

Constants = Literal["bfloat16", "exact"]
LongText = Literal["refuse", "truncate"]
Postprocessing = Literal["model", "float32"]


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
        windows: a benchmark whose official windows are used, or a number of frames.
        overlap: frames that neighbouring windows share; their masks are blended.
        size: side of the square that frames are squeezed to.
        long_text: what happens to an expression of too many tokens.
        latent_constants: Wan's latent mean and deviation rounded to bfloat16, as it was trained,
            or exact.
        postprocess: the type in which masks are enlarged and thresholded: the model's, or float32.
        vae_batch: frames that the VAE of ``ms-1.4b`` takes at once.
        expression_batch: expressions that the network takes at once.
        channels_last: memory layout of convolutions.
        compile: whether the network is compiled first.
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
    windows: str = "sample"
    overlap: int = 0
    size: int | None = None
    long_text: LongText | None = None
    latent_constants: Constants = "bfloat16"
    postprocess: Postprocessing = "model"
    vae_batch: int = 16
    expression_batch: int = 1
    channels_last: bool = False
    compile: bool = False
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
        compile: whether the network is compiled first.
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
    compile: bool

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
    dtype = options.dtype or variant.precision
    autocast = variant.autocast if options.autocast is None else options.autocast
    return RemSettings(
        variant=variant,
        plan=WindowPlan(variant.rule, _lengths(options.windows, variant), options.overlap),
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
        channels_last=options.channels_last,
        compile=options.compile,
    )


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
