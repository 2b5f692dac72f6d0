"""The workflow of the editor: propagation, states, review, pages around it, keys, comfort."""

import json
import re
import time

import httpx
import numpy as np
import pytest
from playwright.sync_api import expect

from annotator.cards import TargetCard, put_card
from annotator.project import Project
from annotator.server.desk import Desk
from annotator.users import Users
from support.annotator_server import Server
from support.editor_page import DESKTOP, EditorPage, editing, open_editor, signed_in
from support.editor_project import CLIP_SIZES, disc_mask, editor_project

SIZE = CLIP_SIZES["disc"]
KEYFRAMES = 11

HOST_PAGE = """<!doctype html><html><head><title>host</title></head><body>
<h1>A page around the editor</h1><input id="text" aria-label="text">
<button id="other">other</button>
<div style="height: 300px">some room</div>
<div id="place" style="height: 620px"></div><div style="height: 900px">more room</div>
<script type="module">
import {{ mount }} from "/editor/main.js";
window.submitted = 0;
document.addEventListener("refvps-submitted", () => window.submitted++);
window.handle = mount(document.getElementById("place"), {{ job: "{job}", root: "" }});
</script></body></html>"""


def states(editor: EditorPage) -> str:
    """The letters of all keyframes, as the timeline shows them."""
    return "".join(editor.page.locator(".cell").all_inner_texts())


def planes_of(root, job: str) -> dict[int, bytes]:
    project = Project(root)
    found = project.job(job)
    desk = Desk(project, None, None)
    return {k: desk.planes(found, k)[1].wire() for k in range(KEYFRAMES)}


def carried(editor: EditorPage, *keys: str) -> None:
    editor.press(*keys)
    editor.wait("!a.propagating && a.pending === 0")


def test_the_target_is_carried_on_and_taken_back_as_one_step(edit, editor_root, person) -> None:
    with edit() as editor:
        editor.click(48, 54)
        carried(editor, "g")
        assert states(editor) == "P" + 10 * "A"
        for k in range(KEYFRAMES):
            wanted = disc_mask(4 * k, SIZE)
            found = editor.labels(k) > 0
            assert (found & wanted).sum() / (found | wanted).sum() > 0.9
        editor.press("ArrowRight", "ArrowRight", "Control+z")
        editor.saved()
        assert states(editor) == "P" + 10 * "–"
        editor.press("Control+Shift+z")
        editor.saved()
        assert states(editor) == "P" + 10 * "A"
        found = planes_of(editor_root, f"disc-mask-{person}")
        shown = {k: editor.labels(k) for k in range(KEYFRAMES)}
        assert all(found[k] == shown[k].astype(np.uint8).tobytes() for k in found)


def test_painted_and_locked_keyframes_are_never_carried_over(edit, editor_root, person) -> None:
    job = f"disc-mask-{person}"
    with edit() as editor:
        editor.click(48, 54)
        carried(editor, "g")
        editor.show(3)
        editor.press("b")
        editor.drag((20, 20), (60, 20))
        editor.show(6)
        editor.press("k")
        editor.saved()
        before = planes_of(editor_root, job)
        editor.show(0)
        editor.press("s")
        editor.click(150, 100)
        editor.saved()
        carried(editor, "g")
        assert states(editor) == "PAAEAALAAAA"
        after = planes_of(editor_root, job)
        assert {k for k in after if after[k] != before[k]} <= {0, 1, 2}
        assert after[3] == before[3]
        assert after[6] == before[6]


def test_carrying_back_and_over_a_range_answers_exactly_that(edit) -> None:
    with edit() as editor:
        editor.show(5)
        editor.click(96, 54)
        editor.saved()
        carried(editor, "Shift+G")
        assert states(editor) == "AAAAAP–––––"
        ruler = editor.page.locator(".ruler").bounding_box()
        each = ruler["width"] / KEYFRAMES
        y = ruler["y"] + ruler["height"] / 2
        editor.page.mouse.move(ruler["x"] + 6.5 * each, y)
        editor.page.mouse.down()
        editor.page.mouse.move(ruler["x"] + 8.5 * each, y, steps=4)
        editor.page.mouse.up()
        assert editor.ann("range") == [6, 8]
        carried(editor, "Control+g")
        assert states(editor) == "AAAAAPAAA––"


def test_carrying_is_stopped_half_way(browser, tmp_path) -> None:
    root = tmp_path / "p"
    editor_project(root, 1, clips=("disc",))
    job = "disc-mask-p0"
    with Server(root, step=0.25) as server, editing(browser, root, server.url, job) as editor:
        editor.allowed = ("ERR_ABORTED",)
        editor.click(48, 54)
        editor.saved()
        editor.press("g")
        editor.wait("a.state(4) === 'auto'")
        shown = states(editor)
        assert shown.rstrip("–") == "P" + "A" * (len(shown.rstrip("–")) - 1), "in their order"
        # A stroke meanwhile, on a keyframe that is still to come, stays as it is.
        editor.press(".")
        editor.wait("!a.propagating")
        done = states(editor).count("A")
        assert 4 <= done <= 7
        editor.page.wait_for_timeout(700)
        tab_state = Project(root)
        head = tab_state.work(tab_state.job(job)).head
        assert len(head.frames) <= done + 2, "the model stopped within a step"
        assert "Stopped" in editor.page.locator(".toast").inner_text()


def test_a_stroke_during_a_propagation_stays(browser, tmp_path) -> None:
    root = tmp_path / "p"
    editor_project(root, 1, clips=("disc",))
    job = "disc-mask-p0"
    with Server(root, step=0.15) as server, editing(browser, root, server.url, job) as editor:
        editor.click(48, 54)
        editor.saved()
        editor.press("g", "End", "b")
        editor.drag((30, 20), (120, 20))
        mine = editor.labels(10)
        editor.wait("!a.propagating && a.pending === 0")
        assert states(editor) == "P" + 9 * "A" + "E"
        assert np.array_equal(editor.labels(10), mine)
        assert planes_of(root, job)[10] == mine.astype(np.uint8).tobytes()


def test_a_whole_job_from_empty_to_handed_in(edit, editor_root, person) -> None:
    job = f"late-mask-{person}"
    with edit("late") as editor:
        editor.show(8)
        editor.click(96, 54)
        editor.saved()
        carried(editor, "g")
        carried(editor, "Shift+G")
        for k in range(4):
            editor.show(k)
            editor.press("q")
        editor.saved()
        assert states(editor)[:4] == "ØØØØ"
        editor.press("Control+Enter")
        dialog = editor.page.locator("dialog")
        assert "no keyframe is marked as the onset" in dialog.inner_text()
        editor.dialog("submit")
        editor.wait("a.readOnly")
        assert "Handed in" in editor.banner()
        assert Project(editor_root).job(job).state == "submitted"
        editor.press("b")
        editor.drag((20, 20), (60, 20))
        assert editor.ann("pending") == 0


def test_what_a_reviewer_sends_back_is_the_list_of_problems(
    browser, editor_root, editor_server, person
) -> None:
    job = f"disc-mask-{person}"
    with editing(browser, editor_root, editor_server.url, job) as editor:
        editor.click(48, 54)
        editor.saved()
        carried(editor, "g")
        editor.press("Control+Enter")
        editor.dialog("submit")
        editor.wait("a.readOnly")
    headers = {"x-refvps": "1", "cookie": f"refvps={Users(editor_root).cookie('rita')}"}
    with httpx.Client(base_url=editor_server.url, headers=headers) as client:
        body = {"verdict": "changes", "reasons": {"3": "boundary", "7": "under"}}
        assert client.post(f"/api/reviews/{job}", json=body).status_code == 200
    with editing(browser, editor_root, editor_server.url, job) as editor:
        found = editor.page.locator(".cell.problem").evaluate_all(
            "(cells) => cells.map((cell) => cell.getAttribute('aria-label'))"
        )
        assert any("Keyframe 3" in text and "boundary" in text for text in found)
        editor.show(2)
        editor.press("n")
        assert editor.ann("frame") == 3
        assert "sent back by the reviewer: boundary" in editor.page.locator(".reasons").inner_text()
        editor.press("b")
        editor.drag((40, 30), (60, 30))
        editor.saved()
        editor.page.wait_for_timeout(300)
        assert "sent back" not in editor.page.locator(".reasons").inner_text(), "it was mended"


@pytest.fixture
def hosted(context, editor_server, person):
    """The editor in the middle of another page that scrolls."""
    job = f"disc-mask-{person}"
    page = context.new_page()
    found = EditorPage(page, job)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("console", lambda m: m.type == "error" and found.complaints.append(m.text))
    body = HOST_PAGE.format(job=job)
    page.route("**/host*", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{editor_server.url}host?test=1")
    found.wait("true")
    yield found
    found.check()


def test_on_another_page_clicks_land_after_scrolling_and_typing_is_typing(hosted) -> None:
    page = hosted.page
    page.locator("#text").click()
    page.keyboard.type("bqk gm e")
    assert page.locator("#text").input_value() == "bqk gm e"
    assert hosted.ann("tool") == "click"
    assert hosted.ann("state(0)") == "empty"
    page.mouse.wheel(0, 380)
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") > 100
    hosted.click(48, 54)
    hosted.saved()
    ((x, y, _),) = hosted.ann("marks(0)")
    assert abs(x - 48) <= 0.5
    assert abs(y - 54) <= 0.5
    hosted.press("b")
    assert hosted.ann("tool") == "brush"
    page.locator("#other").focus()
    hosted.press("e")
    assert hosted.ann("tool") == "brush", "keys belong to what has the focus"


def test_whatever_the_page_around_does_the_picture_stays(hosted) -> None:
    page = hosted.page
    hosted.click(48, 54)
    hosted.saved()
    before = hosted.ann("hash(0)")
    page.evaluate(
        """() => {
        const place = document.getElementById('place');
        window.canvas = place.shadowRoot.querySelector('canvas.top');
        window.wide = window.canvas.width;
        place.parentElement.classList.add('dark');
        document.body.style.colorScheme = 'dark';
        place.setAttribute('data-theme', 'dark');
        place.style.display = 'none';
    }"""
    )
    hosted.press("b")
    assert hosted.ann("tool") == "click", "a hidden editor hears no keys"
    page.evaluate("document.getElementById('place').style.display = 'block'")
    page.wait_for_timeout(150)
    assert page.evaluate("window.canvas.isConnected && window.canvas.width === window.wide")
    assert hosted.ann("hash(0)") == before
    hosted.click(150, 20)
    hosted.saved()
    assert len(hosted.ann("marks(0)")) == 2
    page.evaluate("window.handle.close()")
    assert (
        page.evaluate("document.getElementById('place').shadowRoot.querySelector('canvas')") is None
    )


def test_an_editor_closed_while_it_opens_keeps_no_later_one_from_writing(hosted) -> None:
    page = hosted.page
    mount = """async (job) => {
        const { mount } = await import('/editor/main.js');
        window.handle = mount(document.getElementById('place'), { job });
    }"""
    page.evaluate("window.handle.close()")
    page.evaluate(
        """(name) => new Promise((taken) => navigator.locks.request(name, () => {
            taken();
            return new Promise((done) => (window.letGo = done));
        }))""",
        f"refvps:|{hosted.job.rsplit('-', 1)[1]}|{hosted.job}",
    )
    page.evaluate(mount, hosted.job)
    page.evaluate(
        """async () => {
            const pause = () => new Promise((done) => setTimeout(done, 5));
            while (!(await navigator.locks.query()).pending.length) await pause();
            window.handle.close();
            window.letGo();
            delete window.__ann;
        }"""
    )
    page.evaluate(mount, hosted.job)
    hosted.wait("!a.readOnly")
    hosted.click(48, 54)
    hosted.saved()


def test_handing_in_is_told_to_the_page_around(hosted) -> None:
    hosted.click(48, 54)
    hosted.saved()
    carried(hosted, "g")
    hosted.press("Control+Enter")
    hosted.dialog("submit")
    hosted.wait("a.readOnly")
    assert hosted.page.evaluate("window.submitted") == 1


@pytest.mark.slow
def test_a_clip_of_552_frames_opens_steps_and_plays(browser, tmp_path) -> None:
    root = tmp_path / "p"
    editor_project(root, 1, clips=(), long=True)
    with Server(root) as server, editing(browser, root, server.url, "long-mask-p0") as editor:
        editor.click(48, 54)
        editor.saved()
        carried(editor, "g")
        assert states(editor).count("A") == 137
        for _ in range(30):
            editor.press("PageDown")
        editor.wait("a.frame === 137 && a.frameShown")
        editor.press("Home", "Space")
        editor.page.wait_for_timeout(4000)
        rate = editor.ann("playing")
        editor.press("Space")
        assert editor.ann("raw") > 48
        assert rate > 8
        assert editor.ann("bitmaps") <= 160 * 2**20 // (4 * SIZE[0] * SIZE[1])
        assert editor.ann("raw") % 4 == 0, "it stops on a keyframe"


def test_playing_passes_over_all_frames_and_stops_on_a_keyframe(edit) -> None:
    with edit() as editor:
        editor.press("Space")
        seen = set()
        until = time.monotonic() + 3
        while time.monotonic() < until and len(seen) < 20:
            seen.add(editor.ann("raw"))
            editor.page.wait_for_timeout(10)
        editor.press("Space")
        assert len(seen) >= 12
        assert any(raw % 4 for raw in seen)
        assert editor.ann("raw") % 4 == 0


def test_everything_is_reached_by_the_keyboard_and_has_a_name(edit) -> None:
    with edit() as editor:
        page = editor.page
        nameless = page.evaluate(
            """() => {
            const root = document.getElementById('editor').shadowRoot;
            const shown = [...root.querySelectorAll('button, input, select, canvas, [role]')]
                .filter((e) => e.getClientRects().length && !e.closest('[aria-hidden=true]'));
            const named = (e) => e.getAttribute('aria-label') || e.textContent.trim()
                || e.closest('label')?.textContent.trim() || e.title;
            return shown.filter((e) => !named(e)
                && !['status', 'alert'].includes(e.getAttribute('role'))).map((e) => e.outerHTML);
        }"""
        )
        assert nameless == []
        reached = set()
        for _ in range(70):
            editor.press("Tab")
            reached.add(
                page.evaluate(
                    """() => {
                let e = document.activeElement;
                while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
                return e.dataset?.action ?? e.getAttribute('aria-label') ?? e.className;
            }"""
                )
            )
        assert {"tool-brush", "class-ignore", "propagate", "submit", "help"} <= reached
        assert any(text.startswith("Keyframe 0") for text in reached)
        # From nothing to a finished keyframe without a mouse.
        page.locator("canvas.top").focus()
        editor.press("ArrowRight", "q", "ArrowRight", "q", "n")
        editor.saved()
        assert editor.ann("state(1)") == "absent"
        cell = page.locator(".cell").nth(2)
        assert cell.get_attribute("aria-label").startswith("Keyframe 2, target absent")


def test_the_sheet_of_keys_opens_and_a_key_can_be_changed(edit) -> None:
    with edit() as editor:
        page = editor.page
        editor.press("?")
        assert page.locator("dialog h2").inner_text() == "Keys"
        editor.press("b")
        assert editor.ann("tool") == "click", "no key works while a window is open"
        page.get_by_title("Change the key: Eraser").click()
        editor.press("b")
        assert "is taken" in page.locator("dialog .note").inner_text()
        page.get_by_title("Change the key: Eraser").click()
        editor.press("r")
        editor.dialog("close")
        editor.press("r")
        assert editor.ann("tool") == "eraser"
        editor.reload()
        editor.wait("true")
        editor.press("r")
        assert editor.ann("tool") == "eraser", "it is remembered"
        editor.press("?")
        editor.dialog("reset")
        editor.press("e")
        assert editor.ann("tool") == "eraser"


def test_views_can_be_changed_and_change_no_label(edit) -> None:
    with edit() as editor:
        editor.click(48, 54)
        editor.show(1)
        editor.click(52, 54)
        editor.saved()
        before = editor.ann("hash(1)")
        editor.press("o", "c", "1", "+", "-", "0", "c", "o")
        for palette in ("colour-blind", "dark", "paper"):
            editor.page.get_by_label("Colours").select_option(palette)
        editor.page.locator("canvas.top").focus()
        editor.page.keyboard.down("h")
        editor.page.keyboard.up("h")
        assert editor.ann("hash(1)") == before
        assert editor.ann("pending") == 0


@pytest.mark.parametrize(
    ("viewport", "scale"),
    [(DESKTOP, 1), ({"width": 1093, "height": 614}, 1.25), ({"width": 1280, "height": 720}, 1)],
)
def test_nothing_is_cut_off_on_a_small_screen(edit, viewport: dict, scale: float) -> None:
    with edit(viewport=viewport, device_scale_factor=scale) as editor:
        out = editor.page.evaluate(
            """() => {
            const root = document.getElementById('editor').shadowRoot;
            const [w, h] = [innerWidth, innerHeight];
            return [...root.querySelectorAll('button, input, select')].filter((e) => {
                const box = e.getBoundingClientRect();
                const scrolls = e.closest('.tools, .panel');
                const below = !scrolls && box.bottom > h + 1;
                return box.width && (box.right > w + 1 || below || box.left < 0);
            }).map((e) => e.outerHTML);
        }"""
        )
        assert out == []
        stage = editor.page.locator(".stage").bounding_box()
        assert stage["width"] * stage["height"] > 0.42 * viewport["width"] * viewport["height"]
        assert editor.page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


def picture_is_free(editor: EditorPage, tour) -> bool:
    stage, card = editor.page.locator(".stage").bounding_box(), tour.bounding_box()
    centre = stage["x"] + stage["width"] / 2
    return card["x"] > centre + stage["width"] / 6


def test_the_panel_shows_where_the_target_is_on_the_keyframe_that_its_card_names(
    edit, editor_root
) -> None:
    project = Project(editor_root)
    clip = project.clip("disc")
    card = TargetCard("the disc", "its shadow too", 2, ((0.35, 0.5),))
    put_card(project, clip, card, "rita")
    with edit() as editor:
        panel = editor.page.locator(".panel")
        expect(panel).to_contain_text("its shadow too")
        expect(panel.locator("canvas")).to_have_attribute("title", re.compile("keyframe 2, the"))
        pink = """(canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            let count = 0;
            for (let at = 0; at < data.length; at += 4) {
                count += data[at] > 200 && data[at + 1] < 90 && data[at + 2] > 100;
            }
            return count;
        }"""
        assert panel.locator("canvas").evaluate(pink) > 20
        editor.page.mouse.move(*editor.place(48, 54))
        editor.page.wait_for_timeout(200)
        assert panel.locator("canvas").evaluate(pink) == 0, "under the pointer, the picture itself"


def test_the_first_time_a_tour_leads_round_and_can_be_skipped(
    context, editor_server, person
) -> None:
    job = f"disc-mask-{person}"
    editor = open_editor(context, editor_server.url, job, query="x=1")
    tour = editor.page.locator(".tour")
    tour.wait_for()
    for step in range(1, 7):
        assert f"{step} of 6" in tour.inner_text()
        tour.locator("button.primary").click()
    assert tour.count() == 0
    editor.press("?")
    editor.page.locator('[data-choice="tour"]').click()
    tour.wait_for()
    assert picture_is_free(editor, tour), "one can click on the picture while it is shown"
    editor.press("Escape")
    assert tour.count() == 0
    editor.reload()
    editor.page.locator(".cell").first.wait_for()
    editor.page.wait_for_timeout(300)
    assert tour.count() == 0
    assert editor.page.evaluate("window.__ann") is None, "tests alone see inside"
    editor.check()


def test_a_reviewer_looks_and_changes_nothing(browser, editor_root, editor_server, person) -> None:
    context = signed_in(browser, editor_root, editor_server.url, "rita")
    editor = open_editor(context, editor_server.url, f"disc-mask-{person}")
    assert editor.ann("readOnly")
    assert "somebody else's job" in editor.banner()
    editor.press("b")
    editor.drag((20, 20), (60, 20))
    assert editor.labels(0).sum() == 0
    editor.check()
    context.close()


def test_a_job_that_is_not_there_says_so(context, editor_server) -> None:
    page = context.new_page()
    answer = page.goto(f"{editor_server.url}annotate/disc-mask-rita")
    assert answer.status == 404
    assert json.loads(answer.text())["error"]
