"""The detectors that a configuration names."""

from pathlib import Path

from refvps.collect.config import AnalyseOptions
from refvps.collect.detectors.detector import Detector
from refvps.collect.detectors.pyscenedetect import PySceneDetect
from refvps.collect.detectors.transnetv2 import TransNetV2

SETTINGS = frozenset({"detectors", "content", "transition", "weights"})
"""The options that say which detectors look, and how."""


def detectors_of(given: AnalyseOptions, base: Path) -> tuple[Detector, ...]:
    """Return the detectors of options, in an order of ours.

    Args:
        given: the options.
        base: where relative paths start from.
    """
    weights = base / given.weights if given.weights else None
    known: tuple[Detector, ...] = (
        PySceneDetect(given.content),
        TransNetV2(given.transition, weights),
    )
    return tuple(each for each in known if each.name in given.detectors)
