"""The triage page in a real browser, by keyboard alone; what was stored is read from the store."""

import json
import re
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from e2e.commands import run
from refvps.collect.decisions import standing
from refvps.collect.detectors.pyscenedetect import PySceneDetect
from refvps.collect.reasons import REASONS
from refvps.collect.store.records import Clip, Decision
from refvps.collect.store.store import Store
from support.detectors import MarkDetector
from support.triage import (
    CUT,
    PASSWORD,
    collect,
    cut_video,
    people,
    served,
    served_here,
    small_video,
    spans_video,
)

COUNT = 100
LAPTOP = {"width": 1366, "height": 768}
PATIENCE = 20_000
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "javascript:alert(1) “’\"'&amp; \u202e txet desrever",
    "{{7*7}} ${alert(1)} \x00\ufffd 🔥" * 8,
)
KEYS = {reason.key: code for code, reason in REASONS.items()}


@contextmanager
def logged_in(browser: Browser, address: str, name: str, **more) -> Iterator[Page]:
    """Somebody's window with the page open; it complains of nothing and asks nobody else."""
    context = browser.new_context(viewport=LAPTOP, **more)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    enter(context, page, address, name)
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{address}triage/")
    ready(page)
    yield page
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    away = re.compile(r"Failed to load resource: (net::|the server responded with a status of 40)")
    assert [text for text in complaints if not away.match(text)] == []
    context.close()


def enter(context: BrowserContext, page: Page, address: str, name: str) -> None:
    """Log in as people do, and see the page listed."""
    page.goto(address)
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator('a[href$="triage/"]')).to_be_visible(timeout=PATIENCE)


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready]", timeout=PATIENCE)


def stored_all(page: Page) -> None:
    page.wait_for_selector('body[data-waiting="0"]', timeout=PATIENCE)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def current(page: Page) -> str:
    return page.locator('.tile[aria-selected="true"]').get_attribute("data-subject")


def decisions(folder: Path) -> list[Decision]:
    with Store(folder / "collection") as store:
        return list(store.all(Decision))


def clips(folder: Path) -> dict[str, str]:
    with Store(folder / "collection") as store:
        return {clip.clip_id: clip.state for clip in store.all(Clip)}


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("hundred")
    videos = []
    for number in range(COUNT):
        path = small_video(folder / f"{number}.mp4", number, tall=number % 2 == 0)
        videos.append((f"{number:03}", path, {"title": f"candidate {number}"}))
    collect(folder, videos)
    people(folder / "people")
    with served(folder) as address:
        yield folder, address


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four small videos with hostile titles, and one of two shots."""
    folder = tmp_path_factory.mktemp("few")
    videos = [
        (name, small_video(folder / f"{name}.mp4", ord(name)), {"title": title})
        for name, title in zip("abcd", HOSTILE, strict=True)
    ]
    collect(folder, [*videos, ("cut", cut_video(folder / "cut.mp4"), {"title": "two shots"})])
    people(folder / "people")
    return folder


@pytest.fixture
def few(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "few")
    return tmp_path / "few"


def test_a_hundred_candidates_are_decided_by_keyboard_alone(
    browser: Browser, hundred: tuple[Path, str]
) -> None:
    folder, address = hundred
    with logged_in(browser, address, "rita") as page:
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        expect(page.locator(".tile")).to_have_count(12)
        playing = (
            "() => [...document.querySelectorAll('.tile video')].every(v => v.currentTime > 0)"
        )
        page.wait_for_function(playing, timeout=PATIENCE)
        keys = [*KEYS, "a", "a", "a"]
        expected: dict[str, str] = {}
        start = time.monotonic()
        for number in range(COUNT):
            key = keys[number % len(keys)]
            expected[current(page)] = KEYS.get(key, "accept")
            press(page, key)
        stored_all(page)
        lasted = time.monotonic() - start
        expect(page.locator("#banner")).to_contain_text("Nothing is left to decide")
        expect(page.locator("#counts")).to_contain_text("0 to decide · 24 accepted · 76 excluded")
    found = decisions(folder)
    held = standing(found)
    assert {name: each.reason or each.verdict for name, each in held.items()} == expected
    assert len(found) == COUNT
    assert {each.reviewer for each in found} == {"rita"}
    spent = [each.ms_spent / 1000 for each in found]
    told = json.loads(run("refvps", "collect", "reviewers", "--json", cwd=folder).stdout)
    assert told["reviewers"][0]["median_seconds"] == round(statistics.median(spent), 3)
    # The first has the time in it that the page took to play its videos.
    assert sum(spent[1:]) < lasted + 1
    assert statistics.median(spent) < 2


def test_a_trim_at_a_change_of_shot_is_what_is_exported(browser: Browser, few: Path) -> None:
    with served_here(few) as address, logged_in(browser, address, "rita") as page:
        press(page, "End", "t")
        expect(page.locator("#trim h2")).to_have_text("Trim two shots", timeout=PATIENCE)
        marks = page.locator(".strip .mark.cut")
        expect(marks).to_have_count(1)
        assert marks.evaluate("each => each.style.left") == "50%"
        # Into the margin of the change: the server refuses, and Enter stores nothing.
        press(page, "]", "i", ",", ",", "i")
        expect(page.locator(".told")).to_contain_text("the shot changes at 2 s", timeout=PATIENCE)
        press(page, "Enter")
        expect(page.locator("#trim")).to_be_visible()
        # The second shot: from its first frame, an event within it, context around that.
        press(page, "[", "]", "i")
        expect(page.locator(".place")).to_have_text(re.compile(rf"^frame {CUT} of 120"))
        press(page, ">", ">", "e", ">", "r", "g")
        expect(page.locator("#trim")).to_have_attribute("data-part", "65,105,80,90")
        shown = {}
        for name, index in (("before", 64), ("first", 65), ("last", 105), ("after", 106)):
            image = page.locator(f"figure.{name} img")
            expect(image).to_have_attribute("data-index", str(index), timeout=PATIENCE)
            page.wait_for_function(
                "image => image.naturalWidth === 256", arg=image.element_handle()
            )
            source = image.evaluate("each => each.src")
            shown[name] = page.request.get(source).body()
        press(page, "Enter")
        stored_all(page)
        expect(page.locator("#grid")).to_be_visible()
    assert clips(few) == {"test-cut-0": "accepted"}
    done = run("refvps", "collect", "run", "--only", "export", cwd=few)
    assert done.returncode == 0, done.stderr
    frames = sorted((few / "collection" / "clips").rglob("*.jpg"))
    assert len(frames) == 33  # ceil(41 frames of 1/30 s at 24 a second)
    assert frames[0].read_bytes() == shown["first"]
    assert frames[-1].read_bytes() == shown["last"]


def test_the_strip_shows_jumps_and_spans_and_says_what_they_mean(
    browser: Browser, tmp_path: Path
) -> None:
    detectors = (PySceneDetect(), MarkDetector())
    collect(tmp_path, [("v", spans_video(tmp_path / "v.mp4"), {})], detectors=detectors)
    people(tmp_path / "people")
    with served_here(tmp_path) as address, logged_in(browser, address, "rita") as page:
        press(page, "t")
        expect(page.locator("#trim")).to_be_visible(timeout=PATIENCE)
        jump, span = page.locator(".strip .mark.jump"), page.locator(".strip .mark.gradual")
        expect(jump).to_have_count(1)
        expect(span).to_have_count(1)
        total = 132
        assert percent(jump, "left") == pytest.approx(100 * 31 / total, abs=1e-3)
        assert percent(span, "left") == pytest.approx(100 * 60 / total, abs=1e-3)
        assert percent(span, "width") == pytest.approx(100 * 12 / total, abs=1e-3)
        # What a mark means is said under the strip, and by the mark itself under the pointer.
        legend = page.locator(".legend li")
        expect(legend).to_have_count(2)
        expect(legend.nth(0)).to_contain_text("the shot changes gradually; no clip may hold any")
        expect(legend.nth(1)).to_contain_text("may jump within one shot; look and judge")
        jump.hover()
        span.hover()
        assert legend.nth(1).locator(".mark.jump").count() == 1
        colours = [
            each.evaluate("each => getComputedStyle(each).borderLeftColor") for each in (jump, span)
        ]
        assert len(set(colours)) == 2
        # The keys go to both; none of the span may be in a clip, and the jump may.
        for key, frame in (("]", 31), ("]", 72), ("[", 31), ("]", 72)):
            press(page, key)
            expect(page.locator(".place")).to_have_text(re.compile(rf"^frame {frame} of {total}"))
        told = page.locator(".told")
        press(page, ",", "o")
        expect(told).to_contain_text("the shot changes at 2.4 s", timeout=PATIENCE)
        press(page, "<", ",", "o")
        expect(page.locator(".place")).to_have_text(re.compile(r"^frame 60 of"))
        expect(told).to_contain_text("the shot changes at 2.4 s", timeout=PATIENCE)
        press(page, ",", "o")
        expect(told).to_contain_text("no change of shot found inside", timeout=PATIENCE)
        # Who decides without proposals sees no jump, and every change of shot.
        press(page, "Escape", "p", "t")
        expect(page.locator(".strip .mark.gradual")).to_have_count(1, timeout=PATIENCE)
        expect(jump).to_have_count(0)
        expect(legend).to_have_count(1)


def percent(mark: Locator, side: str) -> float:
    return float(mark.evaluate(f"each => each.style.{side}").removesuffix("%"))


def test_a_split_gives_parts_that_are_decided_and_undo_goes_back(
    browser: Browser, few: Path
) -> None:
    with served_here(few) as address, logged_in(browser, address, "rita") as page:
        press(page, "End", "s")
        expect(page.locator("#trim h2")).to_have_text("Split two shots", timeout=PATIENCE)
        expect(page.locator(".strip .part")).to_have_count(2)
        # The second shot is cut in two, and the first left out.
        press(page, "ArrowRight", ">", ">", ">", "m")
        expect(page.locator(".strip .part")).to_have_count(3)
        press(page, "Home", "ArrowLeft", "ArrowLeft", " ")
        expect(page.locator(".strip .part.left-out")).to_have_count(1)
        press(page, "Enter")
        stored_all(page)
        expect(page.locator(".tile")).to_have_count(7)
        assert current(page) == "test:a" or current(page).startswith("test-cut")
        expect(page.locator('[data-subject="test-cut-0"] .title')).to_have_text(
            "part 1 of two shots"
        )
        press(page, "End", "k", "a", "2")
        stored_all(page)
        assert clips(few) == {"test-cut-0": "accepted", "test-cut-1": "dropped"}
        # Undo: the exclusion, the acceptance, and then the split itself.
        for expected in (
            {"test-cut-0": "accepted", "test-cut-1": "proposed"},
            {"test-cut-0": "proposed", "test-cut-1": "proposed"},
            {"test-cut-0": "dropped", "test-cut-1": "dropped"},
        ):
            press(page, "u")
            page.wait_for_timeout(50)
            stored_all(page)
            assert clips(few) == expected
        expect(page.locator(".tile")).to_have_count(5)
        press(page, "u")
        expect(page.locator("#banner")).to_contain_text("nothing of yours to take back")
    assert [each.verdict for each in decisions(few)][-3:] == ["undo"] * 3


def test_hostile_titles_are_text(browser: Browser, few: Path) -> None:
    with served_here(few) as address, logged_in(browser, address, "rita") as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        titles = page.locator(".tile .title").all_inner_texts()
        for title in HOSTILE:
            assert any(title.split("\x00")[0][:40] in shown for shown in titles), title
        assert page.locator(".tile img, .tile script, .tile a").count() == 0
        press(page, "t")
        expect(page.locator("#trim h2")).to_contain_text(HOSTILE[0], timeout=PATIENCE)
        assert page.locator("#trim h2 *").count() == 0


def test_the_second_pass_is_blind(browser: Browser, few: Path) -> None:
    config = few / "collect.toml"
    config.write_text(config.read_text().replace("second = 0.0", "second = 1.0"))
    with served_here(few) as address:
        with logged_in(browser, address, "rita") as page:
            press(page, "v", "a")
            stored_all(page)
        with logged_in(browser, address, "ben") as page:
            heard: list[str] = []
            page.on(
                "response",
                lambda answer: heard.append(answer.text()) if "/api/" in answer.url else None,
            )
            taken = page.locator('[data-subject="test:a"] .verdict')
            expect(page.locator("#counts")).to_contain_text("3 to decide")
            press(page, "f", "f", "f")
            expect(taken).to_contain_text("waits for your blind second pass")
            press(page, "Home", "1")
            expect(page.locator("#banner")).to_contain_text("somebody has decided this")
            press(page, "b")
            expect(page.locator("#pass")).to_have_text("Second pass, blind")
            expect(page.locator(".tile")).to_have_count(2)
            expect(page.locator(".tile .verdict").first).to_have_text("")
            press(page, "a", "t")
            expect(page.locator("#banner")).to_contain_text("only the first trims")
            press(page, "1")
            stored_all(page)
            page.wait_for_timeout(3500)  # a poll
            assert heard
            for trace in ("rita", "privacy"):
                assert all(trace not in _without_reasons(text) for text in heard), trace
    found = decisions(few)
    assert [(each.reviewer, each.verdict, each.blind) for each in found] == [
        ("rita", "exclude", False),
        ("rita", "accept", False),
        ("ben", "accept", True),
        ("ben", "exclude", True),
    ]
    assert standing(found)["test:a"].reason == "privacy"


def _without_reasons(text: str) -> str:
    """What the server said, without the list of all reasons."""
    return "" if '"reasons"' in text else text


def test_a_wrong_role_is_turned_away(browser: Browser, few: Path) -> None:
    with served_here(few) as address:
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.locator("#name").fill("ann")
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("main").filter(has_text="ann").first).to_be_visible(timeout=PATIENCE)
        assert page.locator('a[href$="triage/"]').count() == 0
        answer = page.goto(f"{address}triage/")
        assert answer.status == 403
        assert "only reviewers and administrators" in page.content()
        context.close()


def test_two_people_see_each_other_and_lose_nothing(browser: Browser, few: Path) -> None:
    with (
        served_here(few) as address,
        logged_in(browser, address, "rita") as one,
        logged_in(browser, address, "ben") as other,
    ):
        # Ben's page has not heard yet when he presses a key on the same candidate.
        other.route("**/api/changes*", lambda route: route.abort())
        press(one, "a")
        stored_all(one)
        press(other, "1")
        stored_all(other)
        expect(other.locator("#banner")).to_contain_text("not stored: decided meanwhile")
        verdict = other.locator('[data-subject="test:a"] .verdict')
        expect(verdict).to_have_text("rita decided meanwhile; yours was not stored. Look again.")
        assert [each.reviewer for each in decisions(few)] == ["rita"]
        # Having looked, he may decide otherwise; she sees it without doing anything.
        press(other, "Home", "1")
        stored_all(other)
        expect(one.locator('[data-subject="test:a"] .verdict')).to_have_text(
            "excluded: no-change (ben)", timeout=PATIENCE
        )
    assert [each.reviewer for each in decisions(few)] == ["rita", "ben"]


def test_a_restart_is_said_and_what_waited_is_stored(browser: Browser, few: Path) -> None:
    with served(few) as address, logged_in(browser, address, "rita") as page:
        press(page, "a")
        stored_all(page)
        port = int(address.rsplit(":", 1)[1].strip("/"))
        address.kill()
        press(page, "1", "2")
        expect(page.locator("#banner")).to_contain_text("does not answer", timeout=PATIENCE)
        expect(page.locator("#banner")).to_contain_text("2 decisions wait here")
        waiting = page.locator('[data-status="storing"]')
        expect(waiting).to_have_count(2)
        expect(waiting.first.locator(".verdict")).to_contain_text("storing")
        assert len(decisions(few)) == 1
        with served(few, port):
            stored_all(page)
            expect(page.locator("#banner")).to_contain_text("started anew", timeout=PATIENCE)
            expect(page.locator('[data-status="exclude"]')).to_have_count(2)
            press(page, "3")
            stored_all(page)
    reasons = [each.reason for each in decisions(few)]
    assert reasons == ["", "no-change", "too-rapid", "shot-changes"]


def test_the_cheat_sheet_fits_and_every_key_is_on_it(browser: Browser, few: Path) -> None:
    with served_here(few) as address, logged_in(browser, address, "rita") as page:
        press(page, "?")
        sheet = page.locator("#help")
        expect(sheet).to_be_visible()
        box = sheet.bounding_box()
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= LAPTOP["width"]
        assert box["y"] + box["height"] <= LAPTOP["height"]
        assert sheet.evaluate("each => each.scrollHeight - each.clientHeight") <= 1
        keys = set(sheet.locator("kbd").all_inner_texts())
        assert {*KEYS, "a", "s", "t", "u", "c", "b", "?", "i", "o", "e", "r", "g", "Space"} <= keys
        press(page, "a")  # no key decides behind the sheet
        press(page, "?")
        expect(sheet).to_be_hidden()
    assert decisions(few) == []


def test_a_key_that_is_held_decides_once(browser: Browser, few: Path) -> None:
    with served_here(few) as address, logged_in(browser, address, "rita") as page:
        for _ in range(5):
            page.keyboard.down("a")  # the second and later ones are repeats
        page.keyboard.up("a")
        stored_all(page)
        for _ in range(3):
            page.keyboard.down("ArrowRight")
        page.keyboard.up("ArrowRight")
        assert current(page) == "test:cut"
    assert len(decisions(few)) == 1


def test_a_concept_is_chosen_by_typing(browser: Browser, few: Path) -> None:
    with served_here(few) as address, logged_in(browser, address, "rita") as page:
        press(page, "c", "Enter")  # nothing is chosen yet
        expect(page.locator(".tile .concept").first).to_have_text("melting")
        press(page, "c")
        expect(page.locator("#concepts")).to_be_visible()
        page.keyboard.type("ic")
        press(page, "Enter")
        expect(page.locator("#concepts")).to_be_hidden()
        expect(page.locator("#trim")).to_be_hidden()  # Enter was the dialog's, not the grid's
        expect(page.locator(".tile .concept").first).to_have_text("ice")
        press(page, "a")
        stored_all(page)
    (said,) = decisions(few)
    assert (said.subject, said.verdict, said.concept_id) == ("test:a", "accept", "ice")
