"""``collect.toml``: what is collected, from where and how; wrong keys are named, none ignored."""

import tomllib
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from refvps.collect.fetch.job import FetchOptions
from refvps.errors import ConfigError

M = TypeVar("M", bound=BaseModel)


class SourceEntry(BaseModel):
    """One ``[[source]]``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    """What it is called here; a listing that was done is not done again under its name."""
    kind: str
    """A plug-in of ``refvps.sources``."""
    concept: str | None = None
    """The concept of what it finds, where the source itself does not say."""
    options: dict[str, Any] = {}


class ExportOptions(BaseModel):
    """``[export]``: how the frames of accepted clips are written."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    form: Literal["jpeg", "png"] = "jpeg"
    """JPEG of quality 95 with full chroma, or PNG."""
    sizes: Literal["keep", "fit", "reject"] = "keep"
    """"fit" makes the short side 576 where it is more; "reject" takes the paper's sizes alone."""
    hdr: bool = False
    """Whether frames of high dynamic range are written as if they were not."""


class AnalyseOptions(BaseModel):
    """``[stages.analyse]``: from which numbers on something is proposed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    detectors: list[Literal["pyscenedetect", "transnetv2"]] = Field(["pyscenedetect"], min_length=1)
    """What looks for changes of shot; what any of them sees counts. "transnetv2" is an extra."""
    content: float = Field(27.0, gt=0, le=255)
    """PySceneDetect's threshold for a sudden change of content."""
    transition: float = Field(0.5, gt=0, lt=1)
    """TransNetV2's threshold for a frame of a transition."""
    weights: str = ""
    """Another file of weights for TransNetV2; a relative path starts from the configuration."""
    flash: float = Field(0.55, ge=-1, le=1)
    """From this likeness of before and after on, a sudden change is a flash within one shot."""
    no_change: float = Field(0.01, ge=0, le=1)
    """Residuals below this at every distance propose "no change"."""
    least_frames: int = Field(5, ge=1)
    """Fewer annotated frames, six a second, that show the event propose "too rapid"."""
    least_shot: float = Field(2.0, gt=0)
    """Seconds; where no shot is as long, "shot changes" is proposed."""
    compilation: int = Field(3, ge=2)
    """So many shots of that length propose a split."""
    same: float = Field(12, ge=0, le=64)
    """Up to this distance of fingerprints two videos are duplicates."""
    doubtful: float = Field(16, ge=0, le=64)
    """Up to this distance a person is asked."""
    faces: bool = True
    """Whether faces are looked for."""


class PreviewOptions(BaseModel):
    """``[stages.preview]``: the small copies that people look at."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    side: int = Field(320, ge=64, le=1920)
    """Pixels of the long side."""
    rate: int = Field(12, ge=1, le=60)
    """Frames a second."""


class TriageOptions(BaseModel):
    """``[triage]``: how people decide on the page."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    second: float = Field(0.1, ge=0, le=1)
    """Which share of candidates is decided a second time, by somebody who sees no first time."""
    hide_proposals: bool = False
    """Whether what numbers propose is hidden until a person has decided."""


class CollectConfig(BaseModel):
    """The contents of ``collect.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    folder: str = "collection"
    """Where the collection is, relative to the file."""
    taxonomy: str = "example"
    """A file of concepts, or the built-in ``example``."""
    source: list[SourceEntry] = []
    fetch: FetchOptions = Field(default_factory=FetchOptions)
    export: ExportOptions = Field(default_factory=ExportOptions)
    triage: TriageOptions = Field(default_factory=TriageOptions)
    stages: dict[str, dict[str, Any]] = {}
    """Options of stages, by name."""
    least_success: float = Field(0.5, ge=0, le=1)
    """A run in which a smaller share of a stage's candidates succeeds exits 6."""


def read_config(path: Path) -> tuple[CollectConfig, Path]:
    """Return a configuration and the folder that its relative paths start from.

    Raises:
        ConfigError: the file is missing, no TOML, or holds what it may not; every problem named.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: file is missing; name one with --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    config = checked(CollectConfig, values, str(path))
    names = [entry.name for entry in config.source]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(f"{path}: source: name {twice[0]!r} is given twice; names are unique")
    return config, path.resolve().parent


def checked(model: type[M], values: Any, where: str) -> M:  # noqa: ANN401 - as read
    """Return values as a model.

    Raises:
        ConfigError: names place, key, expected and found, of each problem.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        # A key that is not known is often a known one mistyped, so it is named first.
        found = sorted(error.errors(), key=lambda item: item["type"] != "extra_forbidden")
        problems = [_problem(item, model) for item in found]
        raise ConfigError(f"{where}: {problems[0]}", details=problems) from error


def _problem(item: Any, model: type[BaseModel]) -> str:  # noqa: ANN401 - pydantic's own
    place = item["loc"]
    key = ".".join(map(str, place))
    if item["type"] == "extra_forbidden":
        known = f"; known here: {', '.join(model.model_fields)}" if len(place) == 1 else ""
        return f"{key}: unknown key{known}"
    if item["type"] == "missing":
        return f"{key}: is missing"
    expected = item["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return f"{key}: expected {expected}; found {item['input']!r}"
