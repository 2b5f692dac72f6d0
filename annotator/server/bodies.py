"""Request bodies: read up to a limit, unpacked up to a limit, checked before they are used."""

import json
import zlib
from collections.abc import Sequence
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annotator.keyframe import MOST_POINTS, Click, Marks
from refvps.errors import RefvpsError, ShapeError
from refvps.exchange import from_coco
from refvps.packed import PackedMask, empty
from refvps.rle import read_counts
from refvps.types import Size

JSON_BYTES = 64 * 1024
EVENT_BYTES = 256 * 1024
LONGEST_ID = 64

M = TypeVar("M", bound="Body")


class RequestError(RefvpsError):
    """A request that cannot be served as it is."""

    def __init__(self, status: int, message: str, *, details: Sequence[str] = ()) -> None:
        """Keep the HTTP status, one line for people, and what one line cannot hold."""
        super().__init__(message, details=details)
        self.status = status


class Body(BaseModel):
    """What all JSON bodies have in common: nothing unknown, nothing not a number."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Numbered(Body):
    """A write: what it was made from, and which request of which tab it is."""

    rev: int = Field(ge=0)
    session: str = Field(min_length=1, max_length=LONGEST_ID)
    seq: int = Field(ge=1, lt=2**53)


class PredictBody(Numbered):
    """All clicks on a keyframe, every time."""

    k: int = Field(ge=0)
    clicks: list[tuple[float, float, bool]] = Field(default=[], max_length=MOST_POINTS)
    box: tuple[float, float, float, float] | None = None
    base: str | None = Field(default=None, max_length=LONGEST_ID)

    def marks(self, size: Size) -> Marks:
        """Return the marks.

        Raises:
            RequestError: a point or an edge of the box lies outside the image.
        """
        corners = [] if self.box is None else [self.box[:2], self.box[2:]]
        for x, y in [*((x, y) for x, y, _ in self.clicks), *corners]:
            if not (0 <= x <= size.width and 0 <= y <= size.height):
                raise RequestError(422, f"point ({x:g}, {y:g}) lies outside the image of {size}")
        if not self.clicks and self.box is None and self.base is None:
            raise RequestError(422, "no point, no box and no mask: there is nothing to go by")
        clicks = tuple(Click(x, y, positive) for x, y, positive in self.clicks)
        return Marks(clicks, self.box, self.base)


class PropagateBody(Body):
    """A range of keyframes; ``stop`` is not part of it, and by default the next barrier."""

    start: int = Field(ge=0)
    stop: int | None = Field(default=None, ge=-1)
    forward: bool = True
    session: str = Field(min_length=1, max_length=LONGEST_ID)


class MasksBody(Numbered):
    """Both planes of a keyframe as COCO strings; "" is the empty plane."""

    target: str
    ignore: str

    def plane(self, name: str, size: Size) -> PackedMask:
        """Return one of the planes, ``name`` "target" or "ignore".

        Raises:
            RequestError: it is no COCO string, or does not cover the image exactly.
        """
        text = self.target if name == "target" else self.ignore
        if not text:
            return empty(size)
        try:
            counts = text.encode("ascii")
            read_counts([counts], size)  # pycocotools trusts what it is given
        except (ShapeError, ValueError) as error:
            raise RequestError(422, f"{name} is no run-length string: {error}") from error
        return from_coco(size, counts)


class RestoreBody(Numbered):
    """A keyframe goes back to what revision ``to`` made of it; 0 is before the first."""

    to: int = Field(ge=0)


class ActionBody(Numbered):
    """One action on a keyframe."""

    action: str = Field(max_length=LONGEST_ID)
    flag: str | None = Field(default=None, max_length=LONGEST_ID)


class KeyframeBody(Body):
    """Names a keyframe."""

    k: int = Field(ge=0)


class ExpressionsBody(Body):
    """What a person wrote on a clip."""

    rev: int = Field(ge=0)
    texts: list[str] = Field(max_length=2)


class ReviewBody(Body):
    """A reviewer's verdict; reasons by keyframe."""

    verdict: str = Field(pattern="^(accept|changes|freeze)$")
    reasons: dict[str, str] = Field(default={}, max_length=1000)
    notes: dict[str, str] = Field(default={}, max_length=1000)
    note: str = ""


class ExportBody(Body):
    """What is exported, in which form, under which name."""

    name: str = Field(min_length=1, max_length=LONGEST_ID)
    form: str = Field(default="release", max_length=LONGEST_ID)
    kind: str = Field(default="mask", pattern="^(mask|relabel)$")
    user: str | None = Field(default=None, max_length=LONGEST_ID)
    unfinished: bool = False
    version: str = Field(default="0.1.0", pattern=r"^[0-9A-Za-z.+-]{1,32}$")


class DecisionBody(Numbered):
    """Which side an adjudicator takes on a keyframe: the name of its job."""

    side: str = Field(min_length=1, max_length=LONGEST_ID)


async def read_body(request: Request, limit: int) -> bytes:
    """Return a body, stopping where it is too long; gzip is unpacked up to the same limit.

    Raises:
        RequestError: 413, or 400 for damaged gzip.
    """
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise RequestError(413, f"the body is longer than {limit} bytes")
        parts.append(part)
    content = b"".join(parts)
    encoding = request.headers.get("content-encoding", "identity")
    if encoding == "gzip":
        return unpacked(content, limit)
    if encoding != "identity":
        raise RequestError(415, "the body is neither plain nor gzip")
    return content


def unpacked(content: bytes, limit: int) -> bytes:
    """Return what a gzip stream holds, never unpacking more than a limit.

    Raises:
        RequestError: 413 where there is more, 400 where it is damaged or cut.
    """
    reader = zlib.decompressobj(wbits=31)
    try:
        found = reader.decompress(content, limit + 1)
    except zlib.error as error:
        raise RequestError(400, "the body is no gzip stream, or damaged") from error
    if len(found) > limit:
        raise RequestError(413, f"the body unpacks to more than {limit} bytes")
    if not reader.eof or reader.unused_data:
        raise RequestError(400, "the gzip stream is cut short, or goes on after its end")
    return found


async def read_model(request: Request, model: type[M], limit: int = JSON_BYTES) -> M:
    """Return a JSON body of one form.

    Raises:
        RequestError: 400 for what is no JSON, 422 for another form, 413 for one too long.
    """
    try:
        return model.model_validate_json(await read_body(request, limit))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        status = 400 if first["type"] == "json_invalid" else 422
        raise RequestError(status, f"{where or 'body'}: {first['msg']}") from error


async def read_events(request: Request) -> list[dict[str, Any]]:
    """Return a batch of events, as objects; they are checked one by one later.

    Raises:
        RequestError: too long, or not a JSON list of objects.
    """
    try:
        value = json.loads(await read_body(request, EVENT_BYTES), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RequestError(400, "the body is no JSON") from error
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise RequestError(422, "expected a list of events")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
