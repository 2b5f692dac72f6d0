"""SAM 2 as a segmenter."""

from collections.abc import Mapping
from typing import Any

from annotator.segmenters.protocol import FrameSource
from annotator.segmenters.byte_cache import ByteCache
from annotator.segmenters.sam.network import Features, Network
from annotator.segmenters.sam.session import Sam2Session

FEATURE_BYTES = 1 << 30
"""Memory for features of all open clips together: 128 frames of 1024 pixels in bfloat16."""


class Sam2Segmenter:
    """See ``Segmenter``; all sessions share one network and one cache of features.

    Args:
        name: of the implementation: "sam2" or "sam2-official".
        network: with its weights.
        facts: what else made a mask: weights, digest, device, versions.
        feature_bytes: memory for features.
    """

    def __init__(
        self,
        name: str,
        network: Network,
        facts: Mapping[str, Any],
        feature_bytes: int = FEATURE_BYTES,
    ) -> None:
        self.name = name
        self.cache: ByteCache[Features] = ByteCache(feature_bytes)
        self._network = network
        self._facts = dict(facts)

    def provenance(self) -> dict[str, Any]:
        """See ``Segmenter``."""
        return {"name": self.name, **self._facts}

    def open(self, frames: FrameSource) -> Sam2Session:
        """See ``Segmenter``."""
        return Sam2Session(self._network, frames, self.cache)
