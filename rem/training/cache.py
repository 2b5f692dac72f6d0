"""Latents made once and kept on disk, for VAEs that look at each frame alone.

One file a clip and one a target, in a folder that is named after what made them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from refvps import atomic
from refvps.errors import ConfigError, DataError
from rem.preprocessing import squeeze
from rem.training.generator import Generator
from rem.training.pool import Item
from rem.training.recipe import Recipe
from rem.training.samples import read_frames_of, squeeze_mask

if TYPE_CHECKING:
    from torch import Tensor, nn

BATCH = 16


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Some frames of a target.

    Attributes:
        frames: latents of the frames, ``[C, T, s, s]``.
        masks: latents of the masks, of the same shape.
        pixels: the masks, uint8 ``[T, S, S]``.
    """

    frames: "Tensor"
    masks: "Tensor"
    pixels: "Tensor"


@dataclass(frozen=True, slots=True)
class LatentCache:
    """A folder of latents; only annotated frames are in it.

    Attributes:
        folder: of one VAE and size.
        size: side of a frame in pixels.
    """

    folder: Path
    size: int

    def read(self, item: Item, chosen: Sequence[int]) -> Kept:
        """Return some annotated frames of an item, by index; one may come several times.

        Raises:
            DataError: a file is missing or damaged.
        """
        frames = _slices(self._clip_file(item), ("latents",), chosen)
        masks = _slices(self._target_file(item), ("latents", "pixels"), chosen)
        return Kept(frames[0].transpose(0, 1), masks[0].transpose(0, 1), masks[1])

    def length(self, item: Item) -> int:
        """Return how many annotated frames an item has."""
        return _length(self._target_file(item))

    def missing(self, items: Iterable[Item]) -> list[Item]:
        """Return one item for every target that is not in it yet, clip by clip."""
        found = {
            self._target_file(item): item
            for item in items
            if not (self._target_file(item).is_file() and self._clip_file(item).is_file())
        }
        return [found[path] for path in sorted(found)]

    def fill(self, items: Sequence[Item], generator: Generator) -> Iterator[Item]:
        """Encode what is missing; yield each item when its target is on disk."""
        import torch

        for item in items:
            track = item.dataset.truth(item.query)
            frames, masks = read_frames_of(item, track, range(len(track.frame_ids)))
            clip = self._clip_file(item)
            if not clip.is_file():
                pixels = np.stack([squeeze(frame, self.size) for frame in frames])
                unit = torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div(255)
                _write(clip, {"latents": _encode(generator, unit.sub(0.5).div(0.5))})
            drawn = torch.from_numpy(np.stack([squeeze_mask(mask, self.size) for mask in masks]))
            three = drawn.float()[:, None].expand(-1, 3, -1, -1)
            _write(self._target_file(item), {"latents": _encode(generator, three), "pixels": drawn})
            yield item

    def _clip_file(self, item: Item) -> Path:
        return self._home(item) / "frames.safetensors"

    def _target_file(self, item: Item) -> Path:
        name = hashlib.sha256(item.query.expression.target_id.encode()).hexdigest()[:16]
        return self._home(item) / f"target-{name}.safetensors"

    def _home(self, item: Item) -> Path:
        return self.folder / item.dataset.digest[:16] / item.query.clip.clip_id


def open_cache(folder: Path, generator: Generator, recipe: Recipe) -> LatentCache:
    """Return the cache of a VAE and size below a folder.

    Raises:
        ConfigError: the recipe needs other latents each time.
    """
    if not generator.per_frame:
        raise ConfigError("--cache: this VAE looks at several frames at once; leave --cache out")
    if recipe.data.images and recipe.data.image_form == "pseudo-video":
        raise ConfigError("--cache: pseudo-videos are drawn anew each time; leave --cache out")
    identity = f"{module_digest(generator.parts.vae)}-{recipe.model.size}"
    return LatentCache(folder / f"latents-{identity}", recipe.model.size)


def module_digest(module: "nn.Module") -> str:
    """Return 16 hex digits of a module's weights and configuration, wherever it was read from."""
    # Diffusers writes the folder and its own version into a configuration, as names with "_".
    config = {k: v for k, v in dict(getattr(module, "config", {})).items() if k[:1] != "_"}
    found = hashlib.sha256(json.dumps(config, sort_keys=True, default=str).encode())
    for name, tensor in sorted(module.state_dict().items()):
        found.update(name.encode())
        found.update(tensor.detach().cpu().float().contiguous().numpy().tobytes())
    return found.hexdigest()[:16]


def _encode(generator: Generator, frames: "Tensor") -> "Tensor":
    """Return latents ``[T, C, s, s]`` of frames ``[T, 3, S, S]``, on the CPU."""
    import torch

    device = next(generator.parts.vae.parameters()).device
    with torch.no_grad():
        parts = [
            generator.encode(part[None].to(device))[0].transpose(0, 1).float().cpu()
            for part in frames.split(BATCH)
        ]
    return torch.cat(parts).contiguous()


def _write(path: Path, tensors: "dict[str, Tensor]") -> None:
    from safetensors.torch import save

    atomic.write_bytes(path, save(tensors))


def _slices(path: Path, names: Sequence[str], chosen: Sequence[int]) -> "list[Tensor]":
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            return [file.get_tensor(name)[list(chosen)] for name in names]
    except (SafetensorError, OSError, IndexError) as error:
        raise DataError(path, f"damaged or missing latents ({error}); remove the folder") from error


def _length(path: Path) -> int:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            length: int = file.get_slice("latents").get_shape()[0]
            return length
    except (SafetensorError, OSError) as error:
        raise DataError(path, f"damaged or missing latents ({error}); remove the folder") from error
