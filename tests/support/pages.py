"""A page in a browser, with what it asked for and what it complained about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page


@dataclass
class Opened:
    """A page that was opened from disk.

    Attributes:
        page: to be driven.
        requests: addresses of everything it asked for, data URIs left out.
        complaints: what it wrote to the console, and uncaught errors.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    def column(self, table: str, place: int) -> list[str]:
        """The texts of a column of the table in a section, from the top."""
        rows = self.page.locator(f"#{table} tbody tr")
        return [row.locator("th, td").nth(place).inner_text().strip() for row in rows.all()]


@contextmanager
def opened(browser: Browser, path: Path, **context: Any) -> Iterator[Opened]:
    """Open a file in a window of its own; ``context`` are options such as ``viewport``."""
    window = browser.new_context(**context)
    found = Opened(window.new_page())

    def asked(request: Any) -> None:
        if not request.url.startswith("data:"):
            found.requests.append(request.url)

    found.page.on("request", asked)
    found.page.on("console", lambda message: found.complaints.append(message.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(path.resolve().as_uri())
    yield found
    window.close()
