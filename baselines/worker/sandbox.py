"""The folder that a worker works in: links to what official code looks for by a relative path."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from baselines.worker.launch import Launch
from refvps.errors import ConfigError, DataError


def missing_assets(launch: Launch, wanted: Mapping[str, str]) -> dict[str, str]:
    """Return what the adapter asks for and the folder of assets does not hold."""
    return {name: what for name, what in wanted.items() if asset_path(launch, name) is None}


def asset_path(launch: Launch, name: str) -> Path | None:
    """Return where an asset lies, or None.

    Raises:
        DataError: its name would lead out of the sandbox.
    """
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute():
        raise DataError(launch.adapter.path, f"asset {name!r} is no path inside the sandbox")
    path = launch.assets / name if launch.assets else None
    return path.absolute() if path is not None and path.exists() else None


def fill_sandbox(
    sandbox: Path, launch: Launch, wanted: Mapping[str, str], mirrored: Iterable[str]
) -> dict[str, str]:
    """Put links into a sandbox; return the assets as {name: path}. Nothing is copied.

    A mirrored folder of the checkout becomes a real folder, its files links, so that an asset can
    lie inside it while the checkout stays as it is.

    Raises:
        ConfigError: an asset is missing.
        DataError: a mirrored folder is not in the checkout.
    """
    missing = missing_assets(launch, wanted)
    if missing:
        lacks = [f"{name} ({what})" for name, what in missing.items()]
        place = launch.assets or "no folder: give one with --option assets=FOLDER"
        raise ConfigError(
            f"method {launch.adapter.name!r} needs {', '.join(lacks)}; looked in {place}",
            details=lacks,
        )
    for name in mirrored:
        _mirror(launch, name, sandbox / name)
    found = {name: str(asset_path(launch, name)) for name in wanted}
    for name, path in found.items():
        link = sandbox / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if link.is_symlink():
            link.unlink()
        link.symlink_to(path)
    return found


def _mirror(launch: Launch, name: str, place: Path) -> None:
    source = launch.checkout / name if launch.checkout else None
    if source is None or not source.is_dir():
        raise DataError(
            launch.checkout or "checkout", f"holds no folder {name}; is it the right one?"
        )
    for folder, _, files in os.walk(source):
        target = place / Path(folder).relative_to(source)
        target.mkdir(parents=True, exist_ok=True)
        for file in (name for name in files if not (target / name).is_symlink()):
            (target / file).symlink_to(Path(folder).absolute() / file)
