"""Validation: the same held-out queries each time, shared among the processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from refvps import atomic
from refvps.overlay import overlay
from refvps.types import BoolArray
from rem.training.loop import Loop, frozen_precision
from rem.training.measures import Examiner, Shown, mean_j
from rem.training.pool import Item

if TYPE_CHECKING:
    from torch import Tensor

OVERLAY_FRAMES = 8
OVERLAY_WIDTH = 256


@dataclass(frozen=True, slots=True)
class Validated:
    """What a validation found.

    Attributes:
        measure: what decides: ``J``, or ``loss`` of denoising.
        value: its mean over queries; J a fraction.
        queries: how many there were.
        contrast: the loss with another query's words, for ``loss``.
    """

    measure: str
    value: float
    queries: int
    contrast: float | None = None

    def better_than(self, value: float) -> bool:
        """Whether this beats a value of the same measure."""
        return self.value > value if self.measure == "J" else self.value < value


def validate(loop: Loop, items: Sequence[Item], folder: Path | None) -> Validated:
    """Measure the trainee on some items; call it in all processes.

    Args:
        loop: the run.
        items: what to look at, at least one.
        folder: where overlays go, or None for none.
    """
    import torch

    network = loop.trainee
    was_training = network.training
    network.eval()
    # Every process takes as many turns, so that none waits for answers that others do not ask for.
    each = -(-len(items) // loop.accelerator.num_processes)
    found = torch.zeros(len(items), 2, device=loop.accelerator.device, dtype=torch.float64)
    with (
        torch.no_grad(),
        loop.accelerator.autocast(),
        frozen_precision(loop.recipe, loop.accelerator.device),
    ):
        for turn in range(each):
            place = turn * loop.accelerator.num_processes + loop.accelerator.process_index
            values = _examine(loop, items, min(place, len(items) - 1), folder)
            if place < len(items):
                found[place] = torch.tensor(values, dtype=torch.float64)
    network.train(was_training)
    return _summarised(loop, loop.accelerator.reduce(found, reduction="sum"))


def _examine(loop: Loop, items: Sequence[Item], place: int, folder: Path | None) -> Any:
    device = loop.accelerator.device
    examiner = Examiner(loop.trainee, loop.generator, loop.recipe, device)
    item = items[place]
    if loop.recipe.objective.kind == "denoise":
        return examiner.denoising(item, other_text(items, place))
    shown = examiner.show(item)
    masks = examiner.masks(item, shown)
    if folder is not None and place < loop.recipe.validation.overlays:
        name = item.query.query_id.replace("/", "--")
        write_overlay(folder / f"{name}.png", shown, masks)
    return mean_j(masks, shown), 0.0


def other_text(items: Sequence[Item], place: int) -> Item:
    """Return the next item of another clip, or the next one where there is no other clip."""
    own = items[place].query.clip.clip_id
    turned = [*items[place + 1 :], *items[:place]]
    others = [item for item in turned if item.query.clip.clip_id != own]
    return (others or turned or [items[place]])[0]


def _summarised(loop: Loop, found: "Tensor") -> Validated:
    value, contrast = (float(part) for part in found.mean(dim=0))
    if loop.recipe.objective.kind == "denoise":
        return Validated("loss", value, len(found), contrast)
    return Validated("J", value, len(found))


def write_overlay(path: Path, shown: Shown, masks: BoolArray) -> None:
    """Write a picture: the frames with the truth above, with the answer below."""
    import io

    chosen = np.linspace(0, len(masks) - 1, min(OVERLAY_FRAMES, len(masks))).round().astype(int)
    rows = [
        np.concatenate([_small(overlay(shown.frames[k], over[k], void=void[k])) for k in chosen], 1)
        for over, void in ((shown.truth, shown.void), (masks, np.zeros_like(masks)))
    ]
    buffer = io.BytesIO()
    Image.fromarray(np.concatenate(rows)).save(buffer, "PNG")
    atomic.write_bytes(path, buffer.getvalue())


def _small(frame: np.ndarray) -> np.ndarray:
    image = Image.fromarray(frame)
    height = max(1, round(image.height * OVERLAY_WIDTH / image.width))
    return np.asarray(image.resize((OVERLAY_WIDTH, height), Image.Resampling.BILINEAR))
