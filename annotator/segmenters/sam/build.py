"""SAM 2 as a segmenter, from its weights."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from annotator.segmenters.sam.convert import converted
from annotator.segmenters.sam.segmenter import Sam2Segmenter
from annotator.segmenters.sam.weights import (
    Weights,
    architecture_of,
    load_strictly,
    read_official,
)

if TYPE_CHECKING:
    import torch

    from annotator.segmenters.sam.official_network import OfficialNetwork
    from annotator.segmenters.sam.transformers_network import TransformersNetwork


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and how a network runs.

    Attributes:
        device: "cpu", "cuda", "cuda:1", or "auto".
        half: whether it computes in bfloat16.
        feature_bytes: memory for features of all open clips.
    """

    device: str
    half: bool
    feature_bytes: int


def build(name: str, weights: Weights, placement: Placement) -> Sam2Segmenter:
    """Return SAM 2, its weights read and in place.

    Args:
        name: "sam2" for transformers' code, "sam2-official" for the ``sam2`` package's.
        weights: see ``find_weights``.
        placement: where it runs.

    Raises:
        DataError: the weights are damaged or do not fit in full.
    """
    from annotator.segmenters.sam.tensors import device_named

    device = device_named(placement.device)
    make = _official if name == "sam2-official" else _transformers
    network = make(weights, device, half=placement.half)
    package = "sam2" if name == "sam2-official" else "transformers"
    facts = {
        "weights": weights.path.name if weights.official else str(weights.path),
        "digest": weights.digest(),
        "device": str(device),
        "dtype": "bfloat16" if placement.half else "float32",
        "side": network.side,
        "versions": {one: version(one) for one in ("torch", package)},
    }
    return Sam2Segmenter(name, network, facts, placement.feature_bytes)


def _official(weights: Weights, device: "torch.device", *, half: bool) -> "OfficialNetwork":
    from annotator.segmenters.sam.official_build import empty_model
    from annotator.segmenters.sam.official_network import OfficialNetwork

    state = read_official(weights.path)
    model = empty_model(architecture_of(state, weights.path))
    load_strictly(model, state, weights.path)
    return OfficialNetwork(model, device, half=half)


def _transformers(weights: Weights, device: "torch.device", *, half: bool) -> "TransformersNetwork":
    from annotator.segmenters.sam.transformers_network import TransformersNetwork

    if weights.official:
        from annotator.segmenters.sam.transformers_build import empty_model

        state = read_official(weights.path)
        model = empty_model(architecture_of(state, weights.path))
        load_strictly(model, converted(state), weights.path)
    else:
        from annotator.segmenters.sam.transformers_build import model_in

        model = model_in(weights.path)
    return TransformersNetwork(model, device, half=half)
