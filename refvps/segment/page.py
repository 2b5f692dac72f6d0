"""The page of ``refvps segment --web``: upload a video, type sentences, watch the result appear."""

import logging
import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from refvps import plugins
from refvps.errors import ConfigError, MissingExtraError
from refvps.method_choice import MethodChoice
from refvps.options import split_options
from refvps.segment.examples import Example, examples
from refvps.segment.page_look import CSS, HEAD, INTRODUCTION
from refvps.segment.page_run import Outcome, Runner
from refvps.settings import read_settings
from refvps.video.writer import require_video

if TYPE_CHECKING:
    import gradio as gr

log = logging.getLogger(__name__)

FIRST = "motion"
"""The method chosen at first: it needs no weights."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LARGEST = "8gb"


def serve(host: str, port: int, *, method: str | None, options: Sequence[str]) -> None:
    """Serve the page until the user interrupts.

    Nothing is asked of any other machine: not by the server, and not by the page.

    Raises:
        ConfigError: the port is taken, or no such method.
        MissingExtraError: gradio, PyAV or matplotlib is not installed.
    """
    require_video()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # It reports the server's requests to itself.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    chosen = _require_method(method, options)
    if host not in LOOPBACK:
        log.warning("anyone who can reach %s can use this page, and with it this machine", host)
    port = _free_port(host, port)
    with _gradio_alone() as folder:
        log.info("rendering the examples, the first time for some seconds …")
        shown = tuple(examples(read_settings().cache_folder))
        runner = Runner(folder)
        page = build(runner, shown, method=chosen, options=options)
        page.queue(default_concurrency_limit=1)
        try:
            page.launch(
                server_name=host,
                server_port=port,
                prevent_thread_lock=True,
                quiet=True,
                share=False,
                ssr_mode=False,
                run_history=False,
                footer_links=[],
                css=CSS,
                head=HEAD,
                theme=_theme(),
                max_file_size=LARGEST,
                allowed_paths=[str(example.video.parent) for example in shown[:1]],
            )
            click.echo(f"http://{host}:{port}/")
            threading.Event().wait()
        except KeyboardInterrupt:
            log.info("the page is closed")
        finally:
            runner.stop_all()
            page.close(verbose=False)


def build(
    runner: Runner, shown: Sequence[Example], *, method: str, options: Sequence[str]
) -> "gr.Blocks":
    """Return the page, ready to be launched."""
    import gradio as gr

    page: gr.Blocks
    with gr.Blocks(title="refvps segment", fill_width=True, analytics_enabled=False) as page:
        gr.HTML(INTRODUCTION)
        with gr.Row(equal_height=False):
            with gr.Column(scale=2, min_width=340):
                asked = _asked(method, options)
                with gr.Row():
                    start = gr.Button("Segment", variant="primary", elem_id="start", scale=3)
                    stop = gr.Button("Stop", variant="stop", elem_id="stop", scale=1)
                gr.Examples(
                    [[str(each.video), "\n".join(each.sentences)] for each in shown],
                    inputs=asked[:2],
                    label="Examples from the demo release",
                    elem_id="examples",
                )
            with gr.Column(scale=3, min_width=340):
                answers = _answers()

        def run(request: gr.Request, *typed: str) -> Iterator[list[Any]]:
            for outcome in runner.run(request.session_hash or "", *typed):
                yield _shown(outcome)

        def halt(request: gr.Request) -> None:
            runner.stop(request.session_hash or "")

        start.click(run, asked, answers, show_progress="hidden", concurrency_id="segment")
        stop.click(halt, None, None, queue=False)
        page.unload(halt)
    return page


def _asked(method: str, options: Sequence[str]) -> "list[gr.components.Component]":
    import gradio as gr

    video = gr.Video(label="Video", sources=["upload"], elem_id="video", height=300)
    sentences = gr.Textbox(
        label="What to segment, one sentence a line",
        placeholder="the smoke that rises from the left chimney",
        lines=3,
        max_lines=6,
        elem_id="sentences",
    )
    name = gr.Dropdown(
        list(plugins.names(plugins.METHODS)), value=method, label="Method", elem_id="method"
    )
    with gr.Accordion("More", open=bool(options), elem_id="more"):
        given = gr.Textbox(
            label="Options of the method, KEY=VALUE, one a line",
            value="\n".join(options),
            lines=2,
            elem_id="options",
        )
        with gr.Row():
            first = gr.Textbox(
                label="Start", placeholder="0 or 1:02.5", elem_id="from", min_width=80
            )
            last = gr.Textbox(label="End", placeholder="end", elem_id="until", min_width=80)
            rate = gr.Textbox(
                label="Frames a second", placeholder="as it is", elem_id="rate", min_width=80
            )
    return [video, sentences, name, given, first, last, rate]


def _answers() -> "list[gr.components.Component]":
    import gradio as gr

    status = gr.HTML(elem_id="status")
    overlay = gr.Video(
        label="Overlay", interactive=False, autoplay=True, loop=True, elem_id="overlay", buttons=[]
    )
    plot = gr.Image(
        label="Area over time",
        show_label=False,
        interactive=False,
        elem_id="area",
        buttons=[],
        format="png",
        visible=False,
    )
    sheet = gr.Image(
        label="Contact sheet",
        show_label=False,
        interactive=False,
        elem_id="sheet",
        buttons=[],
        format="png",
        visible=False,
    )
    everything = gr.DownloadButton(
        "Download everything (.zip)", visible=False, elem_id="everything"
    )
    return [status, overlay, plot, sheet, everything]


def _shown(outcome: Outcome) -> list[Any]:
    import gradio as gr

    if outcome.archive is not None:
        shown = [gr.update(value=str(path), visible=True) for path in outcome.pictures]
        return [outcome.status, *shown, gr.update(value=str(outcome.archive), visible=True)]
    if not outcome.first:
        return [outcome.status, *[gr.skip()] * 4]
    hidden = gr.update(value=None, visible=False)
    return [outcome.status, gr.update(value=None), hidden, hidden, gr.update(visible=False)]


def _require_method(method: str | None, options: Sequence[str]) -> str:
    """Return the method to start with, after checking that it can be loaded if it was named."""
    if method is None:
        names = plugins.names(plugins.METHODS)
        return FIRST if FIRST in names else names[0]
    MethodChoice(method, split_options(options)).load()
    return method


def _free_port(host: str, port: int) -> int:
    """Return the port, or any free one for 0.

    Raises:
        ConfigError: it cannot be had.
    """
    try:
        with socket.create_server((host, port)) as server:
            return int(server.getsockname()[1])
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}:{port} ({error.strerror or error}); choose another --port"
        ) from error


@contextmanager
def _gradio_alone() -> Iterator[Path]:
    """Import gradio so that it asks nothing of other machines, and keeps its files in one folder.

    Yields:
        That folder, which is removed when the page is closed.

    Raises:
        MissingExtraError: gradio is not installed.
    """
    folder = Path(tempfile.mkdtemp(prefix="refvps-segment-"))
    # Read at import: with these it looks nothing up, neither its own home nor a model hub.
    os.environ.update(
        GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1", GRADIO_TEMP_DIR=str(folder / "cache")
    )
    try:
        import gradio  # noqa: F401 - only whether it is there

        yield folder
    except ImportError as error:
        raise MissingExtraError("the page", "web") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _theme() -> Any:  # noqa: ANN401 - a theme of gradio
    import gradio as gr

    plain = ("system-ui", "sans-serif")
    return gr.themes.Base(
        primary_hue=gr.themes.colors.pink,
        neutral_hue=gr.themes.colors.gray,
        font=plain,
        font_mono=("ui-monospace", "monospace"),
        radius_size=gr.themes.sizes.radius_sm,
    )
