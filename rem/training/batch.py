"""What one process works on in one step."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Samples of one size: pixels, or latents made beforehand.

    Attributes:
        frames: uint8 ``[B, T, S, S, 3]``; None where there are latents.
        masks: uint8 ``[B, T, S, S]``, 0 or 1.
        latents: ``[B, C, T, s, s]`` or None.
        mask_latents: of the same shape, or None.
        texts: one a sample.
        positions: their places in the run.
        names: their queries, for errors.
    """

    frames: "Tensor | None"
    masks: "Tensor"
    latents: "Tensor | None"
    mask_latents: "Tensor | None"
    texts: list[str]
    positions: list[int]
    names: list[str]

    def part(self, start: int, count: int) -> "Batch":
        """Return some of its samples."""
        cut = slice(start, start + count)

        def of(tensor: "Tensor | None") -> "Tensor | None":
            return None if tensor is None else tensor[cut]

        return Batch(
            of(self.frames),
            self.masks[cut],
            of(self.latents),
            of(self.mask_latents),
            self.texts[cut],
            self.positions[cut],
            self.names[cut],
        )
