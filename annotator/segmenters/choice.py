"""Which segmenter to use: by name, or the best that this machine can run, said aloud."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from annotator.segmenters.protocol import Segmenter
from refvps.errors import ConfigError, DataError, MissingExtraError, RefvpsError
from refvps.options import parse_options

AUTO = "auto"
NAMES = ("sam2", "sam2-official", "classic")
OFFICIAL_INSTALL = (
    "pip install 'refvps[sam2]' && "
    "SAM2_BUILD_CUDA=0 pip install --no-build-isolation --no-deps sam2==1.1.0"
)
"""The package asks for a torchvision that breaks transformers beside a CPU torch, and its build
would fetch another torch: hence neither its dependencies nor a build of its own."""

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "sam2": ("torch", "transformers", "safetensors"),
    "sam2-official": ("torch", "sam2", "hydra", "iopath"),
    "classic": ("skimage", "scipy", "cv2"),
}


class MissingSegmenterError(RefvpsError):
    """A segmenter's package is not installed."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class SegmenterOptions:
    """Options of SAM 2; the classic segmenter has none.

    Attributes:
        weights: an official .pt file, a folder of transformers, or a published name; by default
            the largest network in the hub cache.
        device: "auto" is a GPU if there is one.
        dtype: "auto" is bfloat16 on a GPU.
        feature_memory: for features of all open clips together, in MB.
    """

    weights: str | None = None
    device: str = "auto"
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    feature_memory: int = 1024


@dataclass(frozen=True, slots=True)
class Choice:
    """A segmenter, ready, and what a person is told about it.

    Attributes:
        segmenter: ready to open clips.
        announcement: one line: which it is and, where it was not asked for, why.
    """

    segmenter: Segmenter
    announcement: str


def choose(name: str = AUTO, options: Mapping[str, str] | None = None) -> Choice:
    """Return a segmenter.

    Args:
        name: one of ``NAMES``, or "auto": SAM 2 where its packages and weights are here, else
            the classic one, and the announcement says so.
        options: texts by name; see ``SegmenterOptions``.

    Raises:
        ConfigError: no such segmenter or option.
        DataError: no weights; the message has the command that gets them.
        MissingExtraError: packages are missing; the message has the command that installs them.
    """
    parsed = parse_options(SegmenterOptions, options or {}, f"segmenter {name!r}")
    if name == "classic":
        if options:
            raise ConfigError("segmenter 'classic' has no options")
        return Choice(_classic(), "segmenter: classic, without weights")
    if name in NAMES:
        segmenter = _sam2(name, parsed)
        return Choice(segmenter, f"segmenter: {name}, {_weights_in_words(segmenter)}")
    if name != AUTO:
        raise ConfigError(f"no segmenter {name!r}; known: {AUTO}, {', '.join(NAMES)}")
    if parsed.weights is not None:
        return choose("sam2", options)  # whoever names weights wants them used, or an error
    try:
        segmenter = _sam2("sam2", parsed)
    except (DataError, MissingExtraError) as error:
        return Choice(_classic(), f"segmenter: classic, because SAM 2 cannot run: {error.message}")
    return Choice(segmenter, f"segmenter: sam2, {_weights_in_words(segmenter)}")


def missing_packages(name: str) -> tuple[str, ...]:
    """Return the packages that a segmenter needs and that are not installed."""
    return tuple(one for one in PACKAGES[name] if find_spec(one) is None)


def _classic() -> Segmenter:
    if missing_packages("classic"):
        raise MissingExtraError("the classic segmenter", "annotate")
    from annotator.segmenters.classic.segmenter import ClassicSegmenter

    return ClassicSegmenter()


def _sam2(name: str, options: SegmenterOptions) -> Segmenter:
    from annotator.segmenters.sam.weights import find_weights

    missing = missing_packages(name)
    if missing and name == "sam2-official":
        raise MissingSegmenterError(f"segmenter {name!r} needs {missing[0]}: {OFFICIAL_INSTALL}")
    if missing:
        raise MissingExtraError(f"segmenter {name!r}", "models")
    weights = find_weights(options.weights, official_only=name == "sam2-official")
    from annotator.segmenters.sam.build import Placement, build
    from annotator.segmenters.sam.tensors import device_named

    device = device_named(options.device)
    half = options.dtype == "bfloat16" or (options.dtype == "auto" and device.type == "cuda")
    return build(name, weights, Placement(str(device), half, options.feature_memory << 20))


def _weights_in_words(segmenter: Segmenter) -> str:
    facts = segmenter.provenance()
    return f"{facts['weights']} (SHA-256 {facts['digest'][:12]}…) on {facts['device']}"
