"""The frozen parts of a variant: found in a folder or in the user's hub cache, never fetched.

Fetching happens only where the user asks for it with ``download=true``.
"""

from dataclasses import dataclass
from pathlib import Path

from refvps.errors import DataError
from rem.checkpoints.digest import digest_of
from rem.checkpoints.files import weights_in
from rem.variants import Variant

CONFIG_FILES = {
    "text_encoder": "config.json",
    "tokenizer": "tokenizer_config.json",
    "vae": "config.json",
    "scheduler": "scheduler_config.json",
}
WITH_WEIGHTS = ("text_encoder", "vae")


@dataclass(frozen=True, slots=True)
class Base:
    """Where the frozen parts of a variant are.

    Attributes:
        folder: in the Diffusers layout.
        parts: the folders in it that the variant needs.
    """

    folder: Path
    parts: tuple[str, ...]

    def missing(self) -> tuple[str, ...]:
        """Return the parts that are not there, or not whole."""
        return tuple(part for part in self.parts if not self._has(part))

    def digest(self) -> str:
        """Return the SHA-256 over the weights of all parts."""
        files = [file for part in WITH_WEIGHTS for file in weights_in(self.folder / part)]
        return digest_of(files)

    def _has(self, part: str) -> bool:
        folder = self.folder / part
        if not (folder / CONFIG_FILES[part]).is_file():
            return False
        return part not in WITH_WEIGHTS or bool(weights_in(folder))


def parts_of(variant: Variant) -> tuple[str, ...]:
    """Return the frozen parts that a variant needs: Wan's scheduler is never asked anything."""
    parts = ("text_encoder", "tokenizer", "vae", "scheduler")
    return parts[:3] if variant.family == "wan" else parts


def find_base(
    variant: Variant,
    named: str | None,
    *,
    download: bool,
    parts: tuple[str, ...] | None = None,
) -> Base:
    """Return where the frozen parts of a variant are.

    Args:
        variant: which parts, and the hub repository they come from by default.
        named: a folder, or another hub repository.
        download: whether what is missing may be fetched.
        parts: those that are needed; by default all.

    Raises:
        DataError: parts are missing; the message holds the command that fetches them.
    """
    parts = parts or parts_of(variant)
    if named is not None and Path(named).is_dir():
        base = Base(Path(named), parts)
        if base.missing():
            raise DataError(
                base.folder,
                f"not a whole base of {variant.name} in the Diffusers layout; missing: "
                f"{', '.join(base.missing())}",
            )
        return base
    repository = named or variant.base
    if not repository:
        raise DataError(
            variant.name,
            f"{', '.join(parts)} are in no hub repository: they lie beside its weights; give "
            "the folder of both with --option checkpoint=FOLDER, or theirs with "
            "--option base=FOLDER",
        )
    if repository.count("/") != 1 or repository.startswith((".", "/", "~")):
        raise DataError(repository, "no such folder, and not the name of a hub repository")
    folder = _cached(repository, parts, download=download)
    found = Base(folder, parts) if folder is not None else None
    missing = parts if found is None else found.missing()
    if found is None or missing:
        raise DataError(
            repository,
            f"{', '.join(missing)} of {variant.name} not in this machine's hub cache; get with: "
            f"{download_command(repository, parts)}",
        )
    return found


def download_command(repository: str, parts: tuple[str, ...]) -> str:
    """Return the command that puts parts of a hub repository into the cache."""
    wanted = " ".join(f"--include '{part}/*'" for part in parts)
    return f"hf download {repository} {wanted}"


def _cached(repository: str, parts: tuple[str, ...], *, download: bool) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(
                repository,
                allow_patterns=[f"{part}/*" for part in parts],
                local_files_only=not download,
            )
        )
    except LocalEntryNotFoundError:
        return None
    except (HfHubHTTPError, OSError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(repository, f"cannot be fetched from the hub: {reason}") from error
