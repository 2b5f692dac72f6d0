"""Facts about this machine: where data sets lie, where caches go."""

import os
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from refvps.errors import ConfigError

FILE_NAME = "refvps.toml"


class DatasetSettings(BaseModel):
    """Where one data set lies and the options to open it with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path | None = None
    options: dict[str, str] = {}


class Settings(BaseModel):
    """The contents of ``refvps.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str = "demo"
    """The data set that commands use when none is named."""
    cache: Path | None = None
    """Where generated data goes; by default the user's cache folder."""
    datasets: dict[str, DatasetSettings] = {}
    methods: dict[str, dict[str, str]] = {}
    """Options of a method that hold unless others are given: where its interpreter is, say."""

    @property
    def cache_folder(self) -> Path:
        """The folder for generated data; it may not exist yet."""
        if self.cache is not None:
            return self.cache
        base = os.environ.get("XDG_CACHE_HOME")
        return (Path(base) if base else Path.home() / ".cache") / "refvps"


def read_settings() -> Settings:
    """Return the settings of ``$REFVPS_CONFIG``, else of ``refvps.toml`` here, else the defaults.

    Relative paths are relative to the file.

    Raises:
        ConfigError: the file is missing although named, or wrong; every problem is named.
    """
    named = os.environ.get("REFVPS_CONFIG")
    path = Path(named) if named else Path(FILE_NAME)
    if not path.is_file():
        if named:
            raise ConfigError(f"{path}: file is missing; REFVPS_CONFIG names it")
        return Settings()
    try:
        settings = Settings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, item['loc']))}: {item['msg'].lower()}" for item in error.errors()
        ]
        raise ConfigError(f"{path}: {problems[0]}", details=problems) from error
    return _with_absolute_paths(settings, path.resolve().parent)


def _with_absolute_paths(settings: Settings, base: Path) -> Settings:
    datasets = {
        name: entry.model_copy(update={"root": base / entry.root}) if entry.root else entry
        for name, entry in settings.datasets.items()
    }
    cache = base / settings.cache if settings.cache else None
    return settings.model_copy(update={"datasets": datasets, "cache": cache})
