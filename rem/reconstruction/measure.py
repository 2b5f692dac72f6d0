"""The round trip of masks through a VAE, and its errors."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from refvps.protocols import Dataset
from refvps.types import BoolArray
from rem.masks import mask_frames
from rem.placement import Placement
from rem.protocols import Autoencoder
from rem.variants import MASK_THRESHOLD


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """The errors of one mask.

    Attributes:
        absolute: mean absolute error of a pixel, against 0 and 1, before thresholding.
        iou: intersection over union with the mask, after it.
    """

    absolute: float
    iou: float


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """The errors of many masks.

    Attributes:
        masks: how many.
        absolute: their mean absolute error, in [0, 1] or above.
        iou: their mean intersection over union, in [0, 1].
    """

    masks: int
    absolute: float
    iou: float

    @classmethod
    def of(cls, trips: Sequence[RoundTrip]) -> "Reconstruction":
        """Return the means over masks; at least one is needed."""
        return cls(
            len(trips),
            float(np.mean([trip.absolute for trip in trips])),
            float(np.mean([trip.iou for trip in trips])),
        )


def first_masks(dataset: Dataset) -> Iterator[BoolArray]:
    """Yield one mask a video: the first that is not empty, of its first target that has one.

    The paper takes one a video and does not say which.
    """
    seen: set[str] = set()
    for query in dataset.queries():
        if query.clip.video in seen:
            continue
        found = next((mask for mask in dataset.truth(query).masks if mask.area), None)
        if found is not None:
            seen.add(query.clip.video)
            yield found.dense()


def round_trips(
    autoencoder: Autoencoder, placement: Placement, masks: Iterable[BoolArray], size: int
) -> Iterator[RoundTrip]:
    """Yield the errors of each mask, at the size that the network works at.

    Masks are squeezed by their nearest pixels, as training does, encoded as 0 and 1, decoded, and
    averaged over channels.

    Args:
        autoencoder: of a variant.
        placement: where it is.
        masks: bool ``[H, W]`` of any size, none empty.
        size: side of the square they are squeezed to.
    """
    import torch

    for mask in masks:
        image = Image.fromarray(mask).resize((size, size), Image.Resampling.NEAREST)
        small = np.asarray(image, bool)
        with torch.inference_mode(), placement.precision():
            latents = autoencoder.encode(mask_frames(small[None]))
            decoded = autoencoder.decode(latents, range(1)).float().mean(1)[0].cpu().numpy()
        yield errors(decoded, small)


def errors(decoded: np.ndarray, mask: BoolArray) -> RoundTrip:
    """Return the errors of decoded values against the mask that was encoded.

    >>> errors(np.array([[1.0, 0.75], [0.25, 0.0]]), np.array([[True, False], [False, False]]))
    RoundTrip(absolute=0.25, iou=0.5)
    """
    found = decoded > MASK_THRESHOLD
    union = int((found | mask).sum())
    return RoundTrip(
        absolute=float(np.abs(decoded - mask).mean()),
        iou=float((found & mask).sum() / union) if union else 1.0,
    )
