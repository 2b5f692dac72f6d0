"""A server that goes away under an open page and comes back; and one below a path."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from annotator.project import Project
from support.annotator_pages import People, free_port, made_project, type_into
from support.annotator_server import Server

JOB = "clip-0-express-ann"


def test_a_page_says_that_the_server_is_away_and_goes_on(browser: Browser, tmp_path: Path) -> None:
    root, port = tmp_path / "p", free_port()
    made_project(root)
    server = Server(root, pages=True, port=port)
    people = People(browser, root, server)
    with people.window("ann", f"ui/expressions?job={JOB}") as window:
        box = window.page.locator("#expression-1 textarea")
        type_into(box, "the square before the restart")
        window.sees("#checks", "✓ saved")
        server.kill()
        type_into(box, "the square that outlives a restart")
        window.sees("#refvps-line", "The server does not answer")
        expect(box).to_have_value("the square that outlives a restart")
        with Server(root, pages=True, port=port):
            window.sees("#refvps-line", "The server is back")
            type_into(box, "what is typed afterwards is saved")
            window.sees("#checks", "First: 6 words")
            window.sees("#checks", "✓ saved")
            saved = Project(root)
            texts = saved.work(saved.job(JOB)).head.expressions
            assert texts[0] == "what is typed afterwards is saved"
            window.page.locator("#hand-in").click()
            window.sees("#top [role=alert]", "two expressions are needed")
        window.complaints.clear()  # the browser's own words on what it could not reach


def test_pages_live_below_the_path_of_a_proxy(browser: Browser, tmp_path: Path) -> None:
    root = tmp_path / "p"
    made_project(root)
    with Server(root, pages=True, below="/annotate") as server:
        people = People(browser, root, server)
        with people.window("ann", "") as window:
            assert window.page.url == f"{server.url}ui/"
            assert server.url.endswith("/annotate/")
            link = window.page.get_by_role("link", name="Clip card")
            assert link.get_attribute("href").startswith("/annotate/ui/clip?clip=")
            window.go(f"ui/expressions?job={JOB}")
            type_into(window.page.locator("#expression-1 textarea"), "what moves to the right")
            window.sees("#checks", "✓ saved")
            assert window.page.request.get(f"{server.url}ui/review").status == 403
            image = "document.querySelector('#clip canvas').width"
            assert window.page.evaluate(image) > 0
