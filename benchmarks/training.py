"""A training step of REM-MS beside the official one: seconds, memory, and the ratio.

Usage: python benchmarks/training.py [--checkout DIR] [--steps N] [--cpu] [--json FILE]

The real configuration on random weights, one sample of 8 frames of 512 x 512, as each process of
the official stage 2 takes; without a GPU a reduced size, whose figures say nothing of a GPU.
The official step runs the wrapper of a checkout of ReferEverything where one is named; without one
it is restated on the stock classes, which give the same numbers (tests/parity). xformers is left
out: both sides attend through torch. All of it runs in this process, one after the other, on one
device. Needs torch, diffusers, transformers, accelerate, safetensors, pydantic and NumPy; the
package need not be installed. Meant to stay under three minutes on one data-centre GPU.
"""

import argparse
import contextlib
import gc
import io
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from rem.training.assembly import Machine, make_accelerator, make_optimiser, make_trainee  # noqa: E402
from rem.training.batch import Batch  # noqa: E402
from rem.training.generator import Parts, generator_of  # noqa: E402
from rem.training.loop import Loop  # noqa: E402
from rem.training.recipe import read_recipe  # noqa: E402
from rem.variants import variant_named  # noqa: E402

LR, CLIP, DECAY = 1e-6, 0.1, 1e-5
NO_DECAY = (".ln_", ".bn", ".bias", ".logit_scale", ".entropy_scale", "norm")
OURS = {
    "ours, float32": {},
    "ours, tfloat32": {"precision.compute": "tfloat32"},
    "ours, bfloat16": {"precision.compute": "bfloat16", "precision.vae": "bfloat16"},
    "ours, bfloat16, activations again": {
        "precision.compute": "bfloat16",
        "precision.vae": "bfloat16",
        "model.checkpointing": "true",
    },
}


if TYPE_CHECKING:
    from transformers import BatchEncoding

Step = Callable[[], float]
Forward = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


@dataclass
class Scale:
    """The size of everything: real, or reduced for a CPU."""

    widths: tuple[int, ...]
    vae: tuple[int, ...]
    text: tuple[int, int, int]  # width, layers, heads
    head: int
    size: int
    frames: int


REAL = Scale((320, 640, 1280, 1280), (128, 256, 512, 512), (1024, 23, 16), 64, 512, 8)
REDUCED = Scale((32, 64, 64, 64), (32, 32, 64, 64), (64, 2, 2), 16, 64, 4)


class Tokens:
    """Stands in for the tokenizer: as many token ids as it would give."""

    model_max_length = 77

    def __call__(self, texts: list[str], **_: object) -> "BatchEncoding":
        """Return ids and a mask ``[B, 77]``."""
        from transformers import BatchEncoding

        ids = torch.randint(1, 900, (len(texts), 77), generator=torch.Generator().manual_seed(1))
        return BatchEncoding({"input_ids": ids, "attention_mask": torch.ones_like(ids)})


def random_parts(scale: Scale, device: str) -> Parts:
    """Every component in float32 with random weights, made on the device."""
    from diffusers import AutoencoderKL, DDIMScheduler, UNet3DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    variant = variant_named("ms-1.4b")
    width, layers, heads = scale.text
    torch.manual_seed(0)
    with torch.device(device):
        config = {
            **variant.config,
            "block_out_channels": scale.widths,
            "cross_attention_dim": width,
            "attention_head_dim": scale.head,
        }
        unet = UNet3DConditionModel.from_config(config)
        vae = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=scale.vae,
            layers_per_block=2,
        )
        text = CLIPTextModel(
            CLIPTextConfig(
                hidden_size=width,
                intermediate_size=4 * width,
                num_hidden_layers=layers,
                num_attention_heads=heads,
                vocab_size=1000,
                bos_token_id=0,
                eos_token_id=999,
            )
        )
    scheduler = DDIMScheduler(
        beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012, clip_sample=False
    )
    for part in (unet, vae, text):
        part.eval().to(device)
    return Parts(variant, unet, vae, text, Tokens(), scheduler)


def drawn_batch(scale: Scale) -> Batch:
    """One sample of noise with a square for a target."""
    random = np.random.default_rng(0)
    frames = random.integers(0, 256, (1, scale.frames, scale.size, scale.size, 3), dtype=np.uint8)
    masks = np.zeros(frames.shape[:-1], np.uint8)
    masks[..., : scale.size // 2] = 1
    arrays = (torch.from_numpy(frames), torch.from_numpy(masks))
    return Batch(*arrays, None, None, ["a square"], [0], ["noise/0"])


def official_step(parts: Parts, batch: Batch, device: str, checkout: Path | None) -> Step:
    """Return the official stage 2 step; see ``train_REM_MS_vid.py``."""
    unet = parts.network
    for name, parameter in unet.named_parameters():
        parameter.requires_grad_("time_embedding" not in name)
    free, kept = [], []
    for name, parameter in unet.named_parameters():
        if parameter.requires_grad:
            (free if any(piece in name for piece in NO_DECAY) else kept).append(parameter)
            parameter.register_hook(lambda gradient: torch.clamp(gradient, -CLIP, CLIP))
    groups = [{"params": free, "weight_decay": 0.0}, {"params": kept, "weight_decay": DECAY}]
    optimiser = torch.optim.AdamW(groups, lr=LR, weight_decay=DECAY)
    images = (batch.frames.permute(0, 1, 4, 2, 3).float() / 255 - 0.5) / 0.5
    forward = wrapped(parts, checkout) if checkout else restated(parts)

    def step() -> float:
        tokens = parts.tokenizer(batch.texts)
        with torch.no_grad():
            text = parts.text_encoder(tokens["input_ids"].to(device))[0][:, :77]
            video, masks = images.to(device), batch.masks.float().to(device)
            three = masks.unsqueeze(2).repeat(1, 1, 3, 1, 1).squeeze(0)
            scale = parts.vae.config.scaling_factor
            target = parts.vae.encode(three).latent_dist.mode() * scale
        loss = torch.nn.functional.mse_loss(forward(video, text), target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return float(loss.detach())

    return step


def restated(parts: Parts) -> Forward:
    """The official wrapper's forward pass on the stock classes."""

    def forward(video: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        flat = video.flatten(0, 1)
        with torch.no_grad():
            latents = parts.vae.encode(flat).latent_dist.mode() * parts.vae.config.scaling_factor
        zero = parts.scheduler.timesteps[-1]
        noisy = parts.scheduler.add_noise(latents, torch.randn_like(latents), zero)
        latents = noisy.unflatten(0, video.shape[:2]).transpose(1, 2)
        answer = parts.network(latents, zero.to(video.device), text).sample
        return answer.transpose(1, 2).flatten(0, 1)

    return forward


def wrapped(parts: Parts, checkout: Path) -> Forward:
    """The official wrapper itself, around the same weights."""
    from support.official_rem import _importable, _load  # what tests/parity runs it with

    with _importable(checkout):
        module = _load("models.mst2v_wrapper", checkout / "models/mst2v_wrapper.py")
        for part in (parts.network, parts.vae):
            part.enable_xformers_memory_efficient_attention = lambda: None
        parts.network.__class__ = module.MyUNet3DConditionModelUPDOWN
        given = (parts.network, parts.tokenizer, parts.vae, parts.text_encoder, parts.scheduler)
        model = module.Vdiff_updown(module.VDiffFeatExtractor_lean_updown(*given))

    def forward(video: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        with contextlib.redirect_stdout(io.StringIO()):
            return model(video, text)

    return forward


def own_step(parts: Parts, batch: Batch, scale: Scale, changes: dict[str, str]) -> Step:
    """Return the step of ``refvps train --recipe ms-stage-2``, with some changes."""
    from accelerate.state import AcceleratorState

    AcceleratorState._reset_state(reset_partial_state=True)  # noqa: SLF001 - one a recipe
    torch.set_float32_matmul_precision("highest")
    sizes = {"model.size": str(scale.size), "model.frames": str(scale.frames)}
    recipe = read_recipe("ms-stage-2", {**sizes, "optimiser.batch": "1", **changes})
    accelerator = make_accelerator(recipe, Machine(cpu=not torch.cuda.is_available()))
    generator = generator_of(parts)
    trainee = make_trainee(generator, recipe)
    optimiser = make_optimiser(trainee, recipe, accelerator.device)
    trainee, prepared = accelerator.prepare(trainee, optimiser)
    loop = Loop(accelerator, trainee, prepared, generator, recipe, 1, 10**6)
    counter = iter(range(10**6))
    return lambda: loop.step(batch, next(counter))[0]


def measured(step: Step, steps: int, device: str) -> dict[str, float | None]:
    """Seconds of a step, the median; peak memory in GiB; and the last loss."""
    for _ in range(2):
        step()
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    seconds = []
    for _ in range(steps):
        start = time.perf_counter()
        loss = step()
        if device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    peak = torch.cuda.max_memory_allocated() / 2**30 if device == "cuda" else None
    return {"seconds": float(np.median(seconds)), "gib": peak, "loss": loss}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkout", type=Path)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--json", type=Path)
    wish = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() and not wish.cpu else "cpu"
    scale = REAL if device == "cuda" else REDUCED
    batch = drawn_batch(scale)
    name = torch.cuda.get_device_name() if device == "cuda" else "CPU, reduced size"
    official = "official wrapper" if wish.checkout else "official, restated"
    print(f"{name}; torch {torch.__version__}; {scale.frames} frames of {scale.size}, one sample")
    found: dict[str, dict[str, float | None]] = {}
    for label, changes in ((official, None), *OURS.items()):
        parts = random_parts(scale, device)
        if changes is None:
            step = official_step(parts, batch, device, wish.checkout)
        else:
            step = own_step(parts, batch, scale, changes)
        found[label] = measured(step, wish.steps, device)
        ratio = found[official]["seconds"] / found[label]["seconds"]
        row = found[label]
        memory = f"{row['gib']:.1f} GiB" if row["gib"] is not None else "-"
        print(
            f"{label:36}{row['seconds']:8.3f} s  {ratio:6.2f} x  {memory:>10}  "
            f"loss {row['loss']:.5f}",
            flush=True,
        )
        del parts, step
        gc.collect()
        if device == "cuda":
            torch.cuda.empty_cache()
    if wish.json:
        wish.json.write_text(json.dumps({"device": name, "rows": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
