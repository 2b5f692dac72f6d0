"""What validation measures: J of masks, or how much the right words help to denoise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmark.metrics.region_similarity import region_similarity
from refvps.types import BoolArray, MaskTrack, UInt8Array
from rem.preprocessing import squeeze
from rem.training.frames import even_frames
from rem.training.generator import Generator
from rem.training.keys import key_number
from rem.training.objective import signed
from rem.training.pool import Item
from rem.training.recipe import Recipe
from rem.training.samples import read_frames_of, spelled
from rem.variants import MASK_THRESHOLD

if TYPE_CHECKING:
    from torch import Tensor, device, nn

DENOISING_STEPS = (100, 300, 500, 700, 900)


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What validation looks at of an item.

    Attributes:
        frames: its frames, as they are.
        truth: bool ``[T, H, W]``.
        void: bool ``[T, H, W]``.
    """

    frames: list[UInt8Array]
    truth: BoolArray
    void: BoolArray


@dataclass(frozen=True, slots=True)
class Examiner:
    """Asks a trainee about items.

    Attributes:
        trainee: on its device, in evaluation mode.
        generator: what belongs to it.
        recipe: size, number of frames, objective.
        device: where to.
    """

    trainee: "nn.Module"
    generator: Generator
    recipe: Recipe
    device: "device"

    def show(self, item: Item) -> Shown:
        """Read evenly spread annotated frames of an item."""
        track: MaskTrack = item.dataset.truth(item.query)
        chosen = even_frames(len(track.frame_ids), self.recipe.model.frames)
        frames, masks = read_frames_of(item, track, chosen)
        voids = [track.voids[index] for index in chosen]
        void = [
            np.zeros_like(mask) if v is None else v.dense()
            for v, mask in zip(voids, masks, strict=True)
        ]
        return Shown(frames, np.stack(masks), np.stack(void))

    def masks(self, item: Item, shown: Shown) -> BoolArray:
        """Return predicted masks, bool ``[T, H, W]``, at the size of the frames."""
        import torch
        from torch.nn.functional import interpolate

        latents = self._latents(shown)
        text = self._text([item.query.expression.text])
        step = torch.tensor([self.recipe.objective.noise_step], device=self.device)
        if self.recipe.objective.noise:
            noise = self._noise(latents, item.query.query_id, 0)
            latents = self.generator.add_noise(latents, noise, step)
        answer = self.trainee(latents, step, text)
        raw = (
            answer if self.recipe.objective.supervision == "rgb" else self.generator.decode(answer)
        )
        raw = raw[0, : len(shown.frames)].float()  # [T, 3, S, S]
        size = shown.truth.shape[1:]
        raw = interpolate(raw, size=size, mode="bilinear", align_corners=False).mean(dim=1)
        found: BoolArray = (raw > MASK_THRESHOLD).cpu().numpy()
        return found

    def j(self, item: Item) -> float:
        """Return the mean J of an item's frames, a fraction."""
        shown = self.show(item)
        return mean_j(self.masks(item, shown), shown)

    def denoising(self, item: Item, other: Item) -> tuple[float, float]:
        """Return the loss of denoising with an item's own text, and with that of another."""
        import torch
        from torch.nn.functional import mse_loss

        latents = self._latents(self.show(item))
        texts = self._text([item.query.expression.text, other.query.expression.text])
        losses = []
        for place, step in enumerate(DENOISING_STEPS):
            noise = self._noise(latents, item.query.query_id, place)
            steps = torch.full((2,), step, device=self.device)
            noisy = self.generator.add_noise(latents, noise, steps[:1]).expand(2, -1, -1, -1, -1)
            answer = self.trainee(noisy, steps, texts)
            target = self.generator.denoising_target(latents, noise)
            losses.append([float(mse_loss(a[None].float(), target.float())) for a in answer])
        right, wrong = np.mean(losses, axis=0)
        return float(right), float(wrong)

    def _latents(self, shown: Shown) -> "Tensor":
        import torch

        size = self.recipe.model.size
        pixels = np.stack([squeeze(frame, size) for frame in shown.frames])
        if not self.generator.per_frame:
            # Wan's VAE takes 4k + 1 frames: the last one stands still until it is as many.
            pixels = np.concatenate([pixels, pixels[-1:].repeat(-(len(pixels) - 1) % 4, axis=0)])
        return self.generator.encode(signed(torch.from_numpy(pixels)[None], self.device))

    def _text(self, texts: Sequence[str]) -> "Tensor":
        lower = self.recipe.data.lower_case
        tokens = self.generator.tokenise([spelled(text, lower_case=lower) for text in texts])
        tokens = tokens.to(self.device)
        train_text = self.recipe.parameters.train_text
        return tokens if train_text else self.generator.encode_tokens(tokens)

    def _noise(self, like: "Tensor", name: str, place: int) -> "Tensor":
        import torch

        key = key_number(self.recipe.seed, "validation", name, place)
        drawn = torch.randn(like.shape, generator=torch.Generator().manual_seed(key))
        return drawn.to(like.device, like.dtype)


def mean_j(masks: BoolArray, shown: Shown) -> float:
    """Return the mean over frames of J, void left out."""
    return float(region_similarity(masks, shown.truth, void=shown.void).mean())
