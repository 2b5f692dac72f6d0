"""The pages of the annotator in a real browser, against a server in a process of its own."""

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from annotator.project import Project
from annotator.protocol import VERSION
from annotator.reviews import last_verdict
from support.annotator_pages import DESKTOP, PATIENCE, People, labelled, made_project, type_into
from support.annotator_server import Server
from support.projects import PASSWORD

HOSTILE = "<img src=x onerror=hacked()> ${hacked()} {{hacked}} rises here"
ZOOMED = {"width": 1093, "height": 614}  # 1366 x 768 at 125 %
MASKS, WORDS = "clip-0-mask-ann", "clip-0-express-ann"
PAGES = (
    "ui/",
    f"ui/job?job={MASKS}",
    f"ui/expressions?job={WORDS}",
    "ui/clip?clip=clip-0",
    "ui/review",
    "ui/clips",
    "ui/progress",
    "ui/assignment",
    "ui/export",
    "ui/admin",
)
LISTENS = """window.heard = []; const plain = window.fetch;
window.fetch = async (...asked) => {
  const answer = await plain(...asked);
  const reader = answer.clone().body?.pipeThrough(new TextDecoderStream()).getReader();
  const listen = ({ done, value }) => done || (window.heard.push(value), again());
  const again = () => reader?.read().then(listen, () => {});
  again();
  return answer;
};"""
EDITOR = """export function mount(element, {job, root}) {
  const made = document.createElement("button");
  made.id = "stand-in";
  made.textContent = `${job} at ${root}.`;
  made.onclick = () => made.dispatchEvent(
    new CustomEvent("refvps-submitted", { bubbles: true, composed: true }));
  element.append(made);
  return { close() {} };
}"""


@pytest.fixture(scope="module")
def people(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """Everybody has every kind of work; the tests below go on where the earlier ones stopped."""
    root = tmp_path_factory.mktemp("pages") / "p"
    made = made_project(root)
    made.users.put("eve", PASSWORD, ["annotator", "reviewer", "admin"])
    labelled(made, MASKS)
    with Server(root, pages=True) as server:
        yield People(browser, root, server)


def names_in(content: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return archive.getnames()


def on_disk(people: People) -> Project:
    return Project(people.root)


def edited_by(window) -> None:
    """Let the editor of a job page be a stand-in: the real one has tests of its own."""
    answer = {"body": EDITOR, "content_type": "text/javascript"}
    window.page.route("**/editor/main.js", lambda route: route.fulfill(**answer))


def test_a_login_opens_both_surfaces_and_nothing_else_does(people: People) -> None:
    window = people.browser.new_context(viewport=DESKTOP)
    page = window.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(people.server.url)
    assert page.request.get(f"{people.server.url}ui/config").status == 401
    page.locator("#name").fill("ann")
    page.locator("#password").fill("wrong password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_have_text("Wrong name or password.", timeout=PATIENCE)
    page.locator("#name").fill("ann")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("header.top .who")).to_have_text("ann annotator", timeout=PATIENCE)
    assert page.url == f"{people.server.url}ui/"
    assert len(page.request.get(f"{people.server.url}api/jobs").json()) == 4
    page.get_by_role("button", name="Log out").click()
    page.locator("#password").wait_for()
    assert page.request.get(f"{people.server.url}api/jobs").status == 401
    window.close()


def test_every_page_fits_small_screens_and_asks_nobody_else(people: People) -> None:
    with people.window("ada", "ui/clip?clip=clip-0") as window:
        for path in PAGES:
            if "job=" in path:
                continue  # those of other people: ann opens them below
            window.go(path)
            for size in (ZOOMED, DESKTOP):
                window.page.set_viewport_size(size)
                assert window.overflow() <= 0, (path, size)
    with people.window("ann", "ui/") as window:
        edited_by(window)
        for path in PAGES[1:3]:
            window.go(path)
            for size in (ZOOMED, DESKTOP):
                window.page.set_viewport_size(size)
                assert window.overflow() <= 0, (path, size)


@pytest.mark.parametrize(
    ("name", "closed"),
    [
        ("ann", ["review", "clips", "progress", "assignment", "export", "admin"]),
        ("rita", ["assignment", "export", "admin"]),
    ],
)
def test_a_page_of_another_role_is_refused(people: People, name: str, closed: list[str]) -> None:
    with people.window(name) as window:
        ask = window.page.request
        for page in closed:
            assert ask.get(f"{window.url}ui/{page}").status == 403, page
            assert ask.get(f"{window.url}ui/{page}/").status == 403, page
            assert window.page.locator(f"header.top nav a[href='/ui/{page}']").count() == 0
        for path in ("api/backup", "api/exports", "api/exports/x"):
            assert ask.get(window.url + path).status == 403, path
        assert ask.get(f"{window.url}ui/gradio_api/upload").status == 404
        assert ask.get(f"{window.url}ui/gradio_api/file=/etc/passwd").status == 404


def test_a_handler_looks_at_who_asks(people: People) -> None:
    """The buttons of a page that ann cannot open are addresses that she could ask all the same."""
    with people.window("ann") as window:
        url, ask = f"{window.url}ui/", window.page.request
        handlers = ask.get(f"{url}config").json()["dependencies"]
        assert len(handlers) > 20
        for each in handlers:
            data = ["ann", "a new password", ["admin"], "x", "x", "x"][: len(each["inputs"])]
            body = {"fn_index": each["id"], "data": data, "session_hash": "direct"}
            body["event_data"] = {"clip": "clip-0", "kind": "mask", "name": "ann", "do": "accept"}
            headers = {"x-refvps": "1", "content-type": "application/json"}
            joined = ask.post(f"{url}gradio_api/queue/join", data=json.dumps(body), headers=headers)
            assert joined.status == 200, joined.text()
        told = ask.get(f"{url}gradio_api/queue/data?session_hash=direct", timeout=PATIENCE).text()
        assert told.count("process_completed") == len(handlers)
        assert told.count("may do this") >= 12
    users = on_disk(people).users
    assert users.roles("ann") == {"annotator"}
    assert users.check("ann", PASSWORD)
    assert on_disk(people).job(MASKS).state == "submitted"


def test_the_editor_sits_in_the_page_and_says_when_it_handed_in(people: People) -> None:
    job = "clip-1-mask-ann"
    with people.window("ann") as window:
        edited_by(window)
        window.go(f"ui/job?job={job}")
        window.sees("#stand-in", f"{job} at .")
        full = window.page.get_by_role("link", name="Full screen")
        assert full.get_attribute("href") == f"/annotate/{job}"
        window.page.locator("#stand-in").click()
        window.sees("#line .badge", "new")
    with people.window("ann") as window:
        edited_by(window)
        window.go("ui/job?job=clip-0-relabel-ben")
        window.sees("[role=alert]", "You have no such job")
        window.page.wait_for_timeout(500)
        assert window.page.locator("#stand-in").count() == 0


def test_a_missing_editor_is_told(people: People) -> None:
    with people.window("ann") as window:
        window.page.route("**/editor/main.js", lambda route: route.fulfill(status=404))
        window.go("ui/job?job=clip-1-mask-ann")
        window.sees(".editor-place [role=alert]", "The editor is not installed on this server")
        window.complaints.clear()  # the browser's own word on the missing file


def test_two_people_write_expressions_and_see_nothing_of_each_other_s(people: People) -> None:
    first, second = "the bright square that slides right", HOSTILE
    with people.window("ann", f"ui/expressions?job={WORDS}") as window:
        boxes = [window.page.locator(f"#expression-{n} textarea") for n in (1, 2)]
        type_into(boxes[0], "it")
        window.sees("#checks", "expression 1 says nothing")
        type_into(boxes[0], first)
        type_into(boxes[1], f"{first} too")
        window.sees("#checks", "expressions 1 and 2 say the same")
        window.page.locator("#hand-in").click()
        window.sees("[role=alert]", "Cannot be handed in: expressions 1 and 2 say the same")
        type_into(boxes[1], second)
        window.sees("#checks", "they differ")
        window.page.reload()
        expect(boxes[1]).to_have_value(second, timeout=PATIENCE)
        window.page.locator("#hand-in").click()
        window.sees("#top [role=status]", "Handed in")
        window.sees("#about", HOSTILE)
        assert on_disk(people).job(WORDS).protocol == VERSION
    with people.window("ben") as window:
        window.page.add_init_script(LISTENS)
        window.go("ui/expressions?job=clip-0-express-ben")
        boxes = [window.page.locator(f"#expression-{n} textarea") for n in (1, 2)]
        type_into(boxes[0], "an orange block at the left edge")
        type_into(boxes[1], "The bright square, that slides right!")
        window.sees("#checks", "they differ")
        window.page.locator("#hand-in").click()
        window.sees("[role=alert]", "expression 2 is like one that somebody else wrote")
        type_into(boxes[1], "what moves over the dark ground")
        window.sees("#checks", "✓ saved")
        window.page.locator("#hand-in").click()
        window.sees("#top [role=status]", "Handed in")
        heard = window.page.evaluate("window.heard")
        window.page.reload()
        window.sees("#about", "when yours are accepted")
        window.page.wait_for_timeout(200)
        heard += window.page.evaluate("window.heard")
        assert any("what moves over the dark ground" in text for text in heard)
        assert not [text for text in heard if first in text or "rises here" in text]
        window.complaints.clear()  # of streams that end while the test listens, too


def test_a_reviewer_reads_hostile_words_as_text_and_accepts_them(people: People) -> None:
    with people.window("rita") as window:
        window.page.add_init_script("window.hacked = () => { window.ran = true; }")
        window.go(f"ui/review?job={WORDS}")
        window.sees(".quotes", HOSTILE)
        window.sees(".side", "What ben wrote")
        assert window.page.locator("#review img[src=x]").count() == 0
        window.page.locator("#verdict-note textarea, #verdict-note input").fill(HOSTILE)
        window.page.get_by_role("button", name="Accept").click()
        window.sees("#top [role=status]", "accepted")
        assert window.page.evaluate("window.ran") is None
    assert last_verdict(on_disk(people), on_disk(people).job(WORDS)).note == HOSTILE
    with people.window("ann", f"ui/expressions?job={WORDS}") as window:
        window.sees("#about", "what moves over the dark ground")


def test_keyframes_are_rejected_and_come_back_as_a_problem_list(people: People) -> None:
    with people.window("rita", "ui/review") as window:
        window.page.locator(f'td a[href$="ui/review?job={MASKS}"]').click()
        window.sees("h2", "Keyframe 0")
        note = window.page.locator("#mark-note textarea, #mark-note input")
        note.fill("a1")
        window.sees("h2", "Keyframe 0")  # typing is no command
        note.fill("the left edge")
        note.blur()
        window.page.keyboard.press("7")
        window.sees("h2", "Keyframe 1")
        expect(note).to_have_value("", timeout=PATIENCE)
        window.page.keyboard.press("a")
        window.sees("h2", "Keyframe 2")
        window.page.keyboard.press("h")
        window.sees("figcaption", "show masks")
        window.sees(".verdict", "1 fine · 1 rejected · 9 not looked at")
        window.page.get_by_role("button", name="Accept").click()
        window.page.once("dialog", lambda dialog: dialog.accept())
        window.page.reload()
        window.sees(".verdict", "1 fine · 1 rejected · 9 not looked at")
        window.page.once("dialog", lambda dialog: dialog.accept())
        window.page.get_by_role("button", name="Accept").click()
        window.sees("[role=alert]", "1 keyframes are rejected; send it back")
        window.page.get_by_role("button", name="Send back (1)").click()
        window.sees("#top [role=status]", "changes requested")
    with people.window("ann") as window:
        window.sees(".next .badge", "sent back")
        window.sees(".next .problems", "keyframe 0: boundary – the left edge")


def test_clips_are_assigned_once(people: People) -> None:
    with people.window("ada", "ui/assignment") as window:
        page = window.page
        page.locator("#give").click()
        window.sees("[role=alert]", "Choose clips and a person first")
        page.locator("#clips input").fill("clip-1")
        page.locator("#clips input").press("Enter")
        page.locator("#person input").click()
        page.get_by_role("option", name="rita").click()
        page.locator("#due input, #due textarea").fill("30 November")
        page.locator("#give").click()
        window.sees("[role=alert]", "'30 November' is no day")
        page.locator("#due input, #due textarea").fill("2026-11-30")
        page.locator("#give").click()
        window.sees("#top [role=status]", "1 job for rita")
        window.sees("#assigned", "rita")
    job = on_disk(people).job("clip-1-mask-rita")
    assert (job.kind, job.due) == ("mask", "2026-11-30")


def test_an_export_is_made_and_fetched(people: People) -> None:
    with people.window("ada", "ui/export") as window:
        page = window.page
        page.locator("#export").click()
        window.sees("[role=alert]", "Name the export")
        page.locator("#export-name textarea, #export-name input").fill("first")
        page.locator("#export-form input").click()
        page.get_by_role("option", name="davis").click()
        page.locator("#unfinished input").check()
        page.locator("#export").click()
        window.sees("#top [role=status]", "first: 1 clip exported")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download .tar").click()
        names = names_in(Path(download.value.path()).read_bytes())
        assert any(name.endswith("clip-0/00040.png") for name in names), names
        answer = page.request.post(
            f"{window.url}api/export", data={"name": "first"}, headers={"x-refvps": "1"}
        )
        assert "there is an export first already" in answer.json()["error"]


def test_accounts_backup_and_verification(people: People) -> None:
    with people.window("ada", "ui/admin") as window:
        page = window.page
        page.locator("#user-name textarea, #user-name input").fill("zoe")
        page.locator("#user-save").click()
        window.sees("[role=alert]", "Zoe is new and needs a password")
        page.locator("#user-password input").fill("a long password")
        page.locator("#user-save").click()
        window.sees("#accounts", "zoe")
        page.locator("#accounts tr", has_text="zoe").get_by_role("button").click()
        expect(page.locator("#user-name input, #user-name textarea")).to_have_value("zoe")
        page.get_by_label("reviewer").check()
        page.locator("#user-save").click()
        window.sees("#top [role=status]", "zoe may log in as annotator, reviewer")
        page.locator("#verify").click()
        window.sees("#damage", "Nothing is damaged")
        names = names_in(page.request.get(f"{window.url}api/backup").body())
        assert "users.json" in names
        assert not [name for name in names if name.startswith("exports")]
    assert not list(people.root.glob(".partial-*"))
    users = on_disk(people).users
    assert users.roles("zoe") == {"annotator", "reviewer"}
    assert users.check("zoe", "a long password")


def test_the_target_is_pointed_at_and_everyone_sees_where(people: People) -> None:
    with people.window("rita", "ui/clip?clip=clip-1") as window:
        page = window.page
        page.locator(".strip .cell").nth(2).click()
        window.sees("figcaption", "Keyframe 2 shows the target best")
        picture = page.locator(".stage img")
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        picture.click(position={"x": 0.25 * box["width"], "y": 0.5 * box["height"]})
        window.sees("#card", "1 pink rings on keyframe 2")
        page.locator("#card-target input, #card-target textarea").fill(HOSTILE)
        page.locator("#card-save").click()
        window.sees("#top [role=status]", "The card is saved")
        window.sees("#card", HOSTILE)
    lines = (people.root / "cards/clip-1.jsonl").read_text().splitlines()
    last = json.loads(lines[-1])
    assert (last["user"], last["keyframe"], last["target"]) == ("rita", 2, HOSTILE)
    assert last["points"] == [pytest.approx([0.25, 0.5], abs=0.02)]
    with people.window("ann", "ui/expressions?job=clip-1-express-ann") as window:
        window.sees("#about", "the pink rings on the first picture")
        window.sees("#about", HOSTILE)


def test_progress_is_told_by_clip_and_by_person(people: People) -> None:
    with people.window("eve", "ui/progress") as window:
        window.sees("#by-clip", "clip-0")
        row = window.page.locator("#people tbody tr").first
        assert row.locator("td").first.inner_text() == "ann"
        assert "11/22" in row.inner_text()
        window.page.locator("#people thead button").first.click()
        window.page.locator("#people thead button").first.click()
        assert window.page.locator("#people tbody td").first.inner_text() == "rita"


def test_the_protocol_is_a_page_with_pictures(people: People) -> None:
    with people.window("ann") as window:
        window.page.goto(f"{window.url}protocol")
        expect(window.page.locator("h1")).to_contain_text("Annotation protocol")
        window.sees("main", f"Version {VERSION}")
        sizes = window.page.locator("img").evaluate_all("(all) => all.map((i) => i.naturalWidth)")
        assert len(sizes) >= 4
        assert min(sizes) > 100
        assert window.overflow() <= 0
