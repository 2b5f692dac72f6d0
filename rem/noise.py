"""Noise that depends on what is segmented and never on what was segmented before."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class NoiseKey:
    """What a draw of noise belongs to.

    Attributes:
        seed: the user's.
        clip_id: the clip.
        expression_id: the expression; the official code draws anew for each.
        first_frame: index of the window's first frame.
    """

    seed: int
    clip_id: str
    expression_id: str
    first_frame: int

    @property
    def state(self) -> int:
        """The seed of the generator, 63 bits."""
        text = f"{self.seed}\0{self.clip_id}\0{self.expression_id}\0{self.first_frame}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def draw(key: NoiseKey, shape: tuple[int, ...]) -> "Tensor":
    """Return standard normal noise, float32.

    It is drawn on the CPU, so that every device gets the same.
    """
    import torch

    return torch.randn(shape, generator=torch.Generator().manual_seed(key.state))
