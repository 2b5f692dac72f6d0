"""Toy models run by our code, for comparisons."""

from typing import Any

import numpy as np
import torch

from refvps.types import BoolArray, Clip, Expression, Query
from rem.method import Rem, load
from rem.noise import NoiseKey
from support.rem_models import SIZE, TEXTS, Toy

KEY = NoiseKey(42, "clip", "0", 0)


def method(toy: Toy, **options: object) -> Rem:
    """A toy in float32, with Wan's constants exact: what can be compared to the last digit."""
    given = {
        "variant": toy.variant,
        "base": toy.base,
        "checkpoint": toy.checkpoint,
        "size": SIZE,
        "device": "cpu",
        "dtype": "float32",
        "latent_constants": "exact",
        **options,
    }
    return load({key: str(value) for key, value in given.items()})


def queries(clip: Clip) -> list[Query]:
    return [Query(clip, Expression(str(k), text, "1")) for k, text in enumerate(TEXTS)]


def our_masks(made: Rem, clip: Clip) -> list[BoolArray]:
    """Masks bool ``[T, H, W]``, one a text."""
    return [answer.dense() for answer in made.predict(queries(clip))]


def ms_frames() -> torch.Tensor:
    """Five frames in [-1, 1], ``[5, 3, S, S]``."""
    random = np.random.default_rng(0)
    return torch.from_numpy(random.uniform(-1, 1, (5, 3, SIZE, SIZE)).astype(np.float32))


def wan_latents() -> torch.Tensor:
    """Latents of nine frames, ``[16, 3, 4, 4]``."""
    random = np.random.default_rng(0)
    return torch.from_numpy(random.standard_normal((16, 3, 4, 4)).astype(np.float32))


def predicted(made: Rem, latents: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What the network answers to latents and the first text, and that text, encoded."""
    pipeline: Any = made.pipeline()
    with torch.inference_mode():
        texts = pipeline.encode_texts(TEXTS[:1])
        (found,) = pipeline.predict(latents, texts, [KEY])
    return found, texts


def encoded(made: Rem, frames: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return made.pipeline().encode_frames(frames)


def require_not_vacuous(masks: list[BoolArray]) -> None:
    """Masks that are nearly empty or full, or the same for all texts, would prove nothing."""
    share = float(np.mean([mask.mean() for mask in masks]))
    assert 0.05 < share < 0.95, share
    assert not np.array_equal(masks[0], masks[1])
