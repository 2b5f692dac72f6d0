"""What is known of the paper's data sets, methods and training, for planning."""

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DataFacts(_Part):
    """A data set of the paper."""

    name: str
    """As ``--dataset`` takes it."""
    videos: int
    frames: int
    expressions: int
    query_frames: int
    """Masks that a method has to make."""
    about: bool = False
    """Whether the counts are estimates."""
    metrics: str = "J"
    server: bool = False
    """Whether a server scores it."""
    get: str
    """How to get it."""


class MethodFacts(_Part):
    """A method of the paper that there is an implementation or an adapter of."""

    method: str
    variant: str | None = None
    rate: float | None = None
    """Frames a second of one expression; None where nobody measured it."""
    memory: float | None = None
    """GB; None where it is estimated or not known."""
    measured: str = Field("", alias="from")
    get: str = ""
    ships: bool = False
    """Whether it needs no weights from elsewhere."""


class TrainedFacts(_Part):
    """A row that is trained before it is scored."""

    table: str
    row: str
    recipe: str
    changes: tuple[str, ...] = Field((), alias="set")
    head: bool = False


class OwnTable(_Part):
    """A table of this project's own figures; J in percent by row."""

    title: str
    dataset: str
    rows: dict[str, str]


class Facts(_Part):
    """All of it."""

    datasets: dict[str, DataFacts]
    methods: dict[str, MethodFacts]
    own: dict[str, OwnTable]
    trained: tuple[TrainedFacts, ...]


@cache
def read_facts() -> Facts:
    """Return what ships in ``facts.toml``."""
    text = files("rem.reproduce").joinpath("facts.toml").read_text("utf-8")
    return Facts.model_validate(tomllib.loads(text))
