"""What the downloading process is asked, and what it answers; JSON on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT = "b[ext=mp4]/bv[ext=mp4]/b/bv"
FORMAT_SORT = ("res:576", "vcodec:h264")

Seconds = Annotated[float, Field(ge=0)]


class FetchOptions(BaseModel):
    """How addresses are asked: the table ``[fetch]`` of a configuration.

    The waits are what makes it polite; there is one download at a time, and no option for more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: str = FORMAT
    """yt-dlp's selection; by default one file that needs no merging, MP4 if there is one."""
    format_sort: list[str] = list(FORMAT_SORT)
    """By default the tier of 576 pixels, H.264: the one of the paper's sizes."""
    sleep: Seconds = 5.0
    """Least seconds before a download."""
    most_sleep: Seconds = 15.0
    sleep_requests: Seconds = 2.0
    """Seconds between requests for one address."""
    socket_timeout: Seconds = 20.0
    wall_clock: Annotated[float, Field(gt=0)] = 600.0
    """Most seconds that one address may take."""
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    retry_wait: Seconds = 10.0
    """Seconds before the second try of a run; it doubles."""
    breaker: Annotated[int, Field(ge=1)] = 5
    """So many failures in a row that look like a block stop the host."""
    least_seconds: Seconds = 1.0
    most_seconds: Annotated[float, Field(gt=0)] = 600.0
    rate_limit: Annotated[int, Field(ge=1)] | None = None
    """Bytes a second."""
    cookies: str | None = None
    """A file in Netscape's format; it is read where it is and never copied."""
    proxy: str | None = None
    check_certificate: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do.

    Attributes:
        do: "download" an address to ``folder``, "list" entries of a page of lists, or "look"
            whether an address is alive without its media.
        url: the address.
        folder: where the file goes; it may hold a part of it already.
        first: of a list, the first entry wanted, from 1.
        last: of a list, the last.
    """

    do: Literal["download", "list", "look"]
    url: str
    folder: str = ""
    first: int = 1
    last: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it.

    Attributes:
        error_class: empty if all is well, else one of ``refvps.collect.fetch.failures.CLASSES``,
            or "excluded" with the reason in ``message``.
        message: for people, without tokens.
        http_status: the last status, if one came.
        retry_after: seconds, if the server named them.
        path: the file.
        info: what the platform says about the video; listed fields alone.
        entries: of a list.
    """

    error_class: str = ""
    message: str = ""
    http_status: int | None = None
    retry_after: int | None = None
    path: str = ""
    info: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[Mapping[str, Any], ...] = ()
