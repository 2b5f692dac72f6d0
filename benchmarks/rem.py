"""REM beside the official code: frames a second, peak memory and agreement, in one run.

    python benchmarks/rem.py --official CHECKOUT            # MS-1.4B as published, on a GPU
    python benchmarks/rem.py --official CHECKOUT --reduced  # the same at toy size, on a CPU

Both get the same random weights and the same 72 frames, and make masks of 1024x576. The last
convolution of the decoder is scaled so that masks are neither empty nor full. Reading frames and
writing masks is left out on both sides. The official code encodes a clip anew for every expression.
"""

import argparse
import contextlib
import copy
import io
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch.nn import functional

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from refvps.types import PackedMask, Size  # noqa: E402
from rem.architectures import MODELSCOPE_UNET  # noqa: E402
from rem.autoencoders import FrameAutoencoder  # noqa: E402
from rem.backbone import Backbone  # noqa: E402
from rem.masks import bits_of, from_bits  # noqa: E402
from rem.noise import NoiseKey, draw  # noqa: E402
from rem.options import RemOptions, settings_of  # noqa: E402
from rem.pipeline import RemPipeline  # noqa: E402
from rem.placement import Placement  # noqa: E402
from rem.predictors import VideoUnet  # noqa: E402
from rem.preprocessing import to_signed  # noqa: E402
from rem.speed import prepare_network, prepare_vae  # noqa: E402
from rem.text import ClipText, TokenLimits  # noqa: E402
from rem.variants import MS_1_4B  # noqa: E402
from rem.windows import Window  # noqa: E402
from support.official_rem import official_ms  # noqa: E402
from support.rem_models import DDIM, clip_tokenizer  # noqa: E402

MASK = Size(576, 1024)
TEXTS = ("the smoke on the left", "the flame that grows", "the wave that comes last", "the glass")
SD_VAE = {
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "block_out_channels": (128, 256, 512, 512),
    "layers_per_block": 2,
    "latent_channels": 4,
    "sample_size": 512,
}
CLIP_H = {
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 23,
    "num_attention_heads": 16,
    "projection_dim": 512,
    "hidden_act": "gelu",
}


@dataclass(frozen=True)
class Run:
    """What a contender did."""

    name: str
    seconds: float
    peak: float
    latents: torch.Tensor
    masks: np.ndarray


def main() -> None:
    """Run what the command line asks for."""
    sys.stdout.reconfigure(line_buffering=True)
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--official", type=Path, required=True)
    parser.add_argument("--frames", type=int, default=72)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--reduced", action="store_true")
    parser.add_argument("--kinds", nargs="*", metavar="KIND", help="by default all")
    parser.add_argument("--expressions", type=int, nargs="*", default=[1, len(TEXTS)])
    parser.add_argument("--repeats", type=int, default=2)
    given = parser.parse_args()
    device = torch.device("cpu" if given.reduced else "cuda")
    if given.reduced:
        given.size = 64
    torch.set_grad_enabled(False)
    video = frames(given.frames, given.size)
    with tempfile.TemporaryDirectory() as folder:
        parts = build(Path(folder), device, reduced=given.reduced)
        calibrate(parts, video, device)
        report(parts, video, device, given)


def report(parts: Any, video: np.ndarray, device: torch.device, given: Any) -> None:
    """Print what is compared, and every comparison."""
    print(
        f"{device_name(device)}, torch {torch.__version__}, {given.frames} frames of {given.size}"
    )
    print(
        f"network {millions(parts.network)} M, VAE {millions(parts.vae)} M, "
        f"text {millions(parts.text_encoder)} M"
    )
    for count in given.expressions:
        compare(parts, video, TEXTS[:count], device, given)


def compare(
    parts: Any, video: np.ndarray, texts: tuple[str, ...], device: torch.device, given: Any
) -> None:
    """Print one line a contender."""
    print(f"\n{len(texts)} expression(s) of one clip")
    kinds = kinds_for("bfloat16" if given.reduced else "float16")
    contenders: list[tuple[str, Callable[[], Any]]] = [
        ("official, float32", lambda: Official(given.official, parts, device))
    ]
    contenders += [
        (f"ours, {name}", lambda kind=kinds[name]: Ours(parts, device, **kind))
        for name in given.kinds or kinds
    ]
    runs = []
    for name, make in contenders:
        try:
            runs.append(
                measure(name, make, video, texts, device, given.repeats if len(texts) == 1 else 1)
            )
        except torch.OutOfMemoryError:
            print(f"{name:40} out of memory")
            continue
        print(line(runs[-1], runs[0], reference(runs), len(video) * len(texts)), flush=True)


def kinds_for(half: str) -> dict[str, dict[str, Any]]:
    """Return the options of the method by what they are called here."""
    flat, tuned, last = {"time_as_rows": True}, {"autotune": True}, {"channels_last": True}
    return {
        "float32": {"dtype": "float32"},
        "half": {"dtype": half},
        "bfloat16": {"dtype": "bfloat16"},
        "half, channels last": {"dtype": half, **last},
        "half, tuned": {"dtype": half, **tuned},
        "half, flat": {"dtype": half, **flat},
        "half, flat, tuned": {"dtype": half, **flat, **tuned},
        "half, flat, channels last": {"dtype": half, **flat, **last},
        "half, flat, tuned, channels last": {"dtype": half, **flat, **tuned, **last},
        "half, flat, tuned, channels last, compiled vae": {
            "dtype": half,
            **flat,
            **tuned,
            **last,
            "compile": "vae",
            "vae_batch": 18,  # 72 frames are four equal parts
        },
        "half, flat, tuned, channels last, compiled": {
            "dtype": half,
            **flat,
            **tuned,
            **last,
            "compile": "all",
            "vae_batch": 18,
        },
        "fast": {"speed": "fast"} if half == "float16" else {"speed": "fast", "dtype": half},
    }


def reference(runs: list[Run]) -> Run:
    """Return the float32 run of ours, or the official one before it is there."""
    return next((run for run in runs if run.name == "ours, float32"), runs[0])


def line(run: Run, official: Run, exact: Run, answered: int) -> str:
    """Return a contender's figures beside the official ones."""
    both, either = (run.masks & exact.masks).sum(), (run.masks | exact.masks).sum()
    error = float((run.latents - exact.latents).norm() / exact.latents.norm())
    return (
        f"{run.name:50} {answered / run.seconds:7.2f} frames/s "
        f"{official.seconds / run.seconds:5.1f}x  "
        f"{run.peak:6.1f} GB {run.peak / official.peak:5.2f}x  IoU {both / either:.4f}  "
        f"latents' error {error:.1e}  foreground {run.masks.mean():.2f}"
    )


def measure(  # noqa: PLR0913, PLR0917
    name: str,
    make: Callable[[], Any],
    video: np.ndarray,
    texts: tuple[str, ...],
    device: torch.device,
    repeats: int,
) -> Run:
    """Return what a contender does, timed after one run that does not count."""
    clear(device)
    contender = make()
    # Compilers and tuners are done with every shape before the clock runs.
    contender(video[:8] if name.startswith("official") else video, texts[:1])
    seconds = []
    for _ in range(repeats):
        start = clock(device)
        latents, masks = contender(video, texts)
        seconds.append(clock(device) - start)
    peak = torch.cuda.max_memory_allocated() / 1e9 if device.type == "cuda" else float("nan")
    del contender
    return Run(name, min(seconds), peak, latents.float().cpu(), dense(masks))


def dense(masks: Any) -> np.ndarray:
    """Return masks bool ``[E, T, H, W]``; ours are packed bits, as the store takes them."""
    if isinstance(masks, np.ndarray):
        return masks
    return np.array([[mask.dense() for mask in track] for track in masks])


class Official:
    """The official wrapper, decoding and thresholding as its scripts do."""

    def __init__(self, checkout: Path, parts: Any, device: torch.device) -> None:
        own = on_device(parts, device)
        with device:
            self._model = official_ms(checkout, own)
        self._model.to(device)
        self._device = device

    def __call__(
        self, video: np.ndarray, texts: tuple[str, ...]
    ) -> tuple[torch.Tensor, np.ndarray]:
        """Return latents and masks of every text."""
        backbone = self._model.backbone
        images = to_signed(video).to(self._device)
        latents, masks = [], []
        for text in texts:
            tokens = backbone.tokenizer(
                text, padding="max_length", max_length=77, truncation=True, return_tensors="pt"
            )
            prompt = backbone.text_encoder(tokens.input_ids.to(self._device))[0][:, :77]
            torch.manual_seed(0)
            with contextlib.redirect_stdout(io.StringIO()), noise_of(text):
                predicted = self._model(images[None], prompt)
            unscaled = 1 / backbone.vae.config.scaling_factor * predicted
            decoded = torch.cat([backbone.vae.decode(part).sample for part in unscaled.split(16)])
            enlarged = functional.interpolate(
                decoded, size=tuple(MASK), mode="bilinear", align_corners=False
            )
            masks.append((enlarged.mean(1) > 0.5).cpu().numpy())
            latents.append(predicted)
        return torch.stack(latents), np.stack(masks)


class Ours:
    """The product's pipeline with its own options, on parts that are made here."""

    def __init__(self, parts: Any, device: torch.device, **options: Any) -> None:
        options.setdefault("vae_batch", 8 if options.get("dtype", "float32") == "float32" else 16)
        settings = settings_of(RemOptions(**options), MS_1_4B)
        dtype = getattr(torch, settings.dtype)
        own = on_device(parts, device, dtype)
        prepare_network(own.network, settings)
        prepare_vae(own.vae, settings)
        placement = Placement(device, dtype)
        limits = TokenLimits(77, 77, "truncate")
        backbone = Backbone(
            ClipText(own.tokenizer, own.text_encoder, limits, placement),
            FrameAutoencoder(own.vae, placement, settings.vae_batch),
            VideoUnet(own.network, own.scheduler, placement),
            placement,
        )
        self.pipeline = RemPipeline(backbone, settings)
        self._device = device

    def __call__(
        self, video: np.ndarray, texts: tuple[str, ...]
    ) -> tuple[torch.Tensor, list[tuple[PackedMask, ...]]]:
        """Return latents and masks of every text."""
        pipeline, window = self.pipeline, Window(tuple(range(len(video))), range(len(video)))
        keys = [NoiseKey(42, "clip", text, 0) for text in texts]
        latents, bits = [], []
        with pipeline.computing():
            found = pipeline.encode_texts(texts)
            clean = pipeline.encode_frames(to_signed(video, self._device))
            for predicted in pipeline.predict(clean, found, keys):
                bits.append(bits_of(pipeline.decode(predicted, window), MASK))
                latents.append(predicted.transpose(0, 1))
        masks = [tuple(from_bits(some, MASK)) for some in bits]
        return torch.stack(latents), masks


def on_device(parts: Any, device: torch.device, dtype: torch.dtype | None = None) -> Any:
    """Return a copy of the parts on a device; weights are copied once, straight to it."""
    memo: dict[int, Any] = {}
    for module in (parts.network, parts.vae, parts.text_encoder):
        for value in (*module.parameters(), *module.buffers()):
            there = value.detach().to(device, copy=True)
            if dtype is not None and there.is_floating_point():
                there = there.to(dtype)
            kind = isinstance(value, torch.nn.Parameter)
            memo[id(value)] = torch.nn.Parameter(there, requires_grad=False) if kind else there
    return copy.deepcopy(parts, memo)


def noise_for(text: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Return the noise that both sides add."""
    return draw(NoiseKey(42, "clip", text, 0), tuple(shape))


@contextlib.contextmanager
def noise_of(text: str) -> Any:
    """Let the official code draw our noise, so that latents can be compared."""
    drawn = torch.randn_like
    torch.randn_like = lambda like: noise_for(text, like.shape).to(like)
    try:
        yield
    finally:
        torch.randn_like = drawn


def build(folder: Path, device: torch.device, *, reduced: bool) -> Any:
    """Return the parts with random weights, in main memory."""
    from diffusers import AutoencoderKL, DDIMScheduler, UNet3DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    tokenizer = clip_tokenizer(folder / "tokenizer")
    (folder / "scheduler").mkdir()
    scheduler = DDIMScheduler.from_config({k: v for k, v in DDIM.items() if k != "_class_name"})
    scheduler.save_pretrained(folder / "scheduler")
    unet, vae, clip = dict(MODELSCOPE_UNET), dict(SD_VAE), dict(CLIP_H)
    if reduced:
        unet |= {
            "block_out_channels": (32, 64, 64, 64),
            "cross_attention_dim": 32,
            "attention_head_dim": 8,
        }
        vae |= {"block_out_channels": (32, 32, 64, 64), "layers_per_block": 1}
        clip |= {
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
        }
    torch.manual_seed(1)
    with device:
        network = UNet3DConditionModel(**unet)
        autoencoder = AutoencoderKL(**vae)
        text = CLIPTextModel(
            CLIPTextConfig(
                vocab_size=len(tokenizer),
                bos_token_id=tokenizer.bos_token_id,
                eos_token_id=tokenizer.eos_token_id,
                **clip,
            )
        )
        for parameter in network.parameters():
            # Temporal convolutions start at zero and would not show.
            if not parameter.abs().any() and parameter.dim() > 1:
                parameter.normal_(0, 0.2 / parameter[0].numel() ** 0.5)
    return SimpleNamespace(
        network=network.eval(),
        vae=autoencoder.eval(),
        text_encoder=text.eval(),
        tokenizer=tokenizer,
        scheduler=scheduler,
        base=folder,
    )


def calibrate(parts: Any, video: np.ndarray, device: torch.device) -> None:
    """Scale latents to a deviation of 1, and the decoder's answer to a spread around 0.5."""
    signed = to_signed(video[:8], device)
    clean = Ours(parts, device).pipeline.encode_frames(signed)
    parts.vae.quant_conv.weight.data /= float(clean.std())
    parts.vae.quant_conv.bias.data /= float(clean.std())
    last, window = parts.vae.decoder.conv_out, Window(tuple(range(8)), range(8))
    for _ in range(2):
        pipeline = Ours(parts, device).pipeline
        texts = pipeline.encode_texts(TEXTS[:1])
        key = NoiseKey(42, "clip", TEXTS[0], 0)
        (answer,) = pipeline.predict(pipeline.encode_frames(signed), texts, [key])
        grey = pipeline.decode(answer, window).mean(1)
        last.weight.data *= 0.5 / float(grey.std())
        last.bias.data += 0.5 - float(grey.median())
        del pipeline
    grey = Ours(parts, device).pipeline.decode(answer, window).mean(1)
    last.bias.data += 0.5 - float(grey.median())
    for module in (parts.network, parts.vae, parts.text_encoder):
        module.to("cpu")
    clear(device)


def frames(count: int, size: int) -> np.ndarray:
    """Return frames uint8 ``[T, S, S, 3]``: soft blobs that move."""
    rows, columns = np.mgrid[0:size, 0:size] / size
    found = np.empty((count, size, size, 3), np.uint8)
    for t in range(count):
        for channel in range(3):
            x, y = 0.5 + 0.3 * np.sin(t / 9 + channel), 0.5 + 0.3 * np.cos(t / 7 + 2 * channel)
            blob = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 0.03)
            wave = 0.15 * np.sin(40 * rows + t / 3 + channel) * np.sin(30 * columns)
            found[t, :, :, channel] = np.clip(255 * (0.2 + 0.6 * blob + wave), 0, 255)
    return found


def clear(device: torch.device) -> None:
    """Free what earlier contenders held."""
    import gc

    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def clock(device: torch.device) -> float:
    """Return seconds, once a GPU has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def millions(module: torch.nn.Module) -> str:
    """Return how many parameters a module has."""
    return f"{sum(parameter.numel() for parameter in module.parameters()) / 1e6:.1f}"


def device_name(device: torch.device) -> str:
    """Return what it is called."""
    return torch.cuda.get_device_name(0) if device.type == "cuda" else "CPU"


if __name__ == "__main__":
    main()
