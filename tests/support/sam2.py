"""SAM 2 at toy size with random weights: the real code of both packages, one set of numbers."""

from functools import cache
from typing import Any

import torch

from annotator.segmenters.sam.architectures import Architecture

TOY = Architecture(
    "toy", 12, 1, (1, 2, 2, 2), (4,), (8, 4, 4, 4), side=128, hidden=128, layers=1, memories=3
)
BACKENDS = ("sam2", "sam2-official")


@cache
def official_state() -> dict[str, Any]:
    """Random weights by the official names, every one away from its initial value."""
    from annotator.segmenters.sam.official_build import empty_model

    torch.manual_seed(0)
    model = empty_model(TOY)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.02)
        # A target that is found on plain noise keeps every path in use.
        model.sam_mask_decoder.pred_obj_score_head.layers[2].bias.fill_(5.0)
    return dict(model.state_dict())


def network(backend: str, *, half: bool = False, architecture: Architecture = TOY) -> Any:
    """One network of the toy weights, in one package's code."""
    device = torch.device("cpu")
    if backend == "sam2-official":
        from annotator.segmenters.sam.official_build import empty_model
        from annotator.segmenters.sam.official_network import OfficialNetwork

        official = empty_model(architecture)
        official.load_state_dict(official_state(), strict=True)
        return OfficialNetwork(official, device, half=half)
    from annotator.segmenters.sam.convert import converted
    from annotator.segmenters.sam.transformers_build import empty_model as empty
    from annotator.segmenters.sam.transformers_network import TransformersNetwork

    model = empty(architecture)
    model.load_state_dict(converted(official_state()), strict=True)
    return TransformersNetwork(model, device, half=half)


def segmenter(backend: str, **options: Any) -> Any:
    from annotator.segmenters.sam.segmenter import Sam2Segmenter

    return Sam2Segmenter(backend, network(backend), {}, **options)
