"""The frame that all pages share: one head, one place for what happened, one way to answer.

Gradio is imported here and by the pages, and by nothing else; ``mount`` imports these when a
server starts.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.components.navbar import Navbar

from annotator.pages.nodes import Node
from annotator.pages.parts import header
from annotator.pages.visit import Visit
from annotator.progress import Meter
from annotator.server.application import Services
from annotator.server.bodies import RequestError
from refvps.errors import DataError, RefvpsError
from refvps.pages import Visitor

log = logging.getLogger(__name__)

Shown = Mapping[Any, Any]
"""What a handler changes: components, and what they show then.

Beside them "said", a line for the head of the page.
"""


class Shell:
    """Makes pages, and opens visits for their handlers.

    Args:
        services: what the server works with.
        root: below which path browsers see the server, "" or "/annotate".
        version: of the scripts, so that browsers keep them and still notice new ones.
    """

    def __init__(self, services: Services, root: str, version: str) -> None:
        self.services, self.root, self.version = services, root, version
        self.meter = Meter(services.project)
        self.roles: dict[str, frozenset[str]] = {}
        self.blocks = gr.Blocks(
            title=f"{services.project.name} · refvps", analytics_enabled=False, fill_width=True
        )

    @contextmanager
    def page(self, path: str, title: str, roles: frozenset[str]) -> Iterator["Page"]:
        """Open a page: its components are made inside, its path is below the mount."""
        self.roles[path] = roles
        with self.blocks if not path else self.blocks.route(title, path):
            Navbar(visible=False)
            yield Page(self, path, roles)

    def view(self, name: str) -> gr.HTML:
        """Return a place on the page that is being made, which shows a node.

        Its template has no placeholder, so Gradio makes no HTML of what it shows; what is clicked
        in it comes back as the event ``act``.
        """
        return gr.HTML(
            html_template='<div class="view"></div>',
            js_on_load=(
                f"import('{self.root}/pages/view.js?v={self.version}').then((view) => "
                "view.mount(element, props, watch, (data) => trigger('act', data)));"
            ),
            elem_id=name,
            apply_default_css=False,
        )

    def module(self, name: str, *, script: str, place: str, told: str) -> gr.HTML:
        """Return a place in which a script of ours builds what Gradio never touches.

        Args:
            name: id of the place.
            script: of the pages' own; its ``open`` is given the place, the root, what the place
                is given as its value, and what to call when it has something to tell.
            place: classes of the element that it builds in.
            told: the event that comes back then.
        """
        found = f".{place.replace(' ', '.')}"
        return gr.HTML(
            html_template=f'<div class="{place}"></div>',
            js_on_load=(
                f"import('{self.root}/pages/{script}?v={self.version}').then((page) => "
                f"page.open(element.querySelector('{found}'), '{self.root}', "
                f"props, watch, () => trigger('{told}')));"
            ),
            elem_id=name,
            apply_default_css=False,
        )

    def visit(self, request: gr.Request) -> Visit:
        """Return the visit of a request, with the roles that the person has now."""
        name = str(request.username or "")
        users = self.services.project.users
        if name not in users.names:
            raise RequestError(401, "log in first")
        return Visit(
            self.services,
            self.meter,
            Visitor(name, users.roles(name)),
            {str(key): str(value) for key, value in dict(request.query_params).items()},
            self.root,
        )


class Page:
    """One page: its head, and its handlers, each of which looks at who asks.

    Args:
        shell: what all pages share.
        path: of the page.
        roles: who may open it.
    """

    def __init__(self, shell: Shell, path: str, roles: frozenset[str]) -> None:
        self._shell, self._path, self._roles = shell, path, roles
        self.top = shell.view("top")

    def load(self, show: Callable[[Visit], Shown], *outputs: Component) -> None:
        """Show something when the page opens."""

        def handler(request: gr.Request) -> dict[Any, Any]:
            return self._answer(request, show)

        self._shell.blocks.load(handler, None, [self.top, *outputs], **_QUIET)

    def act(
        self,
        view: gr.HTML,
        do: Callable[..., Shown],
        *outputs: Component,
        inputs: Sequence[Component] = (),
    ) -> None:
        """Do something when an element of a view was clicked, which says what in ``data``.

        The page asks one thing at a time and knows by the number in the answer that it may go on.
        """

        def handler(
            event: gr.EventData,
            request: gr.Request,
            *values: Any,  # noqa: ANN401
        ) -> dict[Any, Any]:
            found = event._data  # noqa: SLF001 - there is no other way to all of it
            data = dict(found) if isinstance(found, dict) else {}
            asked = data.pop("asked", None)
            answer = self._answer(request, lambda visit: do(visit, data, *values))
            name, given, *children = answer[self.top]
            return {**answer, self.top: [name, {**given, "answers": asked}, *children]}

        view.act(handler, list(inputs), [self.top, *outputs], **_QUIET)

    def form(
        self,
        listen: Callable[..., Any],
        do: Callable[..., Shown],
        inputs: Sequence[Component],
        *outputs: Component,
    ) -> None:
        """Do something with what was typed, when an event comes.

        Args:
            listen: the event of a component.
            do: is given the visit and the values.
            inputs: whose values.
            outputs: what may change, beside the head.
        """

        def handler(request: gr.Request, *values: Any) -> dict[Any, Any]:  # noqa: ANN401
            return self._answer(request, lambda visit: do(visit, *values))

        listen(handler, list(inputs), [self.top, *outputs], **_QUIET)

    def _answer(self, request: gr.Request, do: Callable[[Visit], Shown]) -> dict[Any, Any]:
        """Return what is shown: the head with what happened, and the rest if nothing went wrong."""
        try:
            visit = self._shell.visit(request)
        except RequestError as error:
            return {self.top: header(None, self._path, error=error.message)}
        try:
            visit.require(self._roles)
            found = dict(do(visit))
        except RefvpsError as error:
            if isinstance(error, DataError):
                log.warning("%s", error.message)
            return {self.top: header(visit, self._path, error=told(error))}
        said = found.pop("said", None)
        return {self.top: header(visit, self._path, said=said), **found}


_QUIET: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "concurrency_limit": 8,
    "concurrency_id": "pages",
}


def told(error: RefvpsError) -> str:
    """Return what a person is told: no paths of the server."""
    if isinstance(error, DataError):
        return "The server cannot read or write its files; tell whoever runs it."
    return error.message[:1].upper() + error.message[1:]


def nothing(text: str) -> Node:
    """Return what stands where there is nothing to show."""
    return ["p.nothing", {}, text]
