"""Set-up of every test."""

import logging
from collections.abc import Iterator

import cv2
import pytest
from hypothesis import settings

# A busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


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
