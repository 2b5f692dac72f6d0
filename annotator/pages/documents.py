"""The annotation protocol as a page, and the scripts and styles of the pages."""

import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from annotator.protocol import NAME, PICTURES, VERSION, protocol_folder
from annotator.server.bodies import RequestError
from refvps.mask_png import read_file

router = APIRouter()

ASSETS = Path(__file__).parent / "assets"
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_PICTURE = re.compile(r"[a-z0-9-]+\.(?:jpg|png)")
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Annotation protocol {version}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"><link rel="stylesheet" href="{root}/pages/protocol.css"></head>
<body><main>{text}</main></body></html>
"""


@cache
def assets() -> dict[str, bytes]:
    """Return the files that pages load, by name."""
    return {path.name: path.read_bytes() for path in ASSETS.iterdir() if path.suffix in _TYPES}


@cache
def assets_version() -> str:
    """Return what changes with any of these files."""
    content = b"".join(name.encode() + text for name, text in sorted(assets().items()))
    return hashlib.sha256(content).hexdigest()[:12]


@router.get("/pages/{name}")
def asset(name: str, v: str = "") -> Response:
    """Return a script or a style sheet."""
    if name not in assets():
        raise RequestError(404, "there is no such file")
    fixed = v == assets_version()
    kept = "private, max-age=31536000, immutable" if fixed else "private, no-cache"
    kind = _TYPES[Path(name).suffix]
    return Response(assets()[name], media_type=kind, headers={"cache-control": kept})


@router.get("/protocol")
def protocol(request: Request) -> HTMLResponse:
    """Return the annotation protocol."""
    root = request.scope.get("root_path", "")
    text = rendered(read_file(protocol_folder() / NAME).decode(), f"{root}/protocol/")
    return HTMLResponse(_PAGE.format(version=VERSION, root=escape(root), text=text))


@router.get("/protocol/{name}")
def picture(name: str) -> Response:
    """Return a picture of the protocol."""
    path = protocol_folder() / PICTURES / name
    if _PICTURE.fullmatch(name) is None or not path.is_file():
        raise RequestError(404, "there is no such picture")
    kind = "image/jpeg" if path.suffix == ".jpg" else "image/png"
    return Response(read_file(path), media_type=kind, headers={"cache-control": "private"})


def rendered(text: str, pictures: str) -> str:
    """Return Markdown as HTML; HTML in it is shown as text, and its pictures are ours."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    found: str = reader.render(text.replace(f"]({PICTURES}/", f"]({pictures}"))
    return found
