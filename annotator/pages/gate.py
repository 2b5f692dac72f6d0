"""What stands between a browser and Gradio: fewer addresses, roles, and a policy for scripts.

Gradio serves far more than these pages use (uploads, files, proxies). Only what is listed is let
through. Its first page has scripts of its own in it; they are named by their digests, so that a
script that slipped in by another way does not run.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from annotator.server.guard import route_path
from refvps.pages import Visitor

MOST_BYTES = 64 * 1024
"""Of a request: all that a page sends is what somebody typed."""

_OPEN = re.compile(
    r"/(?:config|theme\.css|manifest\.json|favicon\.ico|(?:assets|static|svelte)/[\w./-]+"
    r"|gradio_api/(?:info|app_id|startup-events|reset|cancel|queue/(?:join|data|status)"
    r"|heartbeat/\w+))?"
)
_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_META = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*?/>\s*', re.DOTALL)
_KEPT = b"private, max-age=31536000, immutable"


class Gate:
    """ASGI middleware before Gradio.

    Args:
        app: Gradio.
        roles: who may open each page, by its path; empty for everyone.
        head: put first into the head of a page.
        refusal: makes the page that is shown to others.
    """

    def __init__(
        self,
        app: ASGIApp,
        roles: Mapping[str, frozenset[str]],
        head: str,
        refusal: Callable[[], str],
    ) -> None:
        self._app, self._roles, self._head, self._refusal = app, roles, head, refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or answer 403, 404 or 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = route_path(scope)
        page = path.strip("/")
        refused = self._refused(scope, path, page)
        if refused is not None:
            await refused(scope, receive, send)
        elif page in self._roles:
            await self._app(scope, receive, self._dressed(send))
        else:
            await self._app(scope, receive, _keeping(send) if "/assets/" in path else send)

    def _refused(self, scope: Scope, path: str, page: str) -> Response | None:
        wanted = self._roles.get(page)
        if wanted is None and _OPEN.fullmatch(path) is None:
            return JSONResponse({"error": "no such address"}, 404)
        visitor = scope["state"]["visitor"]
        if wanted and not (isinstance(visitor, Visitor) and wanted & visitor.roles):
            return HTMLResponse(self._refusal(), 403)
        if scope["method"] == "POST" and _length(scope) > MOST_BYTES:
            return JSONResponse({"error": "that is too long"}, 413)
        return None

    def _dressed(self, send: Send) -> Send:
        """Hold an answer back until it is whole; send it with the head and the policy."""
        start: Message = {}
        parts: list[bytes] = []

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body, policy = dressed(b"".join(parts).decode(), self._head)
            headers = [(n, v) for n, v in start["headers"] if n != b"content-length"]
            headers += [
                (b"content-length", str(len(body)).encode()),
                (b"content-security-policy", policy.encode()),
            ]
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": body})

        return sending


def dressed(page: str, head: str) -> tuple[bytes, str]:
    """Return a page with a head of ours and without what names other sites, and its policy."""
    page = _META.sub("", page).replace("<head>", f"<head>\n\t\t{head}", 1)
    digests = [hashlib.sha256(text.encode()).digest() for text in _SCRIPT.findall(page)]
    named = " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in digests)
    # Gradio makes functions of the templates that its server sends: 'unsafe-eval'.
    policy = (
        f"default-src 'self'; script-src 'self' 'unsafe-eval' {named}; img-src 'self' blob: data:; "
        "style-src 'self' 'unsafe-inline'; font-src 'self' data:; object-src 'none'; "
        "base-uri 'self'; frame-ancestors 'self'; form-action 'self'"
    )
    return page.encode(), policy


def _keeping(send: Send) -> Send:
    """Let a browser keep files whose names change with what is in them."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            headers = [(n, v) for n, v in message["headers"] if n != b"cache-control"]
            message = {**message, "headers": [*headers, (b"cache-control", _KEPT)]}
        await send(message)

    return sending


def _length(scope: Scope) -> int:
    """Return how long a request says it is; one that does not say is too long."""
    given = dict(scope["headers"]).get(b"content-length", b"")
    return int(given) if given.isdigit() else MOST_BYTES + 1
