"""Adjudication in a real browser: two labellings side by side, taken, drawn, reviewed, frozen."""

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from annotator.backup import verify_project
from annotator.formats.masks_out import planes_of
from annotator.project import Project
from benchmark.agreement.pictures import COLOURS
from support.annotator_pages import DESKTOP, PATIENCE, People, Window
from support.annotator_server import Server
from support.editor_page import EditorPage, open_editor, signed_in
from support.labelled import copied_labelled, drawn
from support.projects import PASSWORD, SIZE

CLIP, JOB = 2, "clip-2-adjudic-judith"
PAGE = f"ui/adjudicate?job={JOB}"
KEYFRAMES = 6


@pytest.fixture(scope="module")
def people(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """Ann and Ben labelled three clips; the tests below go on where the earlier ones stopped."""
    root = tmp_path_factory.mktemp("adjudicate") / "p"
    made = copied_labelled(root, count=21)
    made.users.put("judith", PASSWORD, ["annotator"])
    with Server(root, pages=True) as server:
        yield People(browser, root, server)


def on_disk(people: People) -> Project:
    return Project(people.root)


def labels(person: str, k: int) -> np.ndarray:
    return drawn(person, CLIP, k, SIZE)


def iou(k: int) -> float:
    one, other = (labels(person, k) == 1 for person in ("ann", "ben"))
    union = (one | other).sum()
    return float((one & other).sum() / union) if union else 1.0


def worst_first() -> list[int]:
    return sorted(range(KEYFRAMES), key=lambda k: (iou(k), k))


def at(window: Window, k: int) -> None:
    window.sees(".side h2", f"Keyframe {k} of {KEYFRAMES - 1}")


def test_an_adjudicator_is_chosen_on_the_assignment_page(people: People) -> None:
    with people.window("ada", "ui/assignment") as window:
        page = window.page
        cell = page.locator("#assigned tbody tr", has_text=f"clip-{CLIP}").locator("td").nth(4)
        cell.get_by_role("button", name="assign").click()
        expect(page.locator("#kind input")).to_have_value("Adjudicate", timeout=PATIENCE)
        page.locator("#person input").click()
        page.get_by_role("option", name="ben").click()
        page.locator("#give").click()
        window.sees("[role=alert]", f"Ben labels clip clip-{CLIP} already")
        page.locator("#person input").click()
        page.get_by_role("option", name="judith").click()
        page.locator("#give").click()
        window.sees("#top [role=status]", "1 job for judith")
        expect(cell).to_contain_text("judith", timeout=PATIENCE)
    assert on_disk(people).job(JOB).kind == "adjudicate"


def test_the_job_opens_on_what_differs_most_and_names_nobody(people: People) -> None:
    with people.window("judith") as window:
        window.sees(".next .kicker", "adjudicate")
        window.page.get_by_role("link", name="Begin").click()
        at(window, worst_first()[0])
        window.sees(".map figcaption", f"IoU {100 * iou(worst_first()[0]):.1f} %")
        shown = window.page.locator("main").all_inner_texts()
        assert not [text for text in shown if re.search(r"\b(ann|ben)\b", text)]
        cells = window.page.locator(".strip .cell span").all_inner_texts()
        assert cells == [f"{k} · {100 * iou(k):.0f}" for k in worst_first()]
        window.press("o")
        window.sees(".strip-below", "Keyframes, in order of time")
        cells = window.page.locator(".strip .cell span").all_inner_texts()
        assert cells == [f"{k} · {100 * iou(k):.0f}" for k in range(KEYFRAMES)]
        assert window.overflow() <= 0
    for name in ("ann", "rita"):
        with people.window(name, PAGE) as window:
            window.sees("[role=alert]", "You have no such job")
            url = f"{window.url}pages/differences/{JOB}/0?sides=clip-2-mask-ann,clip-2-relabel-ben"
            assert window.page.request.get(url).status == 404


def test_the_map_shows_every_pixel_that_differs(people: People) -> None:
    with people.window("judith", PAGE) as window:
        at(window, worst_first()[0])
        for k in range(KEYFRAMES):
            sides = "clip-2-mask-ann,clip-2-relabel-ben"
            url = f"{window.url}pages/differences/{JOB}/{k}?sides={sides}&width=320"
            answer = window.page.request.get(url)
            pixels = np.asarray(Image.open(io.BytesIO(answer.body())).convert("RGB"))
            scale = pixels.shape[0] // SIZE[0]
            one, other = (labels(person, k) == 1 for person in ("ann", "ben"))
            wanted = (one & other, one & ~other, other & ~one)
            for colour, expected in zip(COLOURS[1:4], wanted, strict=True):
                found = (pixels[::scale, ::scale] == colour).all(-1)
                assert np.array_equal(found, expected), (k, colour)
            again = {"if-none-match": answer.headers["etag"]}
            assert window.page.request.get(url, headers=again).status == 304
        source = window.page.locator(".map img").get_attribute("src")
        assert f"/pages/differences/{JOB}/{worst_first()[0]}?" in source


def test_a_key_takes_a_side_and_goes_on_to_the_next(people: People) -> None:
    first, second, third = worst_first()[:3]
    with people.window("judith", PAGE) as window:
        at(window, first)
        window.press("2")
        at(window, second)
        window.press("1")
        at(window, third)
        window.press("ArrowLeft")
        at(window, second)
        window.sees(".side .facts", "✓ A")
        assert window.page.locator(".sides .taken").count() == 1
        window.press("u")
        window.sees(".side .facts", "not yet")
        window.page.get_by_role("button", name="take B").click()
        at(window, third)
        window.sees(".verdict .count", f"2/{KEYFRAMES}")
        assert window.page.get_by_role("button", name="Hand in").is_disabled()
    project = on_disk(people)
    job = project.job(JOB)
    assert job.state == "in_progress"
    masks = planes_of(project, job, unfinished=True)
    for k in (first, second):
        assert np.array_equal(masks[4 * k].composed(), labels("ben", k))
    assert 4 * third not in masks


def test_keys_that_look_are_held_and_keys_that_judge_wait_for_what_they_judge(
    people: People,
) -> None:
    order = worst_first()
    with people.window("judith", PAGE) as window:
        keyboard = window.page.keyboard
        decided = window.page.locator(".verdict .count").inner_text()
        for place in (3, 1):
            window.press("End")
            keyboard.press("Home")
            for _ in range(place + 1):
                keyboard.press("ArrowRight")
            keyboard.press("ArrowLeft")
            at(window, order[place])
            window.press("h")
            keyboard.press("h")
            at(window, order[place])
        window.press("Home")
        keyboard.press("1")
        window.sees("#refvps-line", "before what it judges was shown")
        at(window, order[0])
        expect(window.page.locator("#refvps-line")).to_have_count(0, timeout=PATIENCE)
        window.press("ArrowRight")
        at(window, order[1])
        assert window.page.locator(".verdict .count").inner_text() == decided


def test_two_windows_do_not_decide_against_each_other(people: People) -> None:
    k = worst_first()[2]
    with people.window("judith", PAGE) as window, people.window("judith", PAGE) as other:
        at(window, k)
        at(other, k)
        other.press("1")
        at(other, worst_first()[3])
        window.press("2")
        window.sees("#top [role=status]", f"Another window decided on keyframe {k} meanwhile")
        at(window, k)
        window.sees(".side .facts", "✓ A")


def drawn_by_hand(people: People, k: int) -> np.ndarray:
    """Draw on a keyframe in the editor, to which the page links; while it is open it decides."""
    with people.window("judith", PAGE) as window:
        at(window, k)
        link = window.page.get_by_role("link", name="Draw it by hand").get_attribute("href")
        assert link == f"/ui/job?job={JOB}&k={k}"
        context = signed_in(people.browser, people.root, people.server.url, "judith")
        editor: EditorPage = open_editor(context, people.server.url, JOB, f"test=1&k={k}")
        assert editor.ann("frame") == k
        assert not editor.ann("readOnly")
        window.press("1")
        window.sees("[role=alert]", "Judith has this job open elsewhere")
        editor.brush(4)
        editor.press("b")
        points = [(6.0, 4.0), (20.0, 15.0)]
        editor.drag(*points)
        editor.saved()
        digits = editor.ann(f"labels({k})")
        editor.check()
        context.close()
    return (np.frombuffer(digits.encode(), np.uint8) - ord("0")).reshape(SIZE)


def test_a_keyframe_is_drawn_in_the_editor_and_the_rest_is_taken_at_once(people: People) -> None:
    k = worst_first()[3]
    found = drawn_by_hand(people, k)
    assert found.any()
    project = on_disk(people)
    masks = planes_of(project, project.job(JOB), unfinished=True)
    assert np.array_equal(masks[4 * k].composed(), found)
    with people.window("judith", PAGE) as window:
        same = [each for each in range(KEYFRAMES) if iou(each) == 1.0]
        button = window.page.get_by_role("button", name=f"Take {len(same)} on which all say")
        button.click()
        window.sees("#top [role=status]", f"{len(same)} keyframes on which all say the same: taken")
        window.page.locator(f".strip .cell[title^='keyframe {k}:']").click()
        at(window, k)
        window.sees(".side .facts", "drawn by hand")
        window.sees(".verdict .count", f"{4 + len(same)}/{KEYFRAMES}")


def test_what_is_handed_in_is_accepted_and_frozen_on_the_review_page(people: People) -> None:
    with people.window("judith", PAGE) as window:
        at(window, worst_first()[-1])
        window.press("1")
        window.sees("#top [role=status]", "Every keyframe has a label")
        window.page.get_by_role("button", name="Hand in").click()
        window.sees("#top [role=status]", f"clip-{CLIP} is handed in")
        window.sees(".verdict", "nothing can be changed")
        window.press("2")
        window.page.reload()
        assert window.page.get_by_role("button", name="take A").count() == 0
    with people.window("rita", f"ui/review?job={JOB}") as window:
        window.page.once("dialog", lambda dialog: dialog.accept())
        window.page.get_by_role("button", name="Accept").click()
        window.sees(".verdict", "Accepted")
        window.page.once("dialog", lambda dialog: dialog.accept())
        window.page.get_by_role("button", name="Freeze").click()
        window.sees("#top [role=status]", "frozen")
    project = on_disk(people)
    job = project.job(JOB)
    assert job.frozen_digest == project.digest(job)
    with people.window("judith", PAGE) as window:
        window.sees(".title .badge", "frozen")
        answer = window.page.request.post(
            f"{window.url}api/reviews/adjudicate/{JOB}/frames/0",
            data={"rev": 1, "session": "x", "seq": 1, "side": "clip-2-mask-ann"},
            headers={"x-refvps": "1", "x-lease": "none"},
        )
        assert answer.status == 409
    assert on_disk(people).digest(job) == job.frozen_digest


def test_a_labelling_that_was_taken_back_leaves_nothing_to_choose(people: People) -> None:
    with people.window("ada", "ui/assignment") as window:
        page = window.page
        page.locator("#clips input").fill("clip-1")
        page.locator("#clips input").press("Enter")
        page.locator("#kind input").click()
        page.get_by_role("option", name="Adjudicate").click()
        page.locator("#person input").click()
        page.get_by_role("option", name="judith").click()
        page.locator("#give").click()
        window.sees("#top [role=status]", "1 job for judith")
    with people.window("ben") as window:
        window.page.once("dialog", lambda dialog: dialog.accept())
        row = window.page.locator("#done tr", has_text="clip-1").filter(has_text="Masks, second")
        row.get_by_role("button", name="Take back").click()
        window.sees("#top [role=status]", "clip-1 is yours again")
    with people.window("judith", "ui/adjudicate?job=clip-1-adjudic-judith") as window:
        window.sees("main", "A labelling was taken back")
        url = f"{window.url}api/jobs/clip-1-relabel-ben/masks"
        assert window.page.request.get(url).status == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_small_windows(people: People, scheme: str) -> None:
    for size in (DESKTOP, {"width": 1093, "height": 614}, {"width": 420, "height": 800}):
        with people.window("judith", PAGE, viewport=size, color_scheme=scheme) as window:
            window.sees(".side h2", "Keyframe")
            assert window.overflow() <= 0, size


def test_the_project_is_whole_at_the_end(people: People) -> None:
    assert verify_project(people.root) == []
