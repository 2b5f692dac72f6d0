"""The door: every request is known, or turned away before any route sees it."""

import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from annotator.server.login_page import login_page
from refvps.pages import Visitor

COOKIE = "refvps"
WRITE_HEADER = b"x-refvps"
"""A header that no other site's form can send; every write has it."""

OPEN = frozenset({"/login", "/healthz", "/login.css"})
"""What is served without a cookie; nothing else is."""

POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
)


class Guard:
    """ASGI middleware that asks who it is, before routing, for whatever is mounted below.

    Args:
        app: what it guards.
        visitor: returns whose a cookie is, or None.
    """

    def __init__(self, app: ASGIApp, visitor: Callable[[str], Visitor | None]) -> None:
        self._app, self._visitor = app, visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or answer 401, 403 or 400."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # there are no web sockets here; one that asks is not answered
        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, with_headers(send))
            return
        await self._app(scope, receive, with_headers(send))

    def _refused(self, scope: Scope) -> Response | None:
        headers = dict(scope["headers"])
        path = route_path(scope)
        if _hostile(scope.get("raw_path") or path.encode()):
            return JSONResponse({"error": "no such address"}, 400)
        if _foreign(headers):
            return JSONResponse({"error": "the request comes from another site"}, 403)
        return None if path in OPEN else self._unknown(scope, headers)

    def _unknown(self, scope: Scope, headers: dict[bytes, bytes]) -> Response | None:
        visitor = self._visitor(_cookie(headers))
        if visitor is None:
            if b"text/html" in headers.get(b"accept", b""):
                return HTMLResponse(login_page(scope.get("root_path", "")), 401)
            return JSONResponse({"error": "log in first"}, 401)
        if scope["method"] not in ("GET", "HEAD") and WRITE_HEADER not in headers:
            return JSONResponse({"error": "a write needs the header X-Refvps"}, 403)
        scope.setdefault("state", {})["visitor"] = visitor
        return None


class LoginLimit:
    """Counts failed logins of an address and of a name; after ten, both wait.

    Args:
        clock: seconds, never going back.
    """

    MOST = 10
    WINDOW = 300.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: dict[str, list[float]] = {}

    def blocked(self, *keys: str) -> bool:
        """Return whether any of these has failed too often lately."""
        since = self._clock() - self.WINDOW
        for key in keys:
            kept = [at for at in self._failed.get(key, ()) if at > since]
            if kept:
                self._failed[key] = kept
            else:
                self._failed.pop(key, None)
            if len(kept) >= self.MOST:
                return True
        return False

    def failed(self, *keys: str) -> None:
        """Count a failure."""
        if len(self._failed) > 10_000:
            self._failed.clear()
        for key in keys:
            self._failed.setdefault(key, []).append(self._clock())


def route_path(scope: Scope) -> str:
    """Return the path below the application's root path."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def with_headers(send: Send) -> Send:
    """Add the headers that keep a page from being framed, sniffed or scripted by others."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            headers += [
                (b"x-content-type-options", b"nosniff"),
                (b"referrer-policy", b"same-origin"),
            ]
            if not any(name == b"content-security-policy" for name, _ in headers):
                headers.append((b"content-security-policy", POLICY.encode()))
            if not any(name == b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await send(message)

    return sending


def _cookie(headers: dict[bytes, bytes]) -> str:
    try:
        jar = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    return jar[COOKIE].value if COOKIE in jar else ""


def _foreign(headers: dict[bytes, bytes]) -> bool:
    """Return whether a browser says that another site's page made the request."""
    origin = headers.get(b"origin")
    if origin is None:
        return headers.get(b"sec-fetch-site") in (b"cross-site", b"same-site")
    named = urlsplit(origin.decode("latin-1")).netloc
    return named.encode("latin-1") != headers.get(b"host", b"")


def _hostile(raw: bytes) -> bool:
    lowered = raw.lower()
    return any(part in lowered for part in (b"..", b"%2e%2e", b"%00", b"\\", b"%5c", b"%2f"))
