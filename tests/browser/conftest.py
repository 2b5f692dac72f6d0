"""A project and a server for the tests of the editor, made once a session."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from support.annotator_server import Server
from support.editor_page import EditorPage, editing, signed_in
from support.editor_project import editor_project

PEOPLE = 60


@pytest.fixture(scope="session")
def editor_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a job on every clip for every test."""
    root = tmp_path_factory.mktemp("editor") / "p"
    editor_project(root, PEOPLE)
    return root


@pytest.fixture(scope="session")
def editor_server(editor_root: Path) -> Iterator[Server]:
    """A server with the deterministic segmenter, in a process of its own."""
    with Server(editor_root, step=0.02) as server:
        yield server


@pytest.fixture(scope="session")
def _people() -> Iterator[str]:
    return (f"p{number}" for number in itertools.count())


@pytest.fixture
def person(_people: Iterator[str]) -> str:
    """Somebody who has done nothing yet."""
    return next(_people)


@pytest.fixture
def context(
    browser: Browser, editor_root: Path, editor_server: Server, person: str
) -> Iterator[BrowserContext]:
    """A browser in which they are logged in."""
    found = signed_in(browser, editor_root, editor_server.url, person)
    yield found
    found.close()


@pytest.fixture
def edit(
    browser: Browser, editor_root: Path, editor_server: Server, person: str
) -> Callable[..., AbstractContextManager[EditorPage]]:
    """Opens the job of a new person on a clip, by default on "disc"."""

    def opened(clip: str = "disc", **how):
        return editing(browser, editor_root, editor_server.url, f"{clip}-mask-{person}", **how)

    return opened
