"""A served project with pages, and people who look at it in a real browser."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Locator, Page, expect

from annotator.jobs import JobState, Kind
from annotator.planes import Planes
from annotator.project import Project
from annotator.server.desk import put_plane
from annotator.session import Painted, apply, keyframe_of
from annotator.store.work import Change
from refvps.packed import empty, pack
from refvps.types import Size
from support.annotator_server import Server
from support.projects import SIZE, project

PATIENCE = 60_000
"""Milliseconds: a busy machine is no failure."""

DESKTOP = {"width": 1366, "height": 768}


def made_project(root: Path) -> Project:
    """Two clips; of each, masks by ann, second masks by ben, and expressions by both."""
    made = project(root, clips=2)
    for clip in made.clip_ids:
        for name in ("ann", "ben"):
            made.assign(Kind.EXPRESSION, clip, name)
    return made


def labelled(made: Project, job_id: str) -> None:
    """Label all keyframes of a job, as its annotator would, and hand it in."""
    job = made.job(job_id)
    work = made.work(job)
    target = np.zeros(SIZE, bool)
    target[6:14, 4:12] = True
    digest = put_plane(work, Planes(pack(target), empty(Size(*SIZE))).target)
    head = work.head
    frames = {
        k: apply(keyframe_of(head.keyframes, k), Painted(digest, None))
        for k in range(work.schedule.keyframes)
    }
    work.commit(Change(frames, facts={"user": job.user, "job": job_id}))
    made.move(job_id, JobState.IN_PROGRESS)
    made.move(job_id, JobState.SUBMITTED)


def type_into(box: Locator, text: str) -> None:
    """Replace what a box says, the last letter by a key, as a person's typing ends."""
    box.click()
    box.fill(text[:-1])
    box.press("End")
    box.press_sequentially(text[-1])


def free_port() -> int:
    """A port that a server can have again after it was killed."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class People:
    """Windows of people, logged in without the form, which has a test of its own."""

    def __init__(self, browser: Browser, root: Path, server: Server) -> None:
        self.browser, self.root, self.server = browser, root, server

    @contextmanager
    def window(self, name: str, path: str = "ui/", **context) -> Iterator["Window"]:
        """Open a page as somebody; it must not complain, nor ask any other machine."""
        options = {"viewport": DESKTOP, "accept_downloads": True, **context}
        window = self.browser.new_context(**options)
        cookie = Project(self.root).users.cookie(name)
        window.add_cookies([{"name": "refvps", "value": cookie, "url": self.server.url}])
        found = Window(window.new_page(), self.server.url)
        found.go(path)
        yield found
        window.close()
        assert found.strangers == []
        assert not found.complaints, found.complaints


class Window:
    """A page, with what it asked elsewhere and complained of."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._said)
        page.on("request", self._asked)

    def go(self, path: str) -> None:
        """Open an address below the root, and wait until it shows who is logged in."""
        self.page.goto(f"{self.url}{path}")
        self.page.locator("header.top .who").wait_for()

    def sees(self, selector: str, text: str) -> None:
        """Wait until something says something."""
        expect(self.page.locator(selector).first).to_contain_text(text, timeout=PATIENCE)

    def press(self, key: str) -> None:
        """Press a key of the page once it has answered what was pressed before."""
        expect(self.page.locator(".view[aria-busy]")).to_have_count(0, timeout=PATIENCE)
        self.page.keyboard.press(key)

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    def _said(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} {message.location}")

    def _asked(self, request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.strangers.append(request.url)
