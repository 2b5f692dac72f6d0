"""Who says on what ground pixels of a source may be published; nobody else says so."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from refvps.errors import ConfigError

EXAMPLE = '[[attestation]] with source = "…", basis = "…", by = "…" and on = "2026-01-31"'


class Attestation(BaseModel):
    """What somebody attests of one source."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    source: str = Field(min_length=1)
    """The platform, or the source that clips name."""
    basis: str = Field(min_length=10)
    """On what ground, in words: a licence, a consent, an exception of the law."""
    by: str = Field(min_length=2)
    """Who attests to it."""
    on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    """The day."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    attestation: list[Attestation] = []


def read_attestations(path: Path | None) -> dict[str, Attestation]:
    """Return the attestations of a TOML file by source; none without a file.

    Raises:
        ConfigError: it is missing, no TOML, or lacks something.
    """
    if path is None:
        return {}
    try:
        found = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{path}: {place}: {first['msg']}; expected {EXAMPLE}") from error
    return {each.source: each for each in found.attestation}


def attested(line: Mapping[str, str], known: Mapping[str, Attestation]) -> dict[str, str]:
    """Return a line of provenance with who attests to what.

    Raises:
        ConfigError: nobody attests to its source.
    """
    source = line.get("platform") or line["source"]
    found = known.get(source)
    if found is None:
        raise ConfigError(
            f"clip {line['clip_id']} comes from {source!r}, for which nobody attests that pixels "
            f"may be published; add to the file of --attestations: {EXAMPLE}"
        )
    more = {"rights_basis": found.basis, "attested_by": found.by, "attested_on": found.on}
    return {**line, **more}
