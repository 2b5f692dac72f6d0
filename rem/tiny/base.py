"""The folder that the small REM's training starts from."""

import shutil
from pathlib import Path

from refvps.atomic import new_folder
from refvps.errors import DataError
from rem.tiny.autoencoder import RoundTrip, Training, train_autoencoder
from rem.tiny.components import write_components
from rem.tiny.shipped import shipped_weights


def write_base(to: Path, *, seed: int) -> None:
    """Write every part of the small REM: the autoencoder that ships, the rest random.

    Raises:
        DataError: ``to`` is there already; nothing is left behind.
    """
    _require_new(to)
    with new_folder(to) as folder:
        write_components(folder, seed=seed)
        shutil.copytree(shipped_weights() / "vae", folder / "vae")


def train_base(to: Path, corpus: Path, training: Training) -> RoundTrip:
    """Write the same with an autoencoder trained anew, and say what it keeps of masks.

    Raises:
        DataError: ``to`` is there already, or the corpus cannot be read; nothing is left behind.
    """
    _require_new(to)
    with new_folder(to) as folder:
        write_components(folder, seed=training.seed)
        return train_autoencoder(corpus, folder / "vae", training)


def _require_new(to: Path) -> None:
    if to.exists():
        raise DataError(to, "is there already; write to a new folder")
