"""Weights of SAM 2: a file or folder that is named, or what lies in the user's hub cache.

Nothing is fetched, and nothing in a file can run code.
"""

import hashlib
import json
import pickle
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.segmenters.sam.architectures import (
    ARCHITECTURES,
    Architecture,
    official_file_of,
    repository_of,
)
from refvps.errors import DataError

if TYPE_CHECKING:
    from torch import Tensor

OFFICIAL = (".pt", ".pth")
FOLDER_FILES = ("config.json", "model.safetensors")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Weights:
    """Where weights are.

    Attributes:
        path: the authors' own file, or a folder in the layout of transformers.
        files: those that hold the numbers.
    """

    path: Path
    files: tuple[Path, ...]

    @property
    def official(self) -> bool:
        """Whether it is the authors' own file."""
        return self.path.suffix in OFFICIAL

    def digest(self) -> str:
        """Return the SHA-256 of the numbers' file, or over those of several, in order of name."""
        digests = [_digest(file) for file in self.files]
        if len(digests) == 1:
            return digests[0]
        return hashlib.sha256("".join(digests).encode()).hexdigest()


def find_weights(named: str | None, *, official_only: bool = False) -> Weights:
    """Return weights.

    Args:
        named: a file of the authors, a folder in the layout of transformers, a published name
            ("sam2.1-hiera-tiny"), or None for the largest that the hub cache holds.
        official_only: whether only the authors' own file serves.

    Raises:
        DataError: they are not there, or not whole; the message has the command that gets them.
    """
    if named is None:
        return _any_cached(official_only=official_only)
    name = named.removeprefix("facebook/")
    if name in ARCHITECTURES:
        found = _cached(ARCHITECTURES[name], official_only=official_only)
        if found is None:
            raise DataError(
                named,
                "no such weights in this machine's hub cache; get them with: "
                f"{download_command(ARCHITECTURES[name], official_only=official_only)}",
            )
        return found
    path = Path(named)
    if path.is_file() and path.suffix in OFFICIAL:
        return Weights(path, (path,))
    if path.is_dir():
        return _folder(path, official_only=official_only)
    raise DataError(
        path,
        "no weights of SAM 2: expected an official .pt file, a folder with "
        f"{' and '.join(FOLDER_FILES)}, or one of {', '.join(ARCHITECTURES)}",
    )


def download_command(architecture: Architecture, *, official_only: bool = False) -> str:
    """Return the command that puts published weights into the hub cache."""
    files = (official_file_of(architecture),) if official_only else FOLDER_FILES
    return f"hf download {repository_of(architecture)} {' '.join(files)}"


def read_official(path: Path) -> dict[str, "Tensor"]:
    """Return the weights in one of the authors' files, by their names.

    Raises:
        DataError: it is damaged, or holds anything but weights.
    """
    import torch

    try:
        document = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise DataError(
            path,
            "holds more than weights, or is damaged; such a file is not opened, because it could "
            "run code: copy it again from where it was published",
        ) from error
    except (RuntimeError, OSError, EOFError, ValueError) as error:
        raise DataError(path, f"damaged file of weights ({_line(error)}); copy it again") from error
    state = document.get("model", document) if isinstance(document, dict) else None
    if not isinstance(state, dict) or not all(torch.is_tensor(one) for one in state.values()):
        raise DataError(path, "not an official file of SAM 2: expected weights under 'model'")
    return state


def architecture_of(state: dict[str, "Tensor"], path: Path) -> Architecture:
    """Return which published network official weights belong to, told by their shapes.

    Raises:
        DataError: to none.
    """
    patch = state.get("image_encoder.trunk.patch_embed.proj.weight")
    blocks = {name.split(".")[3] for name in state if name.startswith("image_encoder.trunk.blocks")}
    for one in ARCHITECTURES.values():
        if (
            patch is not None
            and patch.shape[0] == one.embed
            and len(blocks) == sum(one.blocks)
            and ("no_obj_embed_spatial" in state) == one.occlusion
        ):
            return one
    raise DataError(path, f"fits none of the published networks: {', '.join(ARCHITECTURES)}")


def load_strictly(model: Any, state: dict[str, "Tensor"], path: Path) -> None:  # noqa: ANN401
    """Give a network its weights; every name and shape must fit.

    Raises:
        DataError: they do not.
    """
    expected = model.state_dict()
    wrong = [
        *(f"missing: {name}" for name in sorted(expected.keys() - state.keys())),
        *(f"unexpected: {name}" for name in sorted(state.keys() - expected.keys())),
        *(
            f"another shape: {name}"
            for name in sorted(expected.keys() & state.keys())
            if expected[name].shape != state[name].shape
        ),
    ]
    if wrong:
        problem = f"{len(wrong)} weights do not fit the network, the first {wrong[0]}"
        raise DataError(path, problem, details=wrong)
    model.load_state_dict(state, strict=True)


def _any_cached(*, official_only: bool) -> Weights:
    largest_first = [*reversed(ARCHITECTURES.values())]
    newer = [one for one in largest_first if one.occlusion]
    for one in [*newer, *(one for one in largest_first if not one.occlusion)]:
        found = _cached(one, official_only=official_only)
        if found is not None:
            return found
    raise DataError(
        "SAM 2",
        "no weights in this machine's hub cache; get some with: "
        f"{download_command(newer[0], official_only=official_only)} "
        "(or -tiny, -small, -base-plus), or name a file",
    )


def _cached(architecture: Architecture, *, official_only: bool) -> Weights | None:
    from huggingface_hub import try_to_load_from_cache

    repository = repository_of(architecture)
    if not official_only:
        files = [try_to_load_from_cache(repository, name) for name in FOLDER_FILES]
        if all(isinstance(file, str) for file in files):
            path = Path(str(files[1]))
            return Weights(path.parent, (path,))
    official = try_to_load_from_cache(repository, official_file_of(architecture))
    return Weights(Path(official), (Path(official),)) if isinstance(official, str) else None


def _folder(path: Path, *, official_only: bool) -> Weights:
    missing = [name for name in FOLDER_FILES if not (path / name).is_file()]
    if not missing and not official_only:
        _require_sam2(path / FOLDER_FILES[0])
        return Weights(path, (path / FOLDER_FILES[1],))
    official = sorted(file for file in path.iterdir() if file.suffix in OFFICIAL)
    if len(official) == 1:
        return Weights(official[0], (official[0],))
    wanted = "one official .pt file" if official_only else f"{' and '.join(FOLDER_FILES)}"
    raise DataError(path, f"not weights of SAM 2: expected {wanted}, found {_names(path)}")


def _require_sam2(config: Path) -> None:
    try:
        kind = json.loads(config.read_text("utf-8")).get("model_type")
    except (OSError, ValueError, AttributeError) as error:
        raise DataError(config, f"damaged ({_line(error)}); copy it again") from error
    if kind != "sam2_video":
        raise DataError(config, f"model_type is {kind!r}; expected 'sam2_video'")


def _names(folder: Path) -> str:
    names: Sequence[str] = sorted(file.name for file in folder.iterdir())
    return ", ".join(names[:5]) or "nothing"


def _digest(file: Path) -> str:
    real = file.resolve()
    if real.parent.name == "blobs" and _SHA256.fullmatch(real.name):
        return real.name  # the hub's cache names large files by it
    with real.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
