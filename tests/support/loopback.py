"""Servers on 127.0.0.1: a plain one whose answers are told, and a proxy that answers for TikTok.

No request leaves the machine: the proxy ends every TLS connection itself, with a certificate
made for the test.
"""

import json
import re
import socket
import ssl
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    kind: str = "video/mp4"
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    """Close the connection after so many bytes of the body."""


@dataclass
class Request:
    method: str
    host: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    count: int
    """How often this path was asked, this time included."""


Answering = Callable[[Request], Reply]


class LoopbackServer:
    def __init__(self, answer: Answering, context: ssl.SSLContext | None = None) -> None:
        self.answer, self.requests, self.counts = answer, [], Counter()
        self.context = context
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            host = ""

            def do_CONNECT(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.close_connection = False  # some clients ask in HTTP/1.0
                self.host = self.path.split(":")[0]
                self.connection = owner.context.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb")
                self.wfile = self.connection.makefile("wb", buffering=0)

            def do_GET(self) -> None:
                owner.reply(self)

            def do_POST(self) -> None:
                owner.reply(self)

            def do_HEAD(self) -> None:
                owner.reply(self)

            def finish(self) -> None:
                super().finish()
                self.connection.close()  # the TLS one, where there is one

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_: object) -> None:
                """A client that is killed resets its connections."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        size = int(handler.headers.get("Content-Length") or 0)
        key = (handler.command, handler.host, parts.path)
        self.counts[key] += 1
        request = Request(
            handler.command,
            handler.host,
            parts.path,
            parse_qs(parts.query),
            {name.title(): value for name, value in handler.headers.items()},
            handler.rfile.read(size),
            self.counts[key],
        )
        self.requests.append(request)
        self.send(handler, request, self.answer(request))

    def send(self, handler: BaseHTTPRequestHandler, request: Request, reply: Reply) -> None:
        body, status, extra = reply.body, reply.status, dict(reply.headers)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
        if wanted and status == 200:
            first = int(wanted[1])
            last = min(int(wanted[2] or len(body) - 1), len(body) - 1)
            extra["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
            body, status = body[first : last + 1], 206
        handler.send_response(status)
        extra = {"Content-Type": reply.kind, "Accept-Ranges": "bytes", **extra}
        for name, value in {**extra, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if request.method == "HEAD":
            return
        if reply.cut_after is not None and reply.cut_after < len(body):
            handler.wfile.write(body[: reply.cut_after])
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        handler.wfile.write(body)


@contextmanager
def serving(answer: Answering, context: ssl.SSLContext | None = None) -> Iterator[LoopbackServer]:
    loopback = LoopbackServer(answer, context)
    thread = threading.Thread(target=loopback.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        loopback.server.shutdown()
        loopback.server.server_close()
        thread.join()


def throw_away_certificate(folder: Path) -> ssl.SSLContext:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=loopback"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", *kind, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["http/1.1"])
    return context


def page_of(scope: dict) -> Reply:
    data = json.dumps({"__DEFAULT_SCOPE__": scope})
    html = (
        "<html><head></head><body>"
        f'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{data}</script>'
        "</body></html>"
    )
    return Reply(body=html.encode(), kind="text/html; charset=utf-8")


def video_page(item: dict | None, status: int = 0) -> Reply:
    detail = {"statusCode": status, "itemInfo": {"itemStruct": item}} if item else {}
    return page_of({"webapp.video-detail": {"statusCode": status, **detail}})


def tiktok_item(video_id: str, tiers: dict[str, tuple[str, int]], **more: object) -> dict:
    """A post as its page holds it; ``tiers`` maps a URL key to the media path and bytes."""
    return {
        "id": video_id,
        "desc": f"a video called {video_id}",
        "createTime": "1760000000",
        "author": {"uniqueId": "somebody", "id": "77", "secUid": "SEC", "nickname": "Some Body"},
        "video": {
            "duration": 7,
            "width": 1080,
            "height": 1920,
            "bitrateInfo": [
                {
                    "PlayAddr": {
                        "UrlKey": key,
                        "DataSize": str(size),
                        "UrlList": [f"https://v16-webapp.tiktok.com{path}"],
                    }
                }
                for key, (path, size) in tiers.items()
            ],
            "playAddr": "https://v16-webapp.tiktok.com/play.mp4",
            "downloadAddr": "https://v16-webapp.tiktok.com/watermarked.mp4",
        },
        "music": {},
        "stats": {},
        **more,
    }
