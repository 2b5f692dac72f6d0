"""Puts the pages on the server: Gradio below ``/ui``, behind the same door as everything else."""

import logging
import os
import warnings
from functools import partial
from html import escape
from typing import TYPE_CHECKING

from starlette.middleware import Middleware

from refvps.errors import MissingExtraError
from refvps.pages import PageHost, PageLink, Visitor

if TYPE_CHECKING:
    from fastapi import Request

PATH = "ui"
_REFUSAL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Not for you</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="{root}/login.css"></head>
<body><main><h1>This page is not for your role</h1>
<p>If it should be, ask an administrator of the project.</p>
<p><a href="{root}/ui/">Your jobs</a></p></main></body></html>
"""


def mount_pages(host: PageHost) -> PageLink:
    """Add the pages to the server's application and return the link to the first one.

    Raises:
        MissingExtraError: Gradio is not installed.
    """
    # Read when Gradio is imported: with these it asks nothing of other machines.
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        import gradio as gr

        from annotator.pages import documents, pictures
        from annotator.pages.all_pages import build_pages
        from annotator.pages.gate import Gate
        from annotator.pages.shell import Shell
        from annotator.pages.theme import page_theme
    except ImportError as error:
        raise MissingExtraError("the pages of the annotator", "annotate") from error
    root = str(host.app.root_path)
    host.app.include_router(pictures.router)
    host.app.include_router(documents.router)
    version = documents.assets_version()
    shell = Shell(host.app.state.services, root, version)
    build_pages(shell)
    head = (
        '<link rel="icon" href="data:,">'
        f'<script src="{escape(root)}/pages/shell.js?v={version}"></script>'
        f'<link rel="stylesheet" href="{escape(root)}/pages/pages.css?v={version}">'
    )
    refusal = partial(_REFUSAL.format, root=escape(root))
    gate = Middleware(Gate, roles=shell.roles, head=head, refusal=refusal)
    shell.blocks.queue(default_concurrency_limit=8, max_size=256)
    with warnings.catch_warnings():
        # It says that several pages are not rendered on the server, which nobody asks for.
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        gr.mount_gradio_app(
            host.app,
            shell.blocks,
            f"/{PATH}",
            app_kwargs={"middleware": [gate], "docs_url": None, "redoc_url": None},
            auth_dependency=_name,
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            show_error=False,
            max_file_size=1,
            enable_monitoring=False,
            pwa=False,
            mcp_server=False,
            theme=page_theme(),
        )
    return PageLink("Pages", f"{PATH}/", home=True)


def _name(request: "Request") -> str | None:
    """Return who makes a request, as the door found out."""
    visitor = request.scope.get("state", {}).get("visitor")
    return visitor.name if isinstance(visitor, Visitor) else None
