"""Nothing that was done is lost: closed tabs, killed servers, two tabs, no network."""

import json
from pathlib import Path

import httpx
import numpy as np
import pytest

from annotator.project import Project
from annotator.server.desk import Desk
from annotator.session import keyframe_of
from support.annotator_server import Server, Tab
from support.editor_page import EditorPage, open_editor, signed_in
from support.editor_project import editor_project

GONE = (
    "ERR_CONNECTION",
    "ERR_EMPTY_RESPONSE",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_ABORTED",
    "ERR_INCOMPLETE",
    "ERR_CONTENT_LENGTH_MISMATCH",
    "ERR_SOCKET_NOT_CONNECTED",
)
SIZE = (108, 192)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of its own, for tests that end its server."""
    editor_project(tmp_path / "p", 1, clips=("disc",))
    return tmp_path / "p"


def on_disk(root: Path, job: str, k: int) -> np.ndarray:
    """What the project has of a keyframe, in the editor's bits."""
    project = Project(root)
    planes = Desk(project, None, None).planes(project.job(job), k)[1]
    return planes.target.dense() * 1 + planes.ignore.dense() * 2


def head(root: Path, job: str) -> dict:
    clip, _, person = job.split("-")
    path = root / "ann" / clip / person / "HEAD.json"
    return json.loads(path.read_text()) if path.exists() else {"frames": {}}


def stroke(editor: EditorPage, y: float = 30) -> None:
    editor.press("b")
    editor.drag((100, y), (150, y))


def test_a_stroke_just_before_the_tab_is_closed_is_there_when_it_is_opened(
    context, editor_root, editor_server, person
) -> None:
    job = f"disc-mask-{person}"
    editor = open_editor(context, editor_server.url, job)
    stroke(editor)
    shown = editor.labels(0)
    editor.page.close()
    again = open_editor(context, editor_server.url, job)
    again.saved()
    assert np.array_equal(again.labels(0), shown)
    assert not again.ann("readOnly"), "the same browser writes again at once"
    assert np.array_equal(on_disk(editor_root, job, 0), shown)
    again.check()


def test_a_save_that_is_still_on_its_way_when_the_job_is_opened_again_is_done_once(
    context, editor_root, editor_server, person
) -> None:
    job = f"disc-mask-{person}"
    editor = open_editor(context, editor_server.url, job)
    under_way = []

    def hold(route) -> None:
        asked = route.request
        under_way.append((asked.url, asked.all_headers(), asked.post_data))
        route.abort()

    def arrive(route) -> None:
        url, headers, content = under_way[0]
        done = httpx.put(url, headers=headers, content=content)
        assert done.status_code == 200, done.text
        route.continue_()

    context.route("**/frames/0/masks", hold)
    stroke(editor)
    shown = editor.labels(0)
    editor.page.locator(".banner").wait_for()
    editor.page.close()
    context.unroute("**/frames/0/masks")
    context.route(f"**/{job}/masks", arrive)  # asked after the state, which knows nothing yet
    again = open_editor(context, editor_server.url, job)
    again.saved()
    assert again.page.locator("dialog").count() == 0
    assert np.array_equal(again.labels(0), shown)
    assert np.array_equal(on_disk(editor_root, job, 0), shown)
    assert head(editor_root, job)["frames"]["0"]["rev"] == 1
    again.press("Control+z")
    stroke(again, 80)
    again.saved()
    assert np.array_equal(on_disk(editor_root, job, 0), again.labels(0))
    again.check()


def test_a_click_after_an_answer_that_was_lost_is_answered_too(
    context, editor_root, editor_server, person
) -> None:
    job = f"disc-mask-{person}"
    editor = open_editor(context, editor_server.url, job)
    editor.allowed = GONE
    asked = []

    def lose(route) -> None:
        if not asked:
            route.fetch()
        asked.append(route.request.post_data_json["clicks"])
        route.abort("connectionreset")

    context.route("**/sam/predict", lose)
    editor.click(48, 54)
    editor.page.locator(".banner").wait_for()
    editor.click(150, 20)
    context.unroute("**/sam/predict")
    editor.saved()
    assert len(asked[0]) == 1
    assert len(editor.ann("marks(0)")) == 2
    assert len(head(editor_root, job)["frames"]["0"]["clicks"]) == 2
    assert np.array_equal(on_disk(editor_root, job, 0), editor.labels(0))
    assert editor.labels(0)[20, 150] == 1
    editor.check()


def test_half_a_stroke_is_offered_back(context, editor_root, editor_server, person) -> None:
    job = f"disc-mask-{person}"
    editor = open_editor(context, editor_server.url, job)
    editor.press("b")
    page = editor.page
    page.mouse.move(*editor.place(60, 30))
    page.mouse.down()
    for step in range(8):
        page.mouse.move(*editor.place(60 + 10 * step, 30), steps=3)
        page.wait_for_timeout(60)
    assert editor.labels(0).sum() > 0
    page.wait_for_timeout(200)
    page.close()
    again = context.new_page()
    editor = EditorPage(again, job)
    again.goto(f"{editor_server.url}annotate/{job}?test=1")
    again.locator("dialog").wait_for()
    assert "Keyframe 0" in again.locator("dialog").inner_text()
    editor.dialog("put")
    editor.wait("a.pending === 0")
    assert editor.labels(0)[30, 70] == 1
    assert np.array_equal(on_disk(editor_root, job, 0), editor.labels(0))
    page = open_editor_after_close(context, editor, editor_server.url, job)
    assert page.locator("dialog").count() == 0, "it is asked once"


def open_editor_after_close(context, editor: EditorPage, url: str, job: str):
    editor.page.close()
    return open_editor(context, url, job).page


def test_a_server_that_restarts_under_an_open_editor_is_noticed_and_waited_for(
    browser, root
) -> None:
    with Server(root) as first:
        port, url = first.port, first.url
        context = signed_in(browser, root, url, "p0")
        editor = open_editor(context, url, "disc-mask-p0")
        editor.allowed = GONE
        editor.click(48, 54)
        editor.saved()
        first.kill()
        stroke(editor)
        editor.press("ArrowRight", "s")
        editor.click(52, 54)
        editor.page.locator(".banner").wait_for()
        assert "does not answer" in editor.banner()
        assert editor.ann("pending") == 2
        shown = editor.labels(0)
    with Server(root, port=port):
        editor.saved()
        editor.wait("!a.readOnly")
        assert editor.banner() == ""
        assert np.array_equal(editor.labels(0), shown)
        assert np.array_equal(on_disk(root, "disc-mask-p0", 0), shown)
        assert editor.ann("state(1)") == "prompted"
        editor.press("ArrowLeft", "Control+z")
        editor.saved()
        assert editor.ann("state(0)") == "prompted", "what was done before it can be undone too"
        editor.check()
        context.close()


@pytest.mark.slow
@pytest.mark.parametrize("at", [20, 23, 26, 29, 32, 35])
def test_a_server_killed_while_it_saves_ends_with_what_was_on_the_screen(
    browser, root, at: int
) -> None:
    with Server(root, kill_at=at) as server:
        port, url = server.port, server.url
        context = signed_in(browser, root, url, "p0")
        editor = open_editor(context, url, "disc-mask-p0")
        editor.allowed = GONE
        for y in (20, 45, 70):
            stroke(editor, y)
        editor.page.wait_for_timeout(600)
        died = server.process.poll() is not None
        shown = editor.labels(0)
    Project(root)
    with Server(root, port=port):
        editor.saved()
        assert np.array_equal(editor.labels(0), shown)
        assert np.array_equal(on_disk(root, "disc-mask-p0", 0), shown)
        editor.check()
        context.close()
    assert died, "the server was to die in a save"


def test_of_two_tabs_of_a_browser_one_writes(context, editor_server, person) -> None:
    job = f"disc-mask-{person}"
    first = open_editor(context, editor_server.url, job)
    second = open_editor(context, editor_server.url, job)
    second.allowed = ("409",)
    assert second.ann("readOnly")
    assert "another tab" in second.banner()
    stroke(second)
    assert second.labels(0).sum() == 0
    stroke(first)
    first.saved()
    take = second.page.locator('[data-action="take-over"]')
    take.click()
    second.page.wait_for_timeout(1200)
    assert second.ann("readOnly")
    first.check()
    first.page.close()
    take.click()
    second.wait("!a.readOnly")
    assert second.labels(0).sum() > 0, "what the first one did is shown"
    second.check()


def test_a_tab_that_is_just_being_closed_does_not_keep_the_next_from_writing(
    context, editor_server, person
) -> None:
    job = f"disc-mask-{person}"
    closing = context.new_page()
    closing.goto(f"{editor_server.url}annotate/no-such-job")
    closing.evaluate(
        """(name) => {
            const { locks } = navigator;
            const asked = (all) => all.pending.some((each) => each.name === name);
            const pause = () => new Promise((done) => setTimeout(done, 20));
            const held = async () => {
                while (!asked(await locks.query())) await pause();
            };
            return new Promise((taken) => locks.request(name, () => (taken(), held())));
        }""",
        f"refvps:|{person}|{job}",
    )
    editor = open_editor(context, editor_server.url, job)
    assert not editor.ann("readOnly")
    assert editor.banner() == ""
    editor.check()


@pytest.mark.parametrize("choice", ["both", "mine", "theirs"])
def test_two_browsers_and_a_lease_that_ran_out_lose_nothing(browser, root, choice: str) -> None:
    """One is cut off while the other goes on; afterwards somebody decides."""
    job = "disc-mask-p0"
    with Server(root, lease=1.5) as server:
        mine = signed_in(browser, root, server.url, "p0")
        other = signed_in(browser, root, server.url, "p0")
        first = open_editor(mine, server.url, job)
        first.allowed = (*GONE, "409")
        second = open_editor(other, server.url, job)
        second.allowed = ("409",)
        assert second.ann("readOnly")
        assert "p0 has this job open elsewhere" in second.banner()
        mine.set_offline(True)
        stroke(first, 30)
        first.page.wait_for_timeout(1800)
        second.page.locator('[data-action="take-over"]').click()
        second.wait("!a.readOnly")
        stroke(second, 80)
        second.saved()
        theirs = second.labels(0)
        mine.set_offline(False)
        first.wait("a.readOnly")
        assert "To look at only" in first.banner()
        assert "1 change" in first.banner()
        assert np.array_equal(on_disk(root, job, 0), theirs), "nothing was written over"
        ours = first.labels(0)
        second.check()
        other.close()
        first.page.wait_for_timeout(1800)
        first.page.locator('[data-action="take-over"]').click()
        first.page.locator("dialog").wait_for()
        assert "changed elsewhere" in first.page.locator("dialog").inner_text()
        first.dialog(choice)
        first.saved()
        wanted = {"both": theirs | ours, "mine": ours, "theirs": theirs}[choice]
        assert np.array_equal(first.labels(0), wanted)
        assert np.array_equal(on_disk(root, job, 0), wanted)
        first.check()
        mine.close()


def test_a_login_that_ran_out_loses_nothing(context, editor_root, editor_server, person) -> None:
    job = f"disc-mask-{person}"
    editor = open_editor(context, editor_server.url, job)
    editor.allowed = ("401",)
    cookies = context.cookies()
    context.clear_cookies()
    stroke(editor)
    editor.page.locator(".banner").wait_for()
    assert "logged out" in editor.banner()
    context.add_cookies(cookies)
    editor.saved()
    assert editor.banner() == ""
    assert np.array_equal(on_disk(editor_root, job, 0), editor.labels(0))
    editor.check()


def test_what_the_server_refuses_is_said_and_offered_again(
    context, editor_root, editor_server, person
) -> None:
    job = f"disc-mask-{person}"
    editor = open_editor(context, editor_server.url, job)
    editor.allowed = ("422",)
    refuse = {"status": 422, "json": {"error": "a made-up reason"}}
    context.route("**/frames/0/masks", lambda route: route.fulfill(**refuse))
    stroke(editor)
    editor.saved()
    assert "a made-up reason" in editor.page.locator(".toast").inner_text()
    assert editor.labels(0).sum() == 0, "what is shown is what is saved"
    context.unroute("**/frames/0/masks")
    editor.check()
    editor.reload()
    editor.page.locator("dialog").wait_for()
    editor.dialog("put")
    editor.wait("a.pending === 0 && a.label(120, 30) === 1")
    assert on_disk(editor_root, job, 0)[30, 120] == 1


def test_clicks_with_the_server_away_are_answered_when_it_is_back(browser, root) -> None:
    with Server(root) as first:
        port, url = first.port, first.url
        context = signed_in(browser, root, url, "p0")
        editor = open_editor(context, url, "disc-mask-p0")
        first.kill()
        editor.click(48, 54)
        editor.click(150, 20)
        editor.click(160, 90, button="right")
        assert len(editor.ann("marks(0)")) == 3, "the markers are there at once"
        editor.page.close()
    with Server(root, port=port) as server:
        again = open_editor(context, server.url, "disc-mask-p0")
        again.saved()
        assert len(again.ann("marks(0)")) == 3
        kept = again.labels(0)
        assert kept[54, 48] == 1
        again.check()
        context.close()
    fresh = root.parent / "fresh"
    editor_project(fresh, 1, clips=("disc",))
    with Server(fresh) as server:
        tab = Tab(server.url, "p0", "disc-mask-p0")
        x = head(root, "disc-mask-p0")["frames"]["0"]["clicks"]
        tab.click(0, x)
        assert np.array_equal(on_disk(fresh, "disc-mask-p0", 0), kept)


def test_states_on_the_disk_are_those_on_the_screen(edit, editor_root, person) -> None:
    job = f"disc-mask-{person}"
    with edit() as editor:
        editor.click(48, 54)
        editor.press("ArrowRight", "q")
        editor.press("ArrowRight")
        stroke(editor)
        editor.press("k", "ArrowRight", "d")
        editor.saved()
        frames = head(editor_root, job)["frames"]
        assert {k: frames[k]["state"] for k in ("0", "4", "8", "12")} == {
            "0": "prompted", "4": "absent", "8": "locked", "12": "empty",
        }  # fmt: skip
        assert frames["12"]["flags"] == ["problem"]
        editor.press("ArrowLeft", "ArrowLeft", "q")
        editor.saved()
        assert head(editor_root, job)["frames"]["4"]["state"] == "empty", "absent was taken back"
        editor.press("Control+Enter")
        text = editor.page.locator("dialog").inner_text()
        assert "9 keyframes have no label" in text
        assert editor.page.locator('[data-choice="submit"]').count() == 0
        editor.dialog("back")


def test_the_log_says_how_long_it_took(edit, editor_root, editor_server, person) -> None:
    with edit() as editor:
        editor.page.wait_for_timeout(400)
        editor.click(48, 54)
        editor.page.wait_for_timeout(800)
        editor.press("ArrowRight")
        stroke(editor)
        editor.page.wait_for_timeout(700)
        editor.press("i", "ArrowLeft")
        editor.saved()
        began = editor.page.evaluate("performance.now()") / 1000
        editor.allowed = ("ERR_ABORTED",)
        editor.page.goto("about:blank")
    path = editor_root / "ann" / "disc" / person / "events.jsonl"
    events = [json.loads(line) for line in path.read_text().splitlines()]
    clients = [each for each in events if "mono" in each]
    monos = [each["mono"] for each in clients]
    assert monos == sorted(monos)
    names = {each["ev"] for each in clients}
    assert {"open", "frame_enter", "frame_leave", "click", "stroke", "close"} <= names
    spent = clients[-1]["mono"] - clients[0]["mono"]
    assert spent == pytest.approx(began - clients[0]["mono"], abs=0.3)
    project = Project(editor_root)
    from annotator.activity import work_document

    found = work_document(project.work(project.job(f"disc-mask-{person}")))
    assert found["active_seconds"] == pytest.approx(spent, rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_done_while_servers_die_ends_the_same_on_screen_and_disk(
    browser, root, seed: int
) -> None:
    """A hundred random things, three servers killed in between, and one look at every pixel."""
    chance = np.random.default_rng(seed)
    job = "disc-mask-p0"
    server = Server(root, step=0.02)
    port, url = server.port, server.url
    context = signed_in(browser, root, url, "p0")
    editor = open_editor(context, url, job)
    editor.allowed = (*GONE, "409")
    try:
        for turn in range(100):
            if turn in (30, 55, 80):
                server.kill()
                _random_step(editor, chance)
                _random_step(editor, chance)
                server = Server(root, step=0.02, port=port)
            _random_step(editor, chance)
        editor.saved()
        for k in range(11):
            assert np.array_equal(editor.labels(k), on_disk(root, job, k)), k
        states = {k: editor.ann(f"state({k})") for k in range(11)}
        project = Project(root)
        keyframes = project.work(project.job(job)).head.keyframes
        assert states == {k: keyframe_of(keyframes, k).state for k in range(11)}
        editor.check()
    finally:
        context.close()
        server.kill()


def _random_step(editor: EditorPage, chance: np.random.Generator) -> None:
    x, y = float(chance.uniform(10, 180)), float(chance.uniform(10, 95))
    choice = chance.choice(["stroke", "erase", "ignore", "click", "undo", "redo", "go", "key"])
    if choice in ("stroke", "erase", "ignore"):
        editor.press({"stroke": "t", "erase": "e", "ignore": "i"}[choice])
        if choice != "erase":
            editor.press("b")
        editor.drag((x, y), (x / 2 + 40, y / 2 + 20), (x, 100 - y / 2), steps=2)
    elif choice == "click":
        editor.press("s")
        button = "right" if chance.random() < 0.3 else "left"
        editor.click(x, y, button=button)
    elif choice == "undo":
        editor.press(*["Control+z"] * int(chance.integers(1, 4)))
    elif choice == "redo":
        editor.press("Control+Shift+z")
    elif choice == "go":
        editor.press(str(chance.choice(["ArrowRight", "ArrowLeft", "PageDown", "Home"])))
    else:
        editor.press(str(chance.choice(["q", "k", "k", "v", "Delete", "d", "y"])))
