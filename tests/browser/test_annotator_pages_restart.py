"""A server that goes away under an open page and comes back; and one below a path."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from annotator.project import Project
from support.annotator_pages import PATIENCE, People, free_port, made_project, type_into
from support.annotator_server import Server

JOB = "clip-0-express-ann"


def test_what_is_typed_while_the_server_is_away_is_saved_when_it_is_back(
    browser: Browser, tmp_path: Path
) -> None:
    root, port, server, people = served(browser, tmp_path)
    with people.window("ann", f"ui/expressions?job={JOB}") as window:
        first, second = (window.page.locator(f"#expression-{n} textarea") for n in (1, 2))
        type_into(first, "the square before the restart")
        window.sees("#checks", "✓ saved")
        server.kill()
        type_into(first, "the square that outlives a restart")
        type_into(second, "what was typed meanwhile")
        window.sees("#refvps-line", "The server does not answer")
        window.sees("#checks", "What you typed is kept here")
        expect(first).to_have_value("the square that outlives a restart")
        with Server(root, pages=True, port=port):
            window.sees("#refvps-line", "The server is back")
            window.sees("#checks", "✓ saved")
            assert texts(root) == ("the square that outlives a restart", "what was typed meanwhile")
            expect(second).to_have_value("what was typed meanwhile")
            type_into(second, "what is typed afterwards is saved too")
            window.sees("#checks", "Second: 7 words")
            window.page.locator("#hand-in").click()
            window.sees("#top [role=status]", "Handed in")
            assert texts(root)[1] == "what is typed afterwards is saved too"
        window.complaints.clear()  # the browser's own words on what it could not reach


def test_a_tab_that_is_closed_while_the_server_is_away_loses_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    root, port, server, people = served(browser, tmp_path)
    with people.window("ann", f"ui/expressions?job={JOB}") as window:
        window.page.locator("#expression-1 textarea").wait_for()
        server.kill()
        type_into(window.page.locator("#expression-1 textarea"), "typed for nobody to hear")
        window.page.goto("about:blank")
        assert texts(root) == ()
        with Server(root, pages=True, port=port):
            window.go(f"ui/expressions?job={JOB}")
            box = window.page.locator("#expression-1 textarea")
            expect(box).to_have_value("typed for nobody to hear", timeout=PATIENCE)
            window.sees("#checks", "✓ saved")
            assert texts(root) == ("typed for nobody to hear", "")
        window.complaints.clear()


def test_two_tabs_never_overwrite_each_other_unasked(browser: Browser, tmp_path: Path) -> None:
    root = tmp_path / "p"
    made_project(root)
    with Server(root, pages=True) as server:
        people = People(browser, root, server)
        with people.window("ann", f"ui/expressions?job={JOB}") as window:
            other = window.page.context.new_page()
            other.goto(window.page.url)
            there = other.locator("#expression-1 textarea")
            type_into(there, "written in the other tab")
            expect(other.locator("#checks")).to_contain_text("✓ saved", timeout=PATIENCE)
            box = window.page.locator("#expression-1 textarea")
            type_into(box, "written in this tab")
            window.sees("#checks [role=alert]", "written in the other tab")
            assert texts(root)[0] == "written in the other tab"
            window.page.get_by_role("button", name="Keep what is in the boxes").click()
            window.sees("#checks", "✓ saved")
            assert texts(root)[0] == "written in this tab"
            type_into(there, "once more in the other tab")
            expect(other.locator("#checks [role=alert]")).to_be_visible(timeout=PATIENCE)
            other.get_by_role("button", name="Take those").click()
            expect(there).to_have_value("written in this tab")
            # The browser's own words on the two refusals.
            window.complaints[:] = [each for each in window.complaints if "409" not in each]


def test_notes_that_were_typed_are_there_after_a_restart(browser: Browser, tmp_path: Path) -> None:
    root, port, server, people = served(browser, tmp_path)
    with people.window("rita", "ui/clip?clip=clip-1") as window:
        note = window.page.locator("#card-note :is(textarea, input)")
        note.wait_for()
        window.page.evaluate("window.before = true")
        server.kill()
        note.fill("look at the left edge only")
        window.page.locator("#card-save").click()
        window.sees("#refvps-line", "The server does not answer")
        with Server(root, pages=True, port=port):
            # Gradio loads its page again, some time after it hears of the server.
            window.page.wait_for_function("window.before === undefined")
            window.sees("#refvps-line", "The server is back")
            expect(note).to_have_value("look at the left edge only", timeout=PATIENCE)
            window.page.locator("#card-save").click()
            window.sees("#top [role=status]", "The card is saved")
            assert "look at the left edge only" in (root / "cards/clip-1.jsonl").read_text()
        window.complaints.clear()


def served(browser: Browser, tmp_path: Path) -> tuple[Path, int, Server, People]:
    """A project on a port that another server can have when this one was killed."""
    root, port = tmp_path / "p", free_port()
    made_project(root)
    server = Server(root, pages=True, port=port)
    return root, port, server, People(browser, root, server)


def texts(root: Path) -> tuple[str, ...]:
    """What is on the disk."""
    saved = Project(root)
    return saved.work(saved.job(JOB)).head.expressions


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
