"""A mapping file: says in TOML where a copy of Ref-VPS has its frames, masks and expressions."""

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from benchmark.datasets.path_template import PathTemplate, parse_template, require_below
from refvps.errors import DataError
from refvps.mask_png import read_file

Label = Annotated[int, Field(ge=0, le=255)]
Drawn = Annotated[int, Field(ge=1, le=255)]
Template = Annotated[PathTemplate, BeforeValidator(lambda value: parse_template(str(value)))]
Below = Annotated[str, BeforeValidator(lambda value: require_below(str(value)))]

_BY_FORM = {
    "nested": {"clips", "expressions"},
    "table": {"clip", "id"},
}
"""Keys of ``[expressions]`` that one form alone has."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Labels(_Part):
    """What the values of mask pixels mean. Any other value is an error."""

    background: Label = 0
    target: Drawn | None = None
    """The target's; left out where each expression says its own (``expressions.target``)."""
    ignore: Drawn | None = None

    @model_validator(mode="after")
    def _differ(self) -> "Labels":
        given = [v for v in (self.background, self.target, self.ignore) if v is not None]
        if len(set(given)) != len(given):
            raise ValueError("background, target and ignore must differ")
        return self


class ExpressionKeys(_Part):
    """Where expressions are, and how the file calls what belongs to them."""

    file: Below
    form: Literal["nested", "table"] = "nested"
    """``nested``: JSON, clips by name and in each its expressions by id, or a list of them.
    ``table``: CSV with a line of names, or a JSON list of objects, one an expression."""
    clips: str = "videos"
    """Nested: the key of the object of clips; empty where the file is that object."""
    expressions: str = "expressions"
    """Nested: the key of a clip's expressions."""
    clip: str = "clip"
    """Table: the column of the clip's name."""
    id: str | None = None
    """Table: the column of the expression's id; by default they are counted from 0 in a clip."""
    text: str = "exp"
    target: str | None = None
    """The label of the expression's target in the masks, where clips have several."""
    annotator: str | None = None
    concept: str | None = None
    video: str | None = None
    groups: str | None = None

    @model_validator(mode="after")
    def _of_the_form(self) -> "ExpressionKeys":
        other = "table" if self.form == "nested" else "nested"
        for key in sorted(self.model_fields_set & _BY_FORM[other]):
            raise ValueError(f"{key} belongs to form {other!r}; this one is {self.form!r}")
        return self


class Mapping(_Part):
    """The file as a whole."""

    version: str = Field("unversioned", min_length=1, max_length=40)
    fps: Annotated[Fraction, Field(gt=0)] = Fraction(24)
    frames: Template
    masks: Template
    numbering: Literal["frames", "annotated"] = "frames"
    """Whether a mask has the number of its frame, or masks are counted by themselves."""
    first_mask: Annotated[int, Field(ge=0)] = 0
    """The number of a clip's first mask, where masks are counted by themselves."""
    annotation_stride: Annotated[int, Field(ge=1)] | None = None
    """Every so many-th frame, from the first on, has a mask; left out, those that have one."""
    labels: Labels
    expressions: ExpressionKeys

    @model_validator(mode="after")
    def _consistent(self) -> "Mapping":
        if (self.labels.target is None) == (self.expressions.target is None):
            raise ValueError("give either labels.target or expressions.target")
        if self.numbering == "annotated" and self.annotation_stride is None:
            raise ValueError("numbering = 'annotated' needs annotation_stride")
        if self.numbering == "frames" and self.first_mask:
            raise ValueError("first_mask is for numbering = 'annotated'")
        return self


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping file.

    Raises:
        DataError: missing, not TOML, or wrong; the message says where, the details name all.
    """
    try:
        document = tomllib.loads(read_file(path).decode())
    except ValueError as error:
        raise DataError(path, f"not valid TOML: {error}") from error
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, item['loc'])) or 'the file'}: "
            f"{item['msg'].removeprefix('Value error, ')}"
            for item in error.errors()
        ]
        more = f" ({len(problems)} such problems in all)" if len(problems) > 1 else ""
        raise DataError(path, f"{problems[0]}{more}", details=problems) from error
