"""A real headless browser for tests of pages, started once a session."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from support.annotator_server import Server
from support.editor_page import EditorPage, editing
from support.editor_project import editor_project

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; playwright's own is never downloaded. Without one, tests fail."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.fail("no Chromium is installed; `bash tests/setup` installs it")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield started
        started.close()


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
def edit(
    browser: Browser, editor_root: Path, editor_server: Server, person: str
) -> Callable[..., AbstractContextManager[EditorPage]]:
    """Opens the job of a new person on a clip, by default on "disc"."""

    def opened(clip: str = "disc", **how):
        return editing(browser, editor_root, editor_server.url, f"{clip}-mask-{person}", **how)

    return opened
