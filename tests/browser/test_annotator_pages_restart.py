"""A server that goes away under an open page, and comes back."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from annotator.project import Project
from support.annotator_pages import PATIENCE, People, free_port, made_project
from support.annotator_server import Server

JOB = "clip-0-express-ann"


def test_a_page_says_that_the_server_is_away_and_goes_on(browser: Browser, tmp_path: Path) -> None:
    root, port = tmp_path / "p", free_port()
    made_project(root)
    server = Server(root, pages=True, port=port)
    people = People(browser, root, server)
    with people.window("ann", f"ui/expressions?job={JOB}") as window:
        box = window.page.locator("#expression-1 textarea")
        box.fill("the square before the restart")
        window.sees("#checks", "✓ saved")
        server.kill()
        box.fill("the square that outlives a restart")
        window.sees("#refvps-line", "The server does not answer")
        expect(box).to_have_value("the square that outlives a restart")
        with Server(root, pages=True, port=port):
            window.sees("#refvps-line", "The server is back")
            expect(box).to_have_value("the square that outlives a restart", timeout=PATIENCE)
            box.press("End")
            box.press_sequentially(" today")
            window.sees("#checks", "First: 7 words")
            window.sees("#checks", "✓ saved")
            saved = Project(root)
            texts = saved.work(saved.job(JOB)).head.expressions
            assert texts[0] == "the square that outlives a restart today"
        window.complaints.clear()  # the browser's own words on what it could not reach
