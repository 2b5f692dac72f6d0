"""Trains the small REM's autoencoder on frames and on masks, before anything else is trained.

Masks are {0, 1} in the raw range, as REM encodes them: mid-grey is background, white is target.
Nothing that is trained later can be better than what a mask keeps on its way through latents, so
the round trip of held-out masks is measured and returned.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmark.metrics.region_similarity import region_similarity
from refvps.errors import DataError
from refvps.frames import read_frame
from refvps.mask_png import read_labels
from refvps.types import BoolArray, UInt8Array
from rem.masks import mask_frames
from rem.preprocessing import to_signed
from rem.tiny.components import AUTOENCODER
from rem.variants import MASK_THRESHOLD

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)

HELD_OUT_VIDEOS = 12
"""Every twelfth video is not trained on."""

KL_WEIGHT = 1e-6
"""As Stable Diffusion's autoencoder: enough to keep latents bounded."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Frames and masks at the autoencoder's size.

    Attributes:
        frames: uint8 ``[N, S, S, 3]``.
        masks: bool ``[M, S, S]``, none of them empty.
    """

    frames: UInt8Array
    masks: BoolArray


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """What held-out pictures keep on their way through latents.

    Attributes:
        mask_iou: mean intersection over union of masks, a fraction.
        frame_error: mean absolute error of frames, of a range of 2.
        deviation: of the latents of frames, which the network is to see as 1.
    """

    mask_iou: float
    frame_error: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Training:
    """How long and how fast.

    Attributes:
        steps: of the optimiser.
        batch: pictures a step, half frames and half masks.
        rate: the highest learning rate.
        seed: of weights, batches and latents.
        device: as PyTorch names it.
    """

    steps: int = 6000
    batch: int = 32
    rate: float = 2e-3
    seed: int = 1
    device: str = "cpu"


def train_autoencoder(corpus: Path, folder: Path, training: Training) -> RoundTrip:
    """Train on the release ``corpus/masks`` and write the autoencoder to ``folder``.

    Raises:
        DataError: the corpus cannot be read.
    """
    import torch
    from diffusers import AutoencoderKL

    seen, held_out = _pictures(corpus / "masks", held_out=False), _pictures(corpus / "masks")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(training.seed)
        vae: Any = AutoencoderKL(**AUTOENCODER)
    vae.to(training.device)
    _fit(vae, seen, training)
    measured = _measure(vae, held_out)
    vae.register_to_config(scaling_factor=1 / measured.deviation)
    vae.save_pretrained(folder)
    return measured


def _pictures(release: Path, *, held_out: bool = True) -> Pictures:
    """Read every annotated frame of every video once, and every mask that is not empty."""
    clips = sorted(path for path in (release / "Annotations").glob("*") if path.is_dir())
    if not clips:
        raise DataError(release, "holds no clips; expected the release of a corpus")
    videos = sorted({_video(clip) for clip in clips})
    chosen = {v for n, v in enumerate(videos) if (n % HELD_OUT_VIDEOS == 0) == held_out}
    frames: list[UInt8Array] = []
    masks: list[BoolArray] = []
    filmed: set[str] = set()
    for clip in clips:
        if _video(clip) not in chosen:
            continue
        for path in sorted(clip.glob("*.png")):
            mask = read_labels(path).labels == 1
            if mask.any():
                masks.append(mask)
            if _video(clip) not in filmed:
                frames.append(read_frame(release / "JPEGImages" / clip.name / f"{path.stem}.jpg"))
        filmed.add(_video(clip))
    return Pictures(np.stack(frames), np.stack(masks))


def _video(clip: Path) -> str:
    return clip.name.rpartition("-")[0]


def _fit(vae: Any, seen: Pictures, training: Training) -> None:
    import torch
    from torch.nn import functional

    optimiser = torch.optim.AdamW(vae.parameters(), lr=training.rate, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, training.rate, total_steps=training.steps, pct_start=0.1
    )
    draws = torch.Generator().manual_seed(training.seed)
    vae.train()
    for step, batch in enumerate(_batches(seen, training)):
        pictures = batch.to(training.device)
        posterior = vae.encode(pictures).latent_dist
        noise = torch.randn(posterior.mean.shape, generator=draws).to(training.device)
        decoded = vae.decode(posterior.mean + posterior.std * noise).sample
        loss = functional.l1_loss(decoded, pictures) + functional.mse_loss(decoded, pictures)
        loss = loss + KL_WEIGHT * posterior.kl().mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 500 == 0:
            log.info("autoencoder step %d of %d: loss %.4f", step, training.steps, loss.item())
    vae.eval()


def _batches(seen: Pictures, training: Training) -> Iterator["Tensor"]:
    """Yield batches ``[B, 3, S, S]``, frames in [-1, 1] and masks in {0, 1}."""
    import torch

    draws = np.random.default_rng(training.seed)
    half = training.batch // 2
    for _ in range(training.steps):
        frames = seen.frames[draws.integers(len(seen.frames), size=half)]
        masks = seen.masks[draws.integers(len(seen.masks), size=half)]
        yield torch.cat((to_signed(frames), mask_frames(masks)))


def _there_and_back(vae: Any, pictures: "Tensor") -> tuple["Tensor", "Tensor"]:
    """Return latents, and what becomes of pictures ``[N, 3, S, S]``, both in main memory."""
    import torch

    latents = [vae.encode(part.to(vae.device)).latent_dist.mode() for part in pictures.split(64)]
    decoded = [vae.decode(part).sample.cpu() for part in latents]
    return torch.cat(latents).cpu(), torch.cat(decoded)


def _measure(vae: Any, held_out: Pictures) -> RoundTrip:
    import torch

    frames, masks = to_signed(held_out.frames), mask_frames(held_out.masks)
    with torch.no_grad():
        latents, decoded = _there_and_back(vae, frames)
        _, returned = _there_and_back(vae, masks)
    scores = region_similarity((returned.mean(1) > MASK_THRESHOLD).numpy(), held_out.masks)
    return RoundTrip(
        mask_iou=float(np.mean(scores)),
        frame_error=float((decoded - frames).abs().mean()),
        deviation=float(latents.std()),
    )
