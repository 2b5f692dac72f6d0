"""What the page sends: read up to a limit and checked before it is used."""

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_BYTES = 64 * 1024
LONGEST = 300
MOST_PARTS = 100
HOUR = 3_600_000

B = TypeVar("B", bound="Body")


class Body(BaseModel):
    """What all bodies have in common: nothing unknown, and who was looked at."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    subject: str = Field(min_length=1, max_length=LONGEST)
    seen: int | None = Field(default=None, ge=1, lt=2**53)
    """The latest decision on the subject that the person saw."""
    ms: int = Field(ge=0, le=24 * HOUR)
    """For how long they looked."""
    second: bool = False


class DecisionBody(Body):
    """A decision; parts are frames: first, last, and those of the event."""

    verdict: Literal["accept", "exclude", "split"]
    reason: str = Field(default="", max_length=LONGEST)
    concept: str | None = Field(default=None, max_length=LONGEST)
    parts: list[tuple[int, int, int, int]] = Field(default=[], max_length=MOST_PARTS)


class UndoBody(Body):
    """Takes one's own decision back."""

    decision: int = Field(ge=1, lt=2**53)


async def read(request: Request, kind: type[B]) -> B:
    """Return a JSON body of one form.

    Raises:
        HTTPException: 413 where it is too long, 422 where it is of another form.
    """
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise HTTPException(413, f"the body is longer than {MOST_BYTES} bytes")
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise HTTPException(422, f"{where}: {first['msg']}") from error
