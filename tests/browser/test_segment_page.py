"""``refvps segment --web`` in a real browser: upload, type, press, see; and nothing is fetched."""

import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.commands import BIN
from support.videos import evenly, write_video

SECOND = 1000
PATIENCE = 120 * SECOND


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A square that moves, as every browser plays it."""
    random = np.random.default_rng(5)
    frames = []
    for place in range(10):
        frame = np.full((48, 64, 3), 80, np.uint8)
        frame[12:28, 3 + 3 * place : 19 + 3 * place] = random.integers(150, 255, (16, 16, 3))
        frames.append(frame)
    path = tmp_path_factory.mktemp("clip") / "square.mp4"
    return write_video(path, evenly(10), codec="libx264", form="yuv420p", frames=frames)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """The page, served by a process of its own; what it leaves behind is looked at."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "tmp").mkdir()
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder), "TMPDIR": str(folder / "tmp")}
    environment.pop("REFVPS_CONFIG", None)
    command = [str(BIN / "refvps"), "segment", "--web", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        yield process
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert not list((folder / "tmp").glob("refvps-segment-*"))


@pytest.fixture(scope="module")
def address(server: subprocess.Popen[str]) -> str:
    return server.stdout.readline().strip()


@contextmanager
def visited(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    """The page, and every address it asked for."""
    window = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = window.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    expect(page.locator("#start")).to_be_visible(timeout=PATIENCE)
    yield page, asked
    window.close()


def upload(page: Page, video: Path) -> None:
    page.locator("#video input[type=file]").set_input_files(str(video))
    expect(page.locator("#video video")).to_be_visible(timeout=PATIENCE)


def test_upload_type_press_and_see(browser: Browser, address: str, clip: Path) -> None:
    with visited(browser, address) as (page, asked):
        upload(page, clip)
        page.locator("#sentences textarea").fill("the square that moves\nwhat it leaves behind")
        page.locator("#start").click()
        expect(page.locator("#overlay video")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#status")).to_contain_text("Done in")
        page.wait_for_function("document.querySelector('#overlay video').videoWidth > 600")
        for picture in ("#area img", "#sheet img"):
            expect(page.locator(picture)).to_be_visible()
        with page.expect_download() as download:
            page.locator("#everything").click()
        names = zipfile.ZipFile(download.value.path()).namelist()
        assert {"square-motion/overlay.mp4", "square-motion/masks/square/1/00009.png"} <= set(names)
        strangers = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
        assert strangers == []
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_errors_are_one_line(browser: Browser, address: str, clip: Path) -> None:
    with visited(browser, address) as (page, _):
        page.locator("#start").click()
        alert = page.locator("#status [role=alert]")
        expect(alert).to_have_text("upload a video first, or choose an example", timeout=PATIENCE)
        upload(page, clip)
        page.locator("#start").click()
        expect(alert).to_contain_text("say what to segment", timeout=PATIENCE)
        page.locator("#sentences textarea").fill("<b>the</b> square")
        page.locator("#more button").first.click()
        page.locator("#options textarea").fill("speed=9")
        page.locator("#start").click()
        expect(alert).to_contain_text("method 'motion': unknown option 'speed'", timeout=PATIENCE)


def jobs_of(server: subprocess.Popen[str]) -> list[str]:
    """The processes that the server has started and that still run."""
    command = ["ps", "--no-headers", "-o", "args", "--ppid", str(server.pid)]
    listed = subprocess.run(command, capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if "refvps.segment.job" in line]


def test_a_stopped_job_ends(
    browser: Browser, address: str, server: subprocess.Popen[str], tmp_path: Path
) -> None:
    long = [np.full((240, 320, 3), place % 200, np.uint8) for place in range(1500)]
    video = write_video(
        tmp_path / "long.mp4", evenly(1500, 30), codec="libx264", form="yuv420p", frames=long
    )
    with visited(browser, address) as (page, _):
        upload(page, video)
        page.locator("#sentences textarea").fill("anything")
        page.locator("#start").click()
        expect(page.locator("#status")).to_contain_text("frames", timeout=PATIENCE)
        assert len(jobs_of(server)) == 1
        page.locator("#stop").click()
        expect(page.locator("#status [role=alert]")).to_have_text("stopped", timeout=PATIENCE)
    deadline = time.monotonic() + 20
    while jobs_of(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert jobs_of(server) == []


def test_an_example_fills_the_page_in(browser: Browser, address: str) -> None:
    with visited(browser, address) as (page, _):
        page.locator("#examples tbody tr").nth(1).click()
        expect(page.locator("#sentences textarea")).to_have_value(
            "the cream that is stirred round\nthe cream spreading out on its own", timeout=PATIENCE
        )
        expect(page.locator("#video video")).to_be_visible(timeout=PATIENCE)
