"""TikTok's Research API, with the operator's own key: ids and dates, never video.

After the public description of the API: tokens last two hours, a question covers at most 30
days, an answer holds at most 100 records, and a day 1,000 questions.
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from pydantic import BaseModel, ConfigDict, Field

from refvps.collect.config import checked
from refvps.collect.sources.source import Found, Page, SourceContext, milliseconds
from refvps.errors import CollectError, ConfigError

HOST = "https://open.tiktokapis.com"
FIELDS = "id,create_time,duration"
WINDOW = timedelta(days=30)
MARGIN = 60.0
SECONDS = 60.0
SERVER_TRIES = 3


class ResearchOptions(BaseModel):
    """Options of ``research-api``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_day: date
    last_day: date
    key_variable: str = "TIKTOK_CLIENT_KEY"
    """The environment variable that holds the client key; the key itself is never stored."""
    secret_variable: str = "TIKTOK_CLIENT_SECRET"  # noqa: S105 - the name of a variable
    host: str = HOST
    most_requests: int = Field(900, ge=1, le=1000)
    """Questions a run; the day's quota is 1,000."""
    wait: float = Field(1.0, ge=0)
    """Seconds between questions."""


@dataclass(slots=True)
class ResearchApi:
    """Asks for each query, window by window; the cursor says which, and how far within it."""

    options: ResearchOptions
    queries: tuple[tuple[str, str], ...]
    secrets: tuple[str, str]
    asked: int = 0
    token: str = ""
    token_ends: float = 0.0
    last_asked: float = field(default=0.0)

    @property
    def basis(self) -> str:
        """See ``Source.basis``."""
        return (
            "the operator's approved access to the Research API; its terms restrict keeping and "
            "publishing, so ids and dates alone are stored"
        )

    def page(self, cursor: str | None) -> Page:
        """See ``Source.page``."""
        place = json.loads(cursor) if cursor else {"query": 0, "window": 0}
        text, concept = self.queries[place["query"]]
        answer = self._ask(text, place)
        data = answer.get("data") or {}
        found = tuple(_found(video, text, concept) for video in data.get("videos") or ())
        following = self._following(place, data) if answer.get("data") else self._next(place)
        note = "" if answer.get("data") else f"no answer for {text!r}, window {place['window']}"
        return Page(found, json.dumps(following) if following else None, note)

    def _following(
        self, place: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        if data.get("has_more"):
            more = {"cursor": data["cursor"], "search_id": data["search_id"]}
            return {"query": place["query"], "window": place["window"], **more}
        return self._next(place)

    def _next(self, place: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if place["window"] + 1 < len(self._windows()):
            return {"query": place["query"], "window": place["window"] + 1}
        if place["query"] + 1 < len(self.queries):
            return {"query": place["query"] + 1, "window": 0}
        return None

    def _windows(self) -> list[tuple[date, date]]:
        found, first = [], self.options.first_day
        while first <= self.options.last_day:
            last = min(first + WINDOW - timedelta(days=1), self.options.last_day)
            found.append((first, last))
            first = last + timedelta(days=1)
        return found

    def _ask(self, text: str, place: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an answer; empty where the server fails for this window again and again."""
        first, last = self._windows()[place["window"]]
        condition = {"operation": "EQ", "field_name": "keyword", "field_values": [text]}
        body: dict[str, Any] = {
            "query": {"and": [condition]},
            "start_date": f"{first:%Y%m%d}",
            "end_date": f"{last:%Y%m%d}",
            "max_count": 100,
        }
        body |= {name: place[name] for name in ("cursor", "search_id") if name in place}
        for _ in range(SERVER_TRIES):
            status, answer = self._post(body)
            if status == 401:
                self.token_ends = 0.0
            elif status < 500:
                return answer
        if status == 401:
            raise CollectError("source research-api: the key is refused; check that it is approved")
        return {}

    def _post(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        if self.asked >= self.options.most_requests:
            raise CollectError(
                f"source research-api: {self.asked} questions were asked, the most of a run; "
                "go on tomorrow with the same command"
            )
        self.asked += 1
        time.sleep(max(0.0, self.last_asked + self.options.wait - time.monotonic()))
        self.last_asked = time.monotonic()
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        path = f"/v2/research/video/query/?{urlencode({'fields': FIELDS})}"
        status, answer = _call(self.options.host + path, json.dumps(body).encode(), headers)
        if status == 429:
            raise CollectError("source research-api: the day's quota is used up; go on tomorrow")
        if status not in {200, 401} and status < 500:
            message = (answer.get("error") or {}).get("message", "")
            raise CollectError(f"source research-api: status {status}: {message}")
        return status, answer

    def _token(self) -> str:
        if time.monotonic() >= self.token_ends:
            key, secret = self.secrets
            form = {"client_key": key, "client_secret": secret, "grant_type": "client_credentials"}
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            address = f"{self.options.host}/v2/oauth/token/"
            status, answer = _call(address, urlencode(form).encode(), headers)
            if status != 200 or "access_token" not in answer:
                raise CollectError(f"source research-api: no token: status {status}")
            self.token = answer["access_token"]
            self.token_ends = time.monotonic() + float(answer.get("expires_in", 7200)) - MARGIN
        return self.token


def load(options: Mapping[str, Any], context: SourceContext) -> ResearchApi:
    """Return the source ``research-api``."""
    given = checked(ResearchOptions, options, "source research-api")
    if given.last_day < given.first_day:
        raise ConfigError("source research-api: last_day is before first_day")
    names = (given.key_variable, given.secret_variable)
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise ConfigError(f"source research-api: set the environment variable {missing[0]}")
    if not context.queries:
        raise ConfigError("source research-api: the taxonomy has no queries")
    secrets = (os.environ[given.key_variable], os.environ[given.secret_variable])
    return ResearchApi(given, context.queries, secrets)


def _call(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
    request = Request(url, body, dict(headers))  # noqa: S310 - the host is the operator's option
    try:
        with urlopen(request, timeout=SECONDS) as reply:  # noqa: S310 - see above
            return reply.status, json.loads(reply.read())
    except HTTPError as error:
        with error:
            text = error.read()
        try:
            found = json.loads(text)
        except ValueError:
            found = {}
        return error.code, found if isinstance(found, dict) else {}
    except (URLError, OSError, ValueError) as error:
        raise CollectError(f"source research-api: no answer: {error}") from error


def _found(video: Mapping[str, Any], text: str, concept: str) -> Found:
    name, length = str(video["id"]), milliseconds(video.get("duration"))
    address = f"https://www.tiktok.com/@_/video/{name}"
    return Found("tiktok", name, address, concept, text, duration_ms=length)
