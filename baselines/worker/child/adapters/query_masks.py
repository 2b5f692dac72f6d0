"""The last steps that MUTR's and VD-IT's scripts share: one query of a window becomes masks."""

from __future__ import annotations

from typing import Any


def best_query(logits: Any) -> tuple[int, float]:
    """Return the query with the highest mean probability over time, and that probability.

    ``logits`` is float ``[time, queries, classes]``.
    """
    scores = logits.sigmoid().mean(0).max(-1)[0]
    best, index = scores.max(-1)
    return int(index), float(best)


def masks_of(logits: Any, size: tuple[int, int], threshold: float) -> Any:
    """Return bool masks ``[time, height, width]`` from logits of any size ``[time, h, w]``."""
    from torch.nn import functional

    large = functional.interpolate(
        logits.unsqueeze(0), size=size, mode="bilinear", align_corners=False
    )
    return (large.sigmoid() > threshold).squeeze(0).cpu().numpy()


def frames_of(paths: list[str], short_side: int) -> Any:
    """Return frames as both scripts feed them: float ``[time, 3, h, w]``, ImageNet's statistics."""
    import torch
    from PIL import Image
    from torchvision import transforms

    steps = transforms.Compose(
        [
            transforms.Resize(short_side),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    return torch.stack([steps(_opened(Image, path)) for path in paths])


def _opened(image: Any, path: str) -> Any:
    with image.open(path) as found:
        return found.convert("RGB")
