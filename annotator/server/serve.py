"""Serves a project until it is interrupted. Nothing is asked of any other machine."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.project import Project
from annotator.segmenters.protocol import Segmenter
from refvps import plugins
from refvps.errors import ConfigError, MissingExtraError
from refvps.pages import PageFactory, PageHost, PageLink

if TYPE_CHECKING:
    import uvicorn

log = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CLOSING_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens and how it is reached.

    Attributes:
        host: an address of this machine; by default itself alone.
        port: 0 for any that is free.
        certificate: TLS certificate chain, PEM; None serves plain HTTP.
        key: its private key, PEM.
        root_path: where a reverse proxy shows the application, such as "/annotate".
        behind_tls: whether a reverse proxy before it speaks https.
    """

    host: str = "127.0.0.1"
    port: int = 7870
    certificate: Path | None = None
    key: Path | None = None
    root_path: str = ""
    behind_tls: bool = False

    def __post_init__(self) -> None:
        """Check what depends on each other."""
        if (self.certificate is None) != (self.key is None):
            raise ConfigError("--tls-certificate and --tls-key belong together; give both")
        for path in (self.certificate, self.key):
            if path is not None and not path.is_file():
                raise ConfigError(f"{path}: file is missing; expected PEM for TLS")
        if self.root_path and not (
            self.root_path.startswith("/") and not self.root_path.endswith("/")
        ):
            raise ConfigError(
                f"--root-path starts with / and does not end so; got {self.root_path}"
            )

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https."""
        return self.certificate is not None or self.behind_tls


def serve(
    project: Project,
    segmenter: Segmenter,
    address: Address,
    own_pages: Sequence[PageFactory] = (),
    settings: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Serve until the user interrupts.

    Args:
        project: what is served; nobody else may write to it meanwhile.
        segmenter: answers clicks.
        address: where it listens.
        own_pages: pages shown beside those of installed packages.
        settings: of pages that are plug-ins, by name.

    Raises:
        ConfigError: the port is taken, the TLS files are no certificate and its key, or a page
            that is not installed has settings.
        DataError: another server has the project open.
        MissingExtraError: FastAPI or uvicorn is not installed.
    """
    try:
        import uvicorn

        from annotator.server.application import Serving, build
    except ImportError as error:
        raise MissingExtraError("the annotator", "annotate") from error
    _require_certificate(address)
    with project.alone():
        serving = Serving(address.root_path, address.secure)
        pages = [*own_pages, *_pages(settings or {})]
        app = build(project, segmenter, serving, pages)
        _warn_if_open(address)
        with _listening(address) as listener:
            port = listener.getsockname()[1]
            scheme = "https" if address.certificate else "http"
            click.echo(f"{scheme}://{address.host}:{port}{address.root_path}/")
            config = uvicorn.Config(
                app,
                ssl_certfile=address.certificate,
                ssl_keyfile=address.key,
                log_level="warning",
                access_log=False,
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=CLOSING_SECONDS,
                h11_max_incomplete_event_size=32 * 1024,
                # A proxy's word on who asks is taken from this machine alone.
                forwarded_allow_ips="127.0.0.1",
            )
            server = uvicorn.Server(config)
            told, stopping = logging.getLogger("uvicorn.error"), _Stopping(server)
            told.addFilter(stopping)
            try:
                server.run(sockets=[listener])
            finally:  # an interrupt passes through here, too
                told.removeFilter(stopping)
                log.info("the server has stopped; everything acknowledged is on the disk")


class _Stopping(logging.Filter):
    """Leaves out what is only said because somebody stopped the server: work that was cut off."""

    def __init__(self, server: "uvicorn.Server") -> None:
        super().__init__()
        self._server = server

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is to be shown."""
        cut_off = record.exc_info is not None and record.exc_info[0] is asyncio.CancelledError
        return not (self._server.force_exit or (self._server.should_exit and cut_off))


def _pages(settings: Mapping[str, Mapping[str, str]]) -> list[PageFactory]:
    known = plugins.names(plugins.PAGES)
    for name in settings:
        if name not in known:
            raise ConfigError(f"no page is called {name!r}; installed: {', '.join(known)}")
    return [_told(plugins.load(plugins.PAGES, name), settings.get(name, {})) for name in known]


def _told(factory: PageFactory, settings: Mapping[str, str]) -> PageFactory:
    """Return a page's factory that is handed its settings."""

    def made(host: PageHost) -> PageLink | None:
        return factory(replace(host, settings=settings))

    return made


def _require_certificate(address: Address) -> None:
    """Raise ``ConfigError`` unless the certificate and the key can be read and belong together."""
    if address.certificate is None or address.key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(address.certificate, address.key)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{address.certificate}, {address.key}: cannot be used for https ({error}); expected "
            "a certificate chain and its private key, both PEM"
        ) from error


def _listening(address: Address) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        return socket.create_server((address.host, address.port), family=family, backlog=128)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {address.host}:{address.port} ({error.strerror or error}); "
            "choose another --port"
        ) from error


def _warn_if_open(address: Address) -> None:
    if address.host not in LOOPBACK and not address.secure:
        log.warning(
            "passwords and frames travel unencrypted to whoever reaches %s; "
            "use --tls-certificate and --tls-key, or a reverse proxy with https",
            address.host,
        )
