"""Set-up of every test."""

import logging
import shutil
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import cv2
import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
HEADLESS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# A job that a script puts into the background ignores interrupts, and what it starts inherits that;
# the tests send many.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    cv2.setNumThreads(1)


@pytest.fixture(autouse=True)
def _no_stray_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep the user's own settings and cache out of the tests."""
    monkeypatch.delenv("REFVPS_CONFIG", raising=False)


@pytest.fixture(autouse=True)
def _no_logged_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs an error: expected failures are exceptions."""
    yield
    logged = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not logged, logged


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The system's Chromium; playwright's own is never downloaded. Without one, tests fail."""
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if executable is None:
        pytest.fail("no Chromium is installed; `bash tests/setup` installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=list(HEADLESS))
        yield started
        started.close()
