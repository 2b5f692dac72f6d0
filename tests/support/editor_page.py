"""The editor in a real browser, driven as a person would; what went wrong on the page is kept."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page

from annotator.users import Users
from support.editor_project import CLIP_SIZES

DESKTOP = {"width": 1366, "height": 768}
PATIENCE = 60.0


@dataclass
class EditorPage:
    """One tab with the editor.

    Attributes:
        page: to be driven.
        job: what is open.
        complaints: uncaught errors, console errors and failed requests.
        allowed: pieces of complaints that a test expects.
        shape: height and width of the clip; None for those of the editor's own project.
    """

    page: Page
    job: str
    complaints: list[str] = field(default_factory=list)
    allowed: tuple[str, ...] = ()
    shape: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int]:
        return self.shape or CLIP_SIZES.get(self.job.split("-", 1)[0], CLIP_SIZES["disc"])

    def ann(self, expression: str) -> Any:
        return self.page.evaluate(f"window.__ann.{expression}")

    def wait(self, condition: str) -> None:
        """Wait until something holds of the page; ``condition`` is about ``a``.

        It asks over and over: the page's policy forbids the evaluation that waiting inside needs.
        """
        asked = f"(() => {{ const a = window.__ann; return !!(a && a.ready && ({condition})); }})()"
        until = time.monotonic() + PATIENCE
        while not self.page.evaluate(asked):
            assert time.monotonic() < until, f"not in time: {condition}; {self.complaints}"
            self.page.wait_for_timeout(10)

    def saved(self) -> None:
        self.wait("a.pending === 0")

    def labels(self, k: int) -> np.ndarray:
        digits = self.ann(f"labels({k})").encode("ascii")
        return (np.frombuffer(digits, np.uint8) - ord("0")).reshape(self.size)

    def place(self, x: float, y: float) -> tuple[float, float]:
        found = self.ann(f"place({x}, {y})")
        return found["x"], found["y"]

    def click(self, x: float, y: float, **how: Any) -> None:
        """Click an image point."""
        self.page.mouse.move(*self.place(x, y))
        self.page.mouse.click(*self.place(x, y), **how)

    def drag(self, *points: tuple[float, float], steps: int = 4) -> None:
        """Press at the first image point, pass the others, and let go at the last."""
        self.page.mouse.move(*self.place(*points[0]))
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*self.place(*point), steps=steps)
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def show(self, k: int) -> None:
        """Go to a keyframe with the keys."""
        self.press("Home")
        for _ in range(k):
            self.press("ArrowRight")
        self.wait(f"a.frame === {k} && a.frameShown")

    def reload(self) -> None:
        """Load the page again; that what was on its way is cut off then is no complaint."""
        before = len(self.complaints)
        self.page.reload()
        self.complaints[before:] = [
            text for text in self.complaints[before:] if "net::ERR_ABORTED" not in text
        ]

    def dialog(self, choice: str) -> None:
        self.page.locator(f'[data-choice="{choice}"]').click()
        self.page.locator("dialog").wait_for(state="detached")

    def brush(self, size: int) -> None:
        slider = self.page.get_by_label("Brush size")
        slider.fill(str(size))
        self.page.locator("canvas.top").focus()

    def banner(self) -> str:
        banner = self.page.locator(".banner")
        return banner.inner_text() if banner.is_visible() else ""

    def check(self) -> None:
        """Fail if the page complained of anything that the test did not expect."""
        # Chromium sometimes reports a stream that was read to its end as aborted.
        allowed = (*self.allowed, "/sam/propagate net::ERR_ABORTED")
        left = [text for text in self.complaints if not any(part in text for part in allowed)]
        assert not left, "\n".join(left)


def signed_in(browser: Browser, root: Path, url: str, person: str, **how: Any) -> BrowserContext:
    """A browser of its own in which a person is logged in."""
    context = browser.new_context(**{"viewport": DESKTOP, **how})
    cookie = {"name": "refvps", "value": Users(root).cookie(person), "url": url}
    context.add_cookies([cookie])
    return context


def open_editor(context: BrowserContext, url: str, job: str, query: str = "test=1") -> EditorPage:
    """Open a job in a new tab and wait until it can be worked on."""
    page = context.new_page()
    found = EditorPage(page, job)
    page.on("pageerror", lambda error: found.complaints.append(f"error: {error}"))
    page.on("requestfailed", lambda r: found.complaints.append(f"failed: {r.url} {r.failure}"))
    page.on(
        "console",
        lambda message: (
            message.type == "error"
            and found.complaints.append(
                f"console: {message.text} {message.location.get('url', '')}"
            )
        ),
    )
    page.goto(f"{url.rstrip(chr(47))}/annotate/{job}?{query}")
    if "test=1" in query:
        found.wait("true")
    return found


@contextmanager
def editing(browser: Browser, root: Path, url: str, job: str, **how: Any) -> Iterator[EditorPage]:
    """The editor of one job, in a browser of its own; the page must not complain."""
    context = signed_in(browser, root, url, job.rsplit("-", 1)[1], **how)
    try:
        found = open_editor(context, url, job)
        yield found
        found.check()
    finally:
        context.close()
